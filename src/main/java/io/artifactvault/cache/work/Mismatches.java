package io.artifactvault.cache.work;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;

/**
 * Resources for which upstream sent content of another digest than the one that identifies it: while the same would come
 * again, upstream is not asked. In memory only; thread-safe; never blocks.
 */
public final class Mismatches {
    private static final int MOST = 10_000;

    private final Cache<String, Instant> until =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /** Upstream is not asked for the resource with that key before that time. */
    public void note(String key, Instant end) {
        until.put(key, end);
    }

    public boolean covers(String key, Instant now) {
        Instant end = until.getIfPresent(key);
        return end != null && now.isBefore(end);
    }
}
