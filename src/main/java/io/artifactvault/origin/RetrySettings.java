package io.artifactvault.origin;

import java.time.Duration;

/**
 * How often a request is retried.
 *
 * @param tries maximum number of attempts, including the first
 * @param time how long after the first attempt another one may still begin
 * @param budget retries per hundred requests, in addition to a few per second that are always allowed
 */
public record RetrySettings(int tries, Duration time, int budget) {
    public static RetrySettings defaults() {
        return new RetrySettings(3, Duration.ofSeconds(10), 10);
    }
}
