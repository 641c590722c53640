package io.artifactvault.store.index;

import java.time.Duration;

/**
 * The value of keeping a blob: the number of uses divided by the time since the last one, with a premium for small
 * files. Pure, and computed from the index row alone. Figures: {@code docs/benchmarks-eviction.md}; reasons:
 * {@code docs/decisions/0007-eviction-by-uses-and-age.md}.
 */
public final class EvictionPolicy {
    /** How strongly size lowers the value: with 0 the policy would save the most bytes, with 1 the most requests. */
    private static final double SIZE_EXPONENT = 0.4;

    /** The smallest length that counts, because a file occupies at least one block of the disk. */
    private static final double SMALLEST = 4096;

    /** All content used within the last minute counts as equally young. */
    private static final double YOUNG = Duration.ofMinutes(1).toMillis();

    private EvictionPolicy() {}

    /**
     * The value of keeping that blob; the least valuable are evicted first.
     *
     * @param uses the number of uses, without the one that stored the blob
     * @param length in bytes
     * @param ageMillis since its last use
     */
    public static double value(long uses, long length, long ageMillis) {
        double age = YOUNG + Math.max(0, ageMillis);
        return (1 + uses) / (age * Math.pow(Math.max((double) length, SMALLEST), SIZE_EXPONENT));
    }
}
