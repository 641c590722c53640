package io.artifactvault.origin;

import java.time.Duration;

/**
 * The least at which a body that is kept must arrive.
 *
 * @param bytesPerSecond on average over the window; 0 for any
 * @param window of time spent waiting for the origin
 */
public record MinimumRate(long bytesPerSecond, Duration window) {
    public static MinimumRate defaults() {
        return new MinimumRate(100, Duration.ofSeconds(60));
    }

    /** How many bytes a whole window must bring; not negative, and saturated. */
    public long bytesPerWindow() {
        double bytes = bytesPerSecond * (window.toNanos() / 1e9);
        return (long) Math.ceil(bytes);
    }
}
