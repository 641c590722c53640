package io.artifactvault.cache.request;

import io.artifactvault.http.Client;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;

/** The error sentences for clients: subject, cause and remedy. They contain no credential and no query. */
public final class Sentences {
    private Sentences() {}

    /** The sentence for the log and for the vault's own requests, which names hosts. */
    public static String failed(String title, OriginException cause) {
        return failed(title, cause, String.valueOf(cause.getMessage()));
    }

    /**
     * The sentence for a client. It names no host, because redirects may lead to hosts in the operator's network. The
     * log contains upstream's response and the host.
     */
    public static String failed(Client client, String title, OriginException cause) {
        return client.isItself() ? failed(title, cause) : failed(title, cause, cause.hostless());
    }

    private static String failed(String title, OriginException cause, String why) {
        // The text does not depend on whether the content is stored for other callers.
        return cause.failure() == OriginFailure.OFFLINE
                ? title + " is not stored here for you, and the vault cannot request it because it is offline"
                        + " (offline: true in its configuration). Fetch it once while the vault is online."
                : "Could not fetch " + title + ": " + why + "; nothing was stored.";
    }

    public static String unavailable(String title, int status) {
        return "Could not fetch " + title + ": upstream responded " + status
                + ", and the vault has no copy to serve; try again later.";
    }

    public static String notWhole(String title) {
        return "Could not fetch " + title + ": upstream's content did not arrive completely; nothing was stored.";
    }

    public static String mismatch(String title) {
        return "Could not fetch " + title + ": upstream's content does not have the sha256 that the index states;"
                + " nothing was stored, and upstream is not asked again for a minute.";
    }

    public static String unreadable(String title) {
        return "The stored copy of " + title + " cannot be read now, and upstream does not provide it either;"
                + " try again in a moment. Nothing was lost.";
    }

    public static String nothingStored(String title) {
        return "The vault has no stored response that it may use for " + title
                + ", and the request has only-if-cached. Send it without only-if-cached.";
    }

    public static String busy() {
        return "The vault has reached its limit of concurrent fetches; try again in a moment.";
    }

    public static String limited() {
        return "Your address has caused too many requests upstream (max_client_rate, max_token_rate); try again.";
    }

    public static String broken(String title) {
        return "The vault failed while it processed the request for " + title + "; its log contains the reason.";
    }
}
