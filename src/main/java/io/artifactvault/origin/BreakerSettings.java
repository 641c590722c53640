package io.artifactvault.origin;

import java.time.Duration;

/**
 * When an origin that fails is left alone, and how the vault finds out that it is back.
 *
 * @param failures without an answer in between, after which it is left alone
 * @param paths unrelated paths that must have failed, unless it could not even be connected
 * @param window after so long without a failure, earlier ones no longer count
 * @param pause between two probes; each is up to a quarter shorter
 * @param probeTimeout how long a probe may take; one at a time may take as long as any request
 * @param rest how long after the last request for it an origin is still probed
 * @param probed how many origins are probed at once; beyond, requests take the place of probes
 */
public record BreakerSettings(
        int failures, int paths, Duration window, Duration pause, Duration probeTimeout, Duration rest, int probed) {

    /** With the usual rest. */
    public BreakerSettings(int failures, Duration pause) {
        this(failures, 3, Duration.ofMinutes(2), pause, Duration.ofSeconds(2), Duration.ofMinutes(10), 32);
    }

    public static BreakerSettings defaults() {
        return new BreakerSettings(5, Duration.ofSeconds(1));
    }

    /** The same with another number of paths. */
    public BreakerSettings withPaths(int unrelated) {
        return new BreakerSettings(failures, unrelated, window, pause, probeTimeout, rest, probed);
    }
}
