package io.artifactvault.admin;

import io.artifactvault.http.Credential;
import io.artifactvault.http.LoopbackName;
import io.artifactvault.http.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who may use the admin API: callers that send the configured token; if none is configured, callers that reach
 * a loopback listener under a loopback name. Pages in a browser may not, regardless of their origin. Never waits.
 */
record AdminGuard(AdminSettings settings, TokenAttempts attempts) {
    private static final Set<String> OWN_SITES = Set.of("none", "same-origin");

    void admit(Request request) throws AdminException {
        if (request.fields().has("Origin") || isFromAnotherSite(request)) {
            throw new AdminException(403, "The admin API refuses requests from web pages; call it from a program.");
        }
        if (settings.token().isPresent()) {
            checkToken(request, settings.token().get());
        } else if (!settings.isLoopback()) {
            throw new AdminException(
                    403,
                    "The admin API refuses this request, because admin.host is not a loopback address and there is no"
                            + " admin.token; set admin.token, or a loopback address.");
        } else if (!isLoopbackName(request)) {
            // A page whose own host name resolves to 127.0.0.1 (DNS rebinding) sends that name in Host.
            throw new AdminException(403, "Call the admin API as 127.0.0.1 or localhost, or set admin.token.");
        }
    }

    private static boolean isFromAnotherSite(Request request) {
        return request.fields()
                .first("Sec-Fetch-Site")
                .filter(site -> !OWN_SITES.contains(site))
                .isPresent();
    }

    private void checkToken(Request request, Credential expected) throws AdminException {
        String address = request.client().address();
        Optional<Credential> shown = request.credential();
        Duration pause = attempts.pause(address);
        if (shown.isPresent() && pause.isPositive()) {
            throw AdminException.tooEarly(pause);
        }
        if (shown.isPresent() && isSame(shown.get(), expected)) {
            attempts.right(address);
            return;
        }
        if (shown.isPresent()) {
            attempts.wrong(address);
        }
        throw new AdminException(
                401,
                "The admin API requires the value of admin.token as 'Authorization: Bearer'; the token is missing or wrong."
                        + " The vault commands take it from --config or VAULT_ADMIN_TOKEN.");
    }

    private static boolean isSame(Credential one, Credential other) {
        return MessageDigest.isEqual(
                one.reveal().getBytes(StandardCharsets.UTF_8), other.reveal().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isLoopbackName(Request request) {
        String host = Optional.ofNullable(URI.create(request.base()).getHost()).orElse("");
        return request.fields().has("Host") && LoopbackName.is(host);
    }
}
