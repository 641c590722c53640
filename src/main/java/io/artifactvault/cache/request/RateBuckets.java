package io.artifactvault.cache.request;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;

/**
 * One token bucket per holder, such as a client address; each bucket holds at most the tokens of half a minute.
 * Thread-safe; never waits.
 */
final class RateBuckets {
    private static final Duration BURST = Duration.ofSeconds(30);

    /**
     * The maximum number of buckets. An evicted holder later starts with a full bucket, which only a flood of addresses
     * could exploit.
     */
    private static final int MOST_HOLDERS = 100_000;

    private final int perMinute;
    private final Clock clock;
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST_HOLDERS).build();

    /** @param perMinute 0 for no limit */
    RateBuckets(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /**
     * Counts in fractions of a request, chosen so that a rate per minute adds that many fractions each millisecond.
     * Guarded by this.
     */
    private static final class Bucket {
        private static final long REQUEST = 60_000;

        private long left;
        private long filledAt;

        Bucket(long left, long filledAt) {
            this.left = left;
            this.filledAt = filledAt;
        }

        synchronized boolean take(int perMinute, long most, long now) {
            long passed = Math.clamp(now - filledAt, 0, BURST.toMillis());
            left = Math.min(most, left + passed * perMinute);
            filledAt = now;
            if (left < REQUEST) {
                return false;
            }
            left -= REQUEST;
            return true;
        }

        synchronized void giveBack(long most) {
            left = Math.min(most, left + REQUEST);
        }
    }

    boolean take(String holder) {
        long now = clock.millis();
        return perMinute == 0
                || buckets.get(holder, _ -> new Bucket(most(), now)).take(perMinute, most(), now);
    }

    void giveBack(String holder) {
        Bucket bucket = buckets.getIfPresent(holder);
        if (bucket != null) {
            bucket.giveBack(most());
        }
    }

    /** The capacity of the bucket, at least one request. */
    private long most() {
        return Math.max(Bucket.REQUEST, BURST.toMillis() * perMinute);
    }
}
