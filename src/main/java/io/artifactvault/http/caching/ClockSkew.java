package io.artifactvault.http.caching;

import java.time.Duration;
import java.time.Instant;

/**
 * Detects times that were recorded while the clock was ahead and are read after it was corrected. An age cannot be
 * computed from such a time. Pure.
 */
public final class ClockSkew {
    /**
     * The tolerance for steps of a synchronized clock and for differences between parallel tasks: smaller differences
     * cause no request to upstream. It is not a setting, because no operator has a reason to change it: it is far above
     * the steps of NTP (128 ms) and the time between the ends of two parallel requests, and far below every lifetime
     * that is trusted.
     */
    private static final Duration SMALL = Duration.ofSeconds(5);

    /** An upper bound for the duration of a request to upstream. */
    private static final Duration LONGEST_REQUEST = Duration.ofHours(1);

    private ClockSkew() {}

    /** Whether the time is later than now by more than the tolerance. */
    public static boolean isAhead(Instant noted, Instant now) {
        return noted.isAfter(now.plus(SMALL));
    }

    /**
     * Whether an event occurred while a request was in progress; one that seems much later was recorded while the clock
     * was ahead.
     */
    public static boolean isDuring(Instant event, Instant requestedAt) {
        return requestedAt.isBefore(event) && event.isBefore(requestedAt.plus(LONGEST_REQUEST));
    }
}
