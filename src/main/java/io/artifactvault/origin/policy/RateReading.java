package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import java.time.Duration;

/**
 * The current remainder of one rate limit, as far as the origin reported it.
 *
 * @param limit the origin's name for it, or the backend's if the origin has none
 * @param remaining requests
 * @param reset time until the window is over
 */
public record RateReading(OriginId origin, String limit, long remaining, Duration reset) {
    /** For one limit and two credentials, the reading that is closer to exhaustion. */
    static RateReading least(RateReading one, RateReading other) {
        return other.remaining < one.remaining ? other : one;
    }
}
