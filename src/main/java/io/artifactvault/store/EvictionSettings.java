package io.artifactvault.store;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the store stays under its limit.
 *
 * @param maxSize bytes that blobs and partials may take together
 * @param highWater part of {@code maxSize}, in percent, above which eviction begins
 * @param lowWater part of {@code maxSize}, in percent, at which it stops
 * @param minFree bytes of the file system left free for others; empty for 5 % of it, at most 2 GiB
 * @param maxAgeUnused content that nobody asked for that long goes even when there is room; empty for never
 */
public record EvictionSettings(
        long maxSize, int highWater, int lowWater, OptionalLong minFree, Optional<Duration> maxAgeUnused) {

    public static EvictionSettings upTo(long maxSize) {
        return new EvictionSettings(maxSize, 98, 90, OptionalLong.empty(), Optional.empty());
    }
}
