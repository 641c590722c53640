package io.artifactvault.origin;

import java.time.Duration;

/**
 * The minimum rate at which a body that is stored must arrive.
 *
 * @param bytesPerSecond average over the window; 0 for no minimum
 * @param window duration, counting only time spent waiting for the origin
 */
public record MinimumRate(long bytesPerSecond, Duration window) {
    public static MinimumRate defaults() {
        return new MinimumRate(100, Duration.ofSeconds(60));
    }

    /** The minimum number of bytes in a whole window; not negative, and saturated. */
    public long bytesPerWindow() {
        double bytes = bytesPerSecond * (window.toNanos() / 1e9);
        return (long) Math.ceil(bytes);
    }
}
