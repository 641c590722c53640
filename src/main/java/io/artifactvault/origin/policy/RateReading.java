package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import java.time.Duration;

/**
 * What remains of one rate limit, as far as the origin reported it.
 *
 * @param limit the origin's name for it, or the backend's if the origin has none
 * @param remaining requests
 * @param reset time until the window ends
 */
public record RateReading(OriginId origin, String limit, long remaining, Duration reset) {
    /** Of two readings of one limit for two credentials, the one that is closer to exhaustion. */
    static RateReading least(RateReading one, RateReading other) {
        return other.remaining < one.remaining ? other : one;
    }
}
