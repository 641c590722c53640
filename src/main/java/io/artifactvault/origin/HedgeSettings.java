package io.artifactvault.origin;

import java.time.Duration;

/**
 * When a second connection is tried because the first is silent.
 *
 * @param headAfter from the request's last byte, for what may be sent twice; zero for never
 * @param bodyAfter from the last piece of a body that can be resumed; zero for never
 * @param budget hedges per hundred requests of a host, besides the burst; 0 for none at all
 * @param burst how many of these a host may have saved up, and has at first
 */
public record HedgeSettings(Duration headAfter, Duration bodyAfter, int budget, int burst) {
    public static final HedgeSettings OFF = new HedgeSettings(Duration.ZERO, Duration.ZERO, 0, 0);

    public static HedgeSettings defaults() {
        return new HedgeSettings(Duration.ofSeconds(5), Duration.ofSeconds(5), 10, 5);
    }
}
