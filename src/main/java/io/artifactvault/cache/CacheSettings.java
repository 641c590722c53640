package io.artifactvault.cache;

import java.time.Duration;

/**
 * The engine.
 *
 * @param maxFills fills at once
 * @param maxQueuedFills fills that may wait for a place; one more is answered 503 with Retry-After
 * @param staleIfError how old a stored answer may be when upstream fails
 * @param segmentSize bytes that one of several streams of a fill fetches at once; smaller content is fetched whole
 * @param parallelSegments streams of one fill at most; 1 for never more than one
 * @param readAhead bytes fetched beyond what readers ask for who read on where they had stopped
 * @param maxClientRate requests per second that one client's misses may send upstream; 0 for any number
 * @param minRevalidateInterval how long after upstream confirmed a stored answer no client can make it be asked again
 * @param offline whether upstream is never asked, and what is stored served whatever its age
 */
public record CacheSettings(
        int maxFills,
        int maxQueuedFills,
        Duration staleIfError,
        long segmentSize,
        int parallelSegments,
        long readAhead,
        int maxClientRate,
        Duration minRevalidateInterval,
        boolean offline) {
    public static CacheSettings defaults() {
        return new CacheSettings(
                64, 1024, Duration.ofDays(30), 8L << 20, 8, 8L << 20, 100, Duration.ofSeconds(2), false);
    }
}
