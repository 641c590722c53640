package io.artifactvault.origin;

import java.time.Duration;

/**
 * When an origin that fails is left alone.
 *
 * @param failures in a row after which it is
 * @param pause how long, at first; each probe that fails doubles it, up to eight times as long
 */
public record BreakerSettings(int failures, Duration pause) {
    public static BreakerSettings defaults() {
        return new BreakerSettings(5, Duration.ofSeconds(10));
    }
}
