package io.artifactvault.app;

import io.artifactvault.admin.Metrics;
import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.OfflineOrigin;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.policy.BackendLimits;
import io.artifactvault.origin.policy.MarkingOrigin;
import io.artifactvault.origin.policy.OriginStack;
import io.artifactvault.origin.wire.NettyOrigin;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The objects that send requests upstream: connections, and the policies above them. Created by the composition root;
 * its parts are thread-safe.
 *
 * @param mark the mark by which the vault recognises its own requests in a loop
 */
record UpstreamSide(OriginStack origin, LoopMark mark) {
    static UpstreamSide of(VaultConfig config, EventLoops loops, Metrics metrics, Clock clock) {
        Origin wire = config.cache().offline()
                ? new OfflineOrigin()
                : new NettyOrigin(config.origin(), loops.group(), loops.socketType());
        LoopMark mark = LoopMark.drawn(new SecureRandom());
        Origin counted = new CountingOrigin(new MarkingOrigin(wire, mark), homes(config), metrics);
        return new UpstreamSide(OriginStack.over(counted, config.origin(), limits(config), clock), mark);
    }

    private static Map<String, BackendLimits> limits(VaultConfig config) {
        return config.backends().stream()
                .map(ConfiguredBackend::settings)
                .collect(Collectors.toMap(BackendSettings::name, UpstreamSide::limits));
    }

    private static BackendLimits limits(BackendSettings backend) {
        return new BackendLimits(
                backend.source().maxConnections(), backend.source().maxBandwidth(), backend.timeout());
    }

    /** The origins of the backends themselves; all others are targets of their redirects. */
    private static Set<OriginId> homes(VaultConfig config) {
        return config.backends().stream()
                .flatMap(backend -> backend.settings().upstreams().values().stream())
                .map(OriginId::of)
                .collect(Collectors.toSet());
    }
}
