package io.artifactvault.origin;

import java.time.Duration;

/**
 * When the vault stops sending requests to a failing origin, and how it detects recovery.
 *
 * @param failures the number of failures without a response in between that opens the circuit
 * @param paths the number of unrelated paths that must have failed, unless the connection itself failed
 * @param window time without a failure after which earlier failures no longer count
 * @param pause time between two probes; each is up to a quarter shorter
 * @param probeTimeout timeout of a probe; one probe at a time may take as long as any request
 * @param rest how long an origin is still probed after the last request for it
 * @param probed maximum number of origins probed concurrently; for further origins, requests serve as probes
 */
public record BreakerSettings(
        int failures, int paths, Duration window, Duration pause, Duration probeTimeout, Duration rest, int probed) {

    /** Settings with the default {@code rest}. */
    public BreakerSettings(int failures, Duration pause) {
        this(failures, 3, Duration.ofMinutes(2), pause, Duration.ofSeconds(2), Duration.ofMinutes(10), 32);
    }

    public static BreakerSettings defaults() {
        return new BreakerSettings(5, Duration.ofSeconds(1));
    }

    /** A copy with another number of paths. */
    public BreakerSettings withPaths(int unrelated) {
        return new BreakerSettings(failures, unrelated, window, pause, probeTimeout, rest, probed);
    }
}
