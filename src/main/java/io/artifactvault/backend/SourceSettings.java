package io.artifactvault.backend;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The limits of one backend towards its upstream, and the mirrors of that upstream.
 *
 * @param mirrors other hosts with the same paths, without a trailing slash; used for content whose digest is known when
 *     upstream does not deliver it, and never with a credential
 * @param maxConnections maximum concurrent responses; 0 for no limit
 * @param maxBandwidth maximum bytes of bodies per second; 0 for no limit
 * @param passingStall how long a body that cannot be resumed may stall; zero for no limit. Event streams are never
 *     limited
 */
public record SourceSettings(List<URI> mirrors, int maxConnections, long maxBandwidth, Duration passingStall) {
    /**
     * The default of {@code passingStall}: longer than the interval at which servers send keep-alive messages, 15 to 30
     * s for most of them.
     */
    public static final Duration USUAL_STALL = Duration.ofMinutes(2);

    public static final SourceSettings UNLIMITED = new SourceSettings(List.of(), 0, 0);

    public SourceSettings(List<URI> mirrors, int maxConnections, long maxBandwidth) {
        this(mirrors, maxConnections, maxBandwidth, USUAL_STALL);
    }
}
