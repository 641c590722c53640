package io.artifactvault.origin;

import java.time.Duration;

/**
 * How often a request is tried again.
 *
 * @param tries in all, the first included
 * @param time how long after the first another one may still begin
 * @param budget retries per hundred requests, besides a few per second that are always allowed
 */
public record RetrySettings(int tries, Duration time, int budget) {
    public static RetrySettings defaults() {
        return new RetrySettings(3, Duration.ofSeconds(10), 10);
    }
}
