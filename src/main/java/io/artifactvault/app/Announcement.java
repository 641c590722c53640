package io.artifactvault.app;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.LoopbackName;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines of a vault that has started: its mounts and addresses, and what is risky about them. */
final class Announcement {
    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private Announcement() {}

    static void print(VaultConfig config, int port, int adminPort, Optional<Integer> metricsPort) {
        config.backends().forEach(backend -> mounted(config, port, backend.settings()));
        log.info(
                "Artifact Vault listens on {}:{}, admin on {}:{}, cache in {}",
                config.server().host(),
                port,
                config.admin().host(),
                adminPort,
                config.store().dir().toAbsolutePath().normalize());
        config.admin()
                .metrics()
                .ifPresent(listener -> log.info("Metrics on {}:{}", listener.host(), metricsPort.orElseThrow()));
    }

    private static void mounted(VaultConfig config, int port, BackendSettings backend) {
        log.info("Mounted {} at {} for {}", backend.name(), backend.prefix(), backend.baseUrl());
        if (backend.lentBy().isPresent() && !LoopbackName.is(config.server().host())) {
            log.warn(
                    "Every client that reaches {}:{} may read everything that the vault's own login of backend {} may"
                            + " read ({}); bind to loopback, or turn it off if you do not intend this",
                    config.server().host(),
                    port,
                    backend.name(),
                    backend.lentBy().get());
        }
    }
}
