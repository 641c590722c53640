package io.artifactvault.app;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.LoopbackName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines of a vault that has started: its mounts and addresses, and what is risky about them. */
final class Announcement {
    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private Announcement() {}

    static void print(VaultConfig config, VaultServer server) {
        config.backends().forEach(backend -> mounted(config, server, backend.settings()));
        log.info(
                "Artifact Vault listens on {}:{}, admin on {}:{}, cache in {}",
                config.server().host(),
                server.port(),
                config.admin().host(),
                server.adminPort(),
                config.store().dir().toAbsolutePath().normalize());
        config.admin()
                .metrics()
                .ifPresent(listener -> log.info("Metrics on {}:{}", listener.host(), server.metricsPort().orElseThrow()));
    }

    private static void mounted(VaultConfig config, VaultServer server, BackendSettings backend) {
        log.info("Mounted {} at {} for {}", backend.name(), backend.prefix(), backend.baseUrl());
        server.port(backend.name()).ifPresent(port -> log.info("{} listens on port {}, too", backend.name(), port));
        if (backend.lentBy().isPresent() && !LoopbackName.is(config.server().host())) {
            log.warn(
                    "Every client that reaches {}:{} may read everything that the vault's own login of backend {} may"
                            + " read ({}); bind to loopback, or turn it off if you do not intend this",
                    config.server().host(),
                    server.port(),
                    backend.name(),
                    backend.lentBy().get());
        }
    }
}
