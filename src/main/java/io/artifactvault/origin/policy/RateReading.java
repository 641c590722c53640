package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import java.time.Duration;

/**
 * What is left of one rate limit now, as far as the origin told.
 *
 * @param limit in the origin's word, or the backend's where the origin has none
 * @param remaining requests
 * @param reset until the window is over
 */
public record RateReading(OriginId origin, String limit, long remaining, Duration reset) {
    /** Of the same limit for two credentials, the one that is nearer to its end. */
    static RateReading least(RateReading one, RateReading other) {
        return other.remaining < one.remaining ? other : one;
    }
}
