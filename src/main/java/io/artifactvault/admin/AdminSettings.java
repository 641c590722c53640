package io.artifactvault.admin;

import io.artifactvault.http.Credential;
import io.artifactvault.http.LoopbackName;
import java.util.Optional;

/**
 * Where the operator's endpoints listen.
 *
 * @param token the bearer token that callers of the admin API must send; without one the API is available only on a
 * loopback address
 * @param metrics an additional listener that serves only {@code /metrics}, {@code /healthz} and {@code /readyz}
 */
public record AdminSettings(String host, int port, Optional<Credential> token, Optional<Listener> metrics) {
    /** An address and a port; port 0 takes any free one. */
    public record Listener(String host, int port) {}

    /** Settings without a separate listener for metrics. */
    public AdminSettings(String host, int port, Optional<Credential> token) {
        this(host, port, token, Optional.empty());
    }

    /** Whether the admin port is reachable only from this machine. */
    boolean isLoopback() {
        return LoopbackName.is(host);
    }
}
