package io.artifactvault.store.index;

import java.time.Duration;

/**
 * The value of keeping a blob: the number of uses divided by the time since the last one, with a premium for small
 * files. Pure, and computed from the index row alone. Figures: {@code docs/benchmarks-eviction.md}; reasons:
 * {@code docs/decisions/0007-eviction-by-uses-and-age.md}.
 */
public final class EvictionPolicy {
    /** How strongly size lowers value: 0 would make bytes count only, 1 requests only. */
    private static final double SIZE_EXPONENT = 0.4;

    /** Files below a disk's block cost as much as one. */
    private static final double SMALLEST = 4096;

    /** All content used within the last minute counts as equally young. */
    private static final double YOUNG = Duration.ofMinutes(1).toMillis();

    private EvictionPolicy() {}

    /**
     * The value of keeping that blob; the least valuable are evicted first.
     *
     * @param uses uses, not counting the one that stored it
     * @param length in bytes
     * @param ageMillis since its last use
     */
    public static double value(long uses, long length, long ageMillis) {
        double age = YOUNG + Math.max(0, ageMillis);
        return (1 + uses) / (age * Math.pow(Math.max((double) length, SMALLEST), SIZE_EXPONENT));
    }
}
