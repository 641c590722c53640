package io.artifactvault.backend;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What one backend may ask of its upstream, and who stands in for it.
 *
 * @param mirrors other places with the same paths, without a slash at their ends; asked for content whose digest is known, when
 *     upstream does not deliver it, and never with a credential
 * @param maxConnections answers under way at once; 0 for any number
 * @param maxBandwidth bytes of bodies per second; 0 for any
 * @param passingStall how long a body may be silent that cannot be resumed; zero for any time. Event streams may be silent at any rate
 */
public record SourceSettings(List<URI> mirrors, int maxConnections, long maxBandwidth, Duration passingStall) {
    /** Longer than servers rest that show they are alive, most of them every 15 to 30 s. */
    public static final Duration USUAL_STALL = Duration.ofMinutes(2);

    public static final SourceSettings UNLIMITED = new SourceSettings(List.of(), 0, 0);

    public SourceSettings(List<URI> mirrors, int maxConnections, long maxBandwidth) {
        this(mirrors, maxConnections, maxBandwidth, USUAL_STALL);
    }
}
