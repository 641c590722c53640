package io.artifactvault.store;

import java.time.Duration;

/**
 * How long content that was not finished is kept for resumption.
 *
 * @param maxSize bytes that partials at rest may take together; the oldest go first
 * @param maxAge since its last byte came
 */
public record PartialSettings(long maxSize, Duration maxAge) {
    public static PartialSettings defaults() {
        return new PartialSettings(50L << 30, Duration.ofDays(7));
    }
}
