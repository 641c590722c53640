package io.artifactvault.store.disk;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits of the store and how eviction enforces them.
 *
 * @param maxSize maximum size of the folder in bytes: complete and incomplete content, fills in progress, the index and
 *     the quarantine
 * @param highWater percentage of {@code maxSize} above which eviction begins
 * @param lowWater percentage of {@code maxSize} at which eviction stops
 * @param minFree bytes of the file system to leave free for other programs; empty for 5 % of it, at most 2 GiB
 * @param maxAgeUnused how long content may remain unrequested before it is evicted although there is room; empty for
 *     never
 * @param maxObjectSize maximum size of one blob in bytes; 0 for no limit, empty for nine tenths of {@code maxSize}, or
 *     half of {@code maxSize} when the length of the content is unknown
 * @param maxIndexSize maximum size of the index in bytes; empty for a tenth of {@code maxSize}, at most 4 GiB; never
 *     below {@link #SMALLEST_INDEX}
 */
public record EvictionSettings(
        long maxSize,
        int highWater,
        int lowWater,
        OptionalLong minFree,
        Optional<Duration> maxAgeUnused,
        OptionalLong maxObjectSize,
        OptionalLong maxIndexSize) {

    /** The size of an index with a few rows. */
    public static final long SMALLEST_INDEX = 512L << 10;

    /** The maximum number of bytes to evict after a write failed because the disk is full. */
    public static final long MOST_IN_AN_EMERGENCY = 256L << 20;

    private static final long LARGEST_INDEX = 4L << 30;
    private static final int RESERVE_PERCENT = 5;
    private static final long MOST_RESERVED = 2L << 30;

    /** Settings with the default limits for one object and the index. */
    public EvictionSettings(
            long maxSize, int highWater, int lowWater, OptionalLong minFree, Optional<Duration> maxAgeUnused) {
        this(maxSize, highWater, lowWater, minFree, maxAgeUnused, OptionalLong.empty(), OptionalLong.empty());
    }

    public static EvictionSettings upTo(long maxSize) {
        return new EvictionSettings(maxSize, 98, 90, OptionalLong.empty(), Optional.empty());
    }

    /** The maximum size of one blob in bytes; the default is lower for content of unknown length. */
    long largestObject(OptionalLong length) {
        long set = maxObjectSize.orElse(length.isPresent() ? maxSize / 10 * 9 : maxSize / 2);
        return set == 0 ? Long.MAX_VALUE : set;
    }

    /**
     * The number of bytes that may be stored of content with that length. A part of content that is too large as a
     * whole may be stored for clients that read ranges.
     */
    long mostOf(OptionalLong length) {
        long largest = largestObject(length);
        return Blocks.of(length.orElse(0)) > largest ? Math.min(largest, maxSize / 8) : largest;
    }

    /** The maximum size of the index in bytes. */
    public long indexBound() {
        return Math.max(SMALLEST_INDEX, maxIndexSize.orElse(Math.min(maxSize / 10, LARGEST_INDEX)));
    }

    /** The maximum size in bytes of incomplete content at rest, regardless of other limits: half of the total. */
    public long mostPartials() {
        return maxSize / 2;
    }

    /**
     * How many bytes to evict when a write fails because the disk is full: at most 5 % of the file system, because
     * another program may have filled a small one, which must not empty the store.
     */
    public static long emergency(Space space) throws IOException {
        return Math.min(MOST_IN_AN_EMERGENCY, space.total() / 100 * RESERVE_PERCENT);
    }

    /** The maximum size of the quarantine in bytes. */
    public long mostQuarantine() {
        return maxSize / 20;
    }

    /** The number of bytes of the file system to leave free for other programs. */
    public long reserve(Space space) throws IOException {
        return minFree.isPresent()
                ? minFree.getAsLong()
                : Math.min(MOST_RESERVED, space.total() / 100 * RESERVE_PERCENT);
    }
}
