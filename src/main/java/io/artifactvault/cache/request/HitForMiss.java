package io.artifactvault.cache.request;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keys whose last response could not be shared, each for a limited time. Requests that wait for each other under such a
 * key would wait in vain and then be sent upstream anyway, so they are sent immediately and in parallel. Varnish calls
 * this hit-for-miss. In memory only; thread-safe; never blocks.
 */
public final class HitForMiss {
    /** Maximum memory in bytes. If a key is evicted, the next requests for it wait for the first of them once. */
    private static final long MOST_BYTES = 1L << 20;

    private static final int OVERHEAD = 96;

    private final Duration ttl;
    private final Cache<String, Instant> since = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((String key, Instant _) -> OVERHEAD + 2 * key.length())
            .build();
    private final LongAdder uncollapsed = new LongAdder();

    /** @param ttl how long a key is kept; 0 to disable */
    public HitForMiss(Duration ttl) {
        this.ttl = ttl;
    }

    /** Whether a request for the key is sent upstream without waiting for others; if so, counts it. */
    public boolean covers(String key, Instant now) {
        Instant at = since.getIfPresent(key);
        // A time in the future was recorded before the clock was set back.
        boolean covered = at != null && !at.isAfter(now) && now.isBefore(at.plus(ttl));
        if (covered) {
            uncollapsed.increment();
        }
        return covered;
    }

    /** Records that the response for the key could not be shared. */
    public void note(String key, Instant now) {
        if (!ttl.isZero()) {
            since.put(key, now);
        }
    }

    /** Records that the response for the key was stored. */
    public void forget(String key) {
        since.invalidate(key);
    }

    /** Requests since startup that were sent upstream without waiting for others. */
    public long uncollapsed() {
        return uncollapsed.sum();
    }
}
