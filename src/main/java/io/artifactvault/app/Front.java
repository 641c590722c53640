package io.artifactvault.app;

import io.artifactvault.admin.StatusMount;
import io.artifactvault.backend.BackendSettings;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.Request;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The parts of the configuration that the status page shows. */
final class Front {
    private Front() {}

    static List<StatusMount> mounts(VaultConfig config) {
        return config.backends().stream()
                .map(backend -> mount(backend.settings()))
                .toList();
    }

    private static StatusMount mount(BackendSettings backend) {
        return new StatusMount(
                backend.name(), backend.prefix() + backend.endpointPath(), backend.hosts(), backend.endpointVariable());
    }

    /**
     * The address at which clients reach the vault, for a caller of the admin port, which is another port of the same
     * machine.
     */
    static String clientsBase(VaultConfig config, int port, Request request) {
        return config.server().publicUrl().orElseGet(() -> "http://" + host(request) + ":" + port);
    }

    private static String host(Request request) {
        return Optional.ofNullable(URI.create(request.base()).getHost()).orElse("localhost");
    }
}
