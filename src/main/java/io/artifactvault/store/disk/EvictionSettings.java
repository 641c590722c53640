package io.artifactvault.store.disk;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits of the store and how eviction enforces them.
 *
 * @param maxSize maximum size of the folder in bytes: complete and incomplete content, fills in progress, the index and
 * the quarantine
 * @param highWater percentage of {@code maxSize} above which eviction begins
 * @param lowWater percentage of {@code maxSize} at which eviction stops
 * @param minFree bytes of the file system left free for others; empty for 5 % of it, at most 2 GiB
 * @param maxAgeUnused how long content may remain unrequested before it is evicted although there is room; empty for
 *     never
 * @param maxObjectSize maximum size of one blob in bytes; 0 for no limit, empty for nine tenths of {@code maxSize}, or
 * half of it when the length of the content is unknown
 * @param maxIndexSize maximum size of the index in bytes; empty for a tenth of {@code maxSize}, at most 4 GiB; never
 * below {@link #SMALLEST_INDEX}
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

    /** The most that one failed write on a full disk evicts, in bytes. */
    public static final long MOST_IN_AN_EMERGENCY = 256L << 20;

    private static final long LARGEST_INDEX = 4L << 30;
    private static final int RESERVE_PERCENT = 5;
    private static final long MOST_RESERVED = 2L << 30;

    /** With the default limits for one object and the index. */
    public EvictionSettings(
            long maxSize, int highWater, int lowWater, OptionalLong minFree, Optional<Duration> maxAgeUnused) {
        this(maxSize, highWater, lowWater, minFree, maxAgeUnused, OptionalLong.empty(), OptionalLong.empty());
    }

    public static EvictionSettings upTo(long maxSize) {
        return new EvictionSettings(maxSize, 98, 90, OptionalLong.empty(), Optional.empty());
    }

    /** The maximum size of one blob in bytes; the default is lower if its length is unknown. */
    long largestObject(OptionalLong length) {
        long set = maxObjectSize.orElse(length.isPresent() ? maxSize / 10 * 9 : maxSize / 2);
        return set == 0 ? Long.MAX_VALUE : set;
    }

    /**
     * The number of bytes that may be stored of content with that length. Of content that is too large as a whole,
     * some may be stored for clients that read ranges.
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
     * How many bytes are evicted when a write fails because the disk is full: 5 % of the file system at most, because
     * another program may have filled a small one, and the stored content must not go for that.
     */
    public static long emergency(Space space) throws IOException {
        return Math.min(MOST_IN_AN_EMERGENCY, space.total() / 100 * RESERVE_PERCENT);
    }

    /** The maximum size of the quarantine in bytes. */
    public long mostQuarantine() {
        return maxSize / 20;
    }

    /** The number of bytes of the file system reserved for others. */
    public long reserve(Space space) throws IOException {
        return minFree.isPresent()
                ? minFree.getAsLong()
                : Math.min(MOST_RESERVED, space.total() / 100 * RESERVE_PERCENT);
    }
}
