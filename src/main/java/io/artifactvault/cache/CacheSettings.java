package io.artifactvault.cache;

import java.time.Duration;

/**
 * The engine.
 *
 * @param maxFills fills at once
 * @param maxQueuedFills fills that may wait for a place; one more is answered 503 with Retry-After
 * @param staleIfError how old a stored answer may be when upstream fails
 */
public record CacheSettings(int maxFills, int maxQueuedFills, Duration staleIfError) {
    public static CacheSettings defaults() {
        return new CacheSettings(64, 1024, Duration.ofDays(30));
    }
}
