package io.artifactvault.http.caching;

import java.time.Duration;
import java.time.Instant;

/**
 * Detects times that were recorded while the clock was ahead and are read after it was corrected. An age cannot be
 * computed from such a time. Pure.
 */
public final class ClockSkew {
    /**
     * What a clock that is kept in step moves back at once, and what parallel tasks may differ by. Worth no request
     * upstream. No setting, because no operator has a reason to change it: far above what NTP corrects at once (128 ms)
     * and what a question may end after another, and far below every lifetime that is trusted.
     */
    private static final Duration SMALL = Duration.ofSeconds(5);

    /** Longer than any request upstream is under way. */
    private static final Duration LONGEST_REQUEST = Duration.ofHours(1);

    private ClockSkew() {}

    /** Whether the time is later than now by more than clocks differ. */
    public static boolean isAhead(Instant noted, Instant now) {
        return noted.isAfter(now.plus(SMALL));
    }

    /**
     * Whether an event came while a request was under way; one that seems much later was noted by a clock that was
     * ahead.
     */
    public static boolean isDuring(Instant event, Instant requestedAt) {
        return requestedAt.isBefore(event) && event.isBefore(requestedAt.plus(LONGEST_REQUEST));
    }
}
