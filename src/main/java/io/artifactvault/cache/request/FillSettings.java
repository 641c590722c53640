package io.artifactvault.cache.request;

import java.time.Duration;

/**
 * Limits on concurrent work, in total and for one client.
 *
 * @param maxFills bodies written to disk concurrently
 * @param maxFillsPerClient of these for one client address; 0 for no limit
 * @param maxQueuedFills fills that may wait for a place; beyond that, requests get 503 with Retry-After
 * @param maxQuestions concurrent requests to upstream, whether their responses may be stored or not
 * @param maxQuestionsPerClient of these for one client address; 0 for no limit
 * @param maxBackground concurrent refreshes and probes that no client waits for; more are skipped
 * @param maxInspections stored files that are checked concurrently at their first read
 * @param linger how long a fill continues without a reader
 * @param lingerSize maximum number of bytes that such a fill fetches
 * @param maxLingering concurrent fills without a reader; the oldest end first
 */
public record FillSettings(
        int maxFills,
        int maxFillsPerClient,
        int maxQueuedFills,
        int maxQuestions,
        int maxQuestionsPerClient,
        int maxBackground,
        int maxInspections,
        Duration linger,
        long lingerSize,
        int maxLingering) {
    public static FillSettings defaults() {
        return new FillSettings(64, 32, 1024, 4096, 1024, 32, 8, Duration.ofSeconds(30), 64L << 20, 16);
    }
}
