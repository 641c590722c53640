package io.artifactvault.app;

import io.artifactvault.backend.BackendSettings;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.LoopbackName;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines of a vault that has started: its mounts and addresses, and what is risky about them. */
final class Announcement {
    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private Announcement() {}

    /**
     * The ports that are in use.
     *
     * @param metrics that of the separate listener for metrics, if configured
     * @param ofBackends those of backends that have a listener of their own, by the backend's name
     */
    record Ports(int clients, int admin, Optional<Integer> metrics, Map<String, Integer> ofBackends) {}

    static void print(VaultConfig config, Ports ports) {
        config.backends().forEach(backend -> mounted(config, ports, backend.settings()));
        log.info(
                "Artifact Vault listens on {}:{}, admin on {}:{}, cache in {}",
                config.server().host(),
                ports.clients(),
                config.admin().host(),
                ports.admin(),
                config.store().dir().toAbsolutePath().normalize());
        config.admin()
                .metrics()
                .ifPresent(listener -> log.info(
                        "Metrics on {}:{}", listener.host(), ports.metrics().orElseThrow()));
    }

    private static void mounted(VaultConfig config, Ports ports, BackendSettings backend) {
        log.info("Mounted {} at {} for {}", backend.name(), backend.prefix(), backend.baseUrl());
        Optional.ofNullable(ports.ofBackends().get(backend.name()))
                .ifPresent(port -> log.info("{} listens on port {}, too", backend.name(), port));
        if (backend.lentBy().isPresent() && !LoopbackName.is(config.server().host())) {
            log.warn(
                    "Every client that reaches {}:{} may read everything that the vault's own login of backend {} may"
                            + " read ({}); bind to loopback, or turn it off if you do not intend this",
                    config.server().host(),
                    ports.clients(),
                    backend.name(),
                    backend.lentBy().get());
        }
    }
}
