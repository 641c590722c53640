package io.artifactvault.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows down guessing of the admin API's token. The first few wrong tokens from an address have no effect; after each
 * further one, tokens from that address are rejected unchecked for a while, which doubles each time. Calls are never
 * delayed. An operator behind the same address is delayed by at most {@link #LONGEST}. Thread-safe.
 */
final class TokenAttempts {
    static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(TokenAttempts.class);

    /** The number of wrong tokens from one address that cause no pause. */
    static final int MISTAKES = 4;

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;
    private static final int MOST_DOUBLINGS = 6;

    /** The number of wrong tokens from an address, and the time from which the next one is checked. */
    private record Wrong(int count, Instant until) {}

    private final Clock clock;
    private final Cache<String, Wrong> wrong = Caffeine.newBuilder()
            .maximumSize(MOST_ADDRESSES)
            .expireAfterWrite(Duration.ofMinutes(15))
            .build();
    private Instant warnedAt = Instant.MIN; // guarded by this
    private long unwarned; // guarded by this

    TokenAttempts(Clock clock) {
        this.clock = clock;
    }

    /** How long tokens from that address will not be checked; zero when they are checked. */
    Duration pause(String address) {
        Wrong last = wrong.getIfPresent(address);
        Instant now = clock.instant();
        if (last == null || !now.isBefore(last.until())) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, last.until());
        // If the clock was set back, the pause would otherwise become longer.
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }

    void right(String address) {
        wrong.invalidate(address);
    }

    void wrong(String address) {
        Instant now = clock.instant();
        wrong.asMap().merge(address, after(1, now), (held, _) -> after(held.count() + 1, now));
        warn(address, now);
    }

    private static Wrong after(int count, Instant now) {
        if (count <= MISTAKES) {
            return new Wrong(count, now);
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(count - MISTAKES - 1, MOST_DOUBLINGS));
        return new Wrong(count, now.plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST));
    }

    private synchronized void warn(String address, Instant now) {
        unwarned++;
        if (warnedAt.equals(Instant.MIN) || !now.isBefore(warnedAt.plus(BETWEEN_WARNINGS))) {
            log.warn(
                    "Refused {} request(s) to the admin API with a wrong token, the last from {}. Unless an"
                            + " operator mistyped it, restrict the admin port to operators.",
                    unwarned,
                    address);
            warnedAt = now;
            unwarned = 0;
        }
    }
}
