package io.artifactvault.cache.work;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;

/**
 * Resources for which upstream sent content with another digest than the expected one; the vault does not request them
 * again for a while, because upstream would send the same. In memory only; thread-safe; never blocks.
 */
public final class Mismatches {
    private static final int MOST = 10_000;

    private final Cache<String, Instant> until =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /** Records that the resource with that key must not be requested before the given time. */
    public void note(String key, Instant end) {
        until.put(key, end);
    }

    public boolean covers(String key, Instant now) {
        Instant end = until.getIfPresent(key);
        return end != null && now.isBefore(end);
    }
}
