package io.artifactvault.app;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.TokenProbe;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks with each upstream once, when the vault starts, that it accepts its backend's token, and warns if it does not:
 * without the warning, an operator would notice only hours later that private and gated repositories fail. Each check
 * runs on a virtual thread; the start does not wait for it.
 */
final class TokenCheck implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TokenCheck.class);

    private final Origin origin;
    private volatile boolean closed;

    private TokenCheck(Origin origin) {
        this.origin = origin;
    }

    /** Starts a check for each backend with a token; none when the vault is offline. */
    static TokenCheck start(VaultConfig config, Origin origin) {
        TokenCheck check = new TokenCheck(origin);
        if (!config.cache().offline()) {
            config.backends().forEach(backend -> {
                BackendSettings settings = backend.settings();
                settings.tokenProbe()
                        .ifPresent(probe ->
                                Thread.ofVirtual().name("token-check").start(() -> check.ask(settings, probe)));
            });
        }
        return check;
    }

    private void ask(BackendSettings backend, TokenProbe probe) {
        // The operator configured this address, so it may be private.
        OriginRequest request = new OriginRequest(
                        "GET", probe.uri(), Fields.EMPTY, Optional.of(probe.token()), Optional.empty(), true)
                .on(backend.name(), "api", true, List.of())
                .whenConvenient();
        try (OriginResponse response = origin.send(request)) {
            tell(backend, response.status());
        } catch (OriginException e) {
            unchecked(backend, String.valueOf(e.getMessage()));
        }
    }

    private void tell(BackendSettings backend, int status) {
        if (closed) {
            return;
        }
        switch (status) {
            case 200 -> log.info("{} accepts the token of backend {}", backend.baseUrl(), backend.name());
            case 401, 403 ->
                log.warn(
                        "{} rejects the token of backend {} ({}): requests for private and gated"
                                + " repositories fail; set a valid token in the configuration",
                        backend.baseUrl(),
                        backend.name(),
                        status);
            default -> unchecked(backend, "the response was " + status);
        }
    }

    private void unchecked(BackendSettings backend, String why) {
        if (!closed) {
            log.warn("Could not check the token of backend {} at {}: {}", backend.name(), backend.baseUrl(), why);
        }
    }

    /** Checks in progress end when the origin is closed, without a message. */
    @Override
    public void close() {
        closed = true;
    }
}
