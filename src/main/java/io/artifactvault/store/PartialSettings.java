package io.artifactvault.store;

import java.time.Duration;

/**
 * How long incomplete content is kept for resumption.
 *
 * @param maxSize maximum total size in bytes of the partials that no fill is writing; the oldest are removed first
 * @param maxAge maximum time since the last byte arrived
 */
public record PartialSettings(long maxSize, Duration maxAge) {
    public static PartialSettings defaults() {
        return new PartialSettings(50L << 30, Duration.ofDays(7));
    }
}
