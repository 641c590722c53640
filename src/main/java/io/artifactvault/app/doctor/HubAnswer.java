package io.artifactvault.app.doctor;

import java.util.Optional;

/**
 * The response through the vault to a request that the vault always forwards. Pure.
 *
 * @param status of the response
 * @param withToken whether a token was sent
 * @param local whether the vault responded itself, because no backend is mounted at that path
 * @param message the response's own sentence about an error
 */
public record HubAnswer(int status, boolean withToken, boolean local, String message) {
    /**
     * The path of the request, below the endpoint. The response names the user of the token, so the vault does not
     * store it and does not send its own token.
     */
    public static final String PATH = "/api/whoami-v2";

    /** The value of X-Cache for the vault's own responses. */
    public static final String LOCAL = "LOCAL";

    private static final int FIRST_SERVER_ERROR = 500;

    /** The beginning of the admin port's response for paths that it does not serve. */
    private static final String OF_ADMIN_PORT = "The admin port serves";

    /**
     * The problem because of which only stored content can be downloaded; empty when the Hub responds and does not
     * reject the token.
     */
    public Optional<Problem> problem() {
        if (isOfAdminPort()) {
            return Optional.of(new Problem(
                    "vault",
                    "This is the vault's admin port.",
                    "use the clients' port (server.port), which is 8080 by default"));
        }
        if (isElsewhere()) {
            return Optional.of(new Problem(
                    "prefix",
                    "The Hub is not mounted at the path of the endpoint: " + sentence(),
                    "use one of those paths"));
        }
        if (status >= FIRST_SERVER_ERROR) {
            return Optional.of(new Problem(
                    "hub",
                    "The vault cannot reach the Hub (" + status + "): " + sentence(),
                    "check the vault's log and its connection to the Hub"));
        }
        if (withToken && (status == 401 || status == 403)) {
            return Optional.of(new Problem(
                    "token",
                    "The Hub rejects this machine's token (" + status
                            + "). It rejects requests for public files with this token too.",
                    "run 'hf auth login' with a valid token, or unset HF_TOKEN"));
        }
        return Optional.empty();
    }

    private boolean isOfAdminPort() {
        return status == 404 && message.startsWith(OF_ADMIN_PORT);
    }

    /** Whether a vault responds, but does not mount the Hub at that path. */
    boolean isElsewhere() {
        return local && status == 404 && !isOfAdminPort();
    }

    private String sentence() {
        return message.endsWith(".") ? message : message + ".";
    }

    /** Whether the Hub accepts the token. */
    public boolean isAccepted() {
        return withToken && status == 200;
    }
}
