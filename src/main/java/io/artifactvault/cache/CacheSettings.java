package io.artifactvault.cache;

import java.time.Duration;

/**
 * The engine.
 *
 * @param fills how much is done at once
 * @param staleIfError how old a stored answer may be when upstream fails
 * @param staleAfter how long upstream may take to answer where something stored may be served instead; zero for as long as it takes
 * @param segmentSize bytes that one of several streams of a fill fetches at once; smaller content is fetched whole
 * @param parallelSegments streams of one fill at most; 1 for never more than one
 * @param readAhead bytes fetched beyond what readers ask for who read on where they had stopped
 * @param maxClientRate requests per second that one client's misses may send upstream; 0 for any number
 * @param minRevalidateInterval how long after upstream confirmed a stored answer no client can make it be asked again
 * @param offline whether upstream is never asked, and what is stored served whatever its age
 */
public record CacheSettings(
        FillSettings fills,
        Duration staleIfError,
        Duration staleAfter,
        long segmentSize,
        int parallelSegments,
        long readAhead,
        int maxClientRate,
        Duration minRevalidateInterval,
        boolean offline) {
    /** With the usual time for upstream to answer. */
    public CacheSettings(
            FillSettings fills,
            Duration staleIfError,
            long segmentSize,
            int parallelSegments,
            long readAhead,
            int maxClientRate,
            Duration minRevalidateInterval,
            boolean offline) {
        this(
                fills,
                staleIfError,
                Duration.ofSeconds(3),
                segmentSize,
                parallelSegments,
                readAhead,
                maxClientRate,
                minRevalidateInterval,
                offline);
    }

    /** The same with another time for upstream to answer. */
    public CacheSettings withStaleAfter(Duration most) {
        return new CacheSettings(
                fills,
                staleIfError,
                most,
                segmentSize,
                parallelSegments,
                readAhead,
                maxClientRate,
                minRevalidateInterval,
                offline);
    }

    public static CacheSettings defaults() {
        return new CacheSettings(
                FillSettings.defaults(),
                Duration.ofDays(30),
                Duration.ofSeconds(3),
                8L << 20,
                8,
                8L << 20,
                100,
                Duration.ofSeconds(2),
                false);
    }

    /** The same with other bounds. */
    public CacheSettings with(FillSettings bounds) {
        return new CacheSettings(
                bounds,
                staleIfError,
                staleAfter,
                segmentSize,
                parallelSegments,
                readAhead,
                maxClientRate,
                minRevalidateInterval,
                offline);
    }
}
