package io.artifactvault.origin;

import java.time.Duration;

/**
 * How an origin's rate limits are respected.
 *
 * @param reserve percentage of a limit that is reserved for requests that clients wait for
 * @param maxPause the longest time for which a 429 of an origin that several services may share stops requests for its
 * path; 0 for no pause
 */
public record RateSettings(int reserve, Duration maxPause) {
    public static RateSettings defaults() {
        return new RateSettings(5, Duration.ofSeconds(60));
    }
}
