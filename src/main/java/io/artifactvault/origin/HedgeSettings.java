package io.artifactvault.origin;

import java.time.Duration;

/**
 * When a request is hedged on a second connection because the first is silent.
 *
 * @param headAfter time from the request's last byte, for requests that may be sent twice; zero for never
 * @param bodyAfter time from the last chunk of a body that can be resumed; zero for never
 * @param budget maximum number of hedges per hundred requests to a host, in addition to the burst; 0 for no hedges
 * @param burst the number of hedges that a host's budget holds initially and at most
 */
public record HedgeSettings(Duration headAfter, Duration bodyAfter, int budget, int burst) {
    public static final HedgeSettings OFF = new HedgeSettings(Duration.ZERO, Duration.ZERO, 0, 0);

    public static HedgeSettings defaults() {
        return new HedgeSettings(Duration.ofSeconds(5), Duration.ofSeconds(5), 10, 5);
    }
}
