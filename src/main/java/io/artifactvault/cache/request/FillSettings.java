package io.artifactvault.cache.request;

import java.time.Duration;

/**
 * How much is done at once, and how much of it for one client.
 *
 * @param maxFills bodies brought to the disk at once
 * @param maxFillsPerClient of these for one client address; 0 for no limit
 * @param maxQueuedFills fills that may wait for a place; one more is answered 503 with Retry-After
 * @param maxQuestions requests to upstream under way at once, kept or passed through
 * @param maxQuestionsPerClient of these for one client address; 0 for no limit
 * @param maxBackground refreshes and probes at once that no client waits for; more are left out
 * @param maxInspections stored files that are checked at once at their first read
 * @param linger how long a fill goes on without a reader
 * @param lingerSize bytes that it brings in that time at most
 * @param maxLingering fills without a reader at once; the oldest end first
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
