package io.artifactvault.server;

import java.time.Duration;

/**
 * Checks whether a peer transfers the minimum number of bytes, over a window that counts only the time that the vault
 * waits for the peer. Its owner takes samples periodically; the time between two samples counts if the vault waited for
 * the peer at both. Confined to the channel's event loop.
 */
final class Pace {
    private final long windowNanos;
    private final long least;
    private long lookedAt;
    private long bytesThen;
    private boolean waitedThen;
    private long waited;
    private long moved;

    /**
     * Begins with an empty window.
     *
     * @param bytesPerSecond at least one byte per window is required even if this is 0
     */
    Pace(long bytesPerSecond, Duration window) {
        this.windowNanos = window.toNanos();
        this.least = Math.max(1, bytesPerSecond * window.toMillis() / 1000);
    }

    /**
     * Takes another sample.
     *
     * @param now in nanoseconds
     * @param bytes transferred since any fixed time
     * @param waits whether the vault waits for the peer now
     * @return whether a window has passed in which the peer transferred fewer bytes
     */
    boolean isTooSlow(long now, long bytes, boolean waits) {
        if (waits && waitedThen) {
            waited += now - lookedAt;
            moved += bytes - bytesThen;
        }
        lookedAt = now;
        bytesThen = bytes;
        waitedThen = waits;
        if (waited < windowNanos) {
            return false;
        }
        boolean tooSlow = moved < least;
        waited = 0;
        moved = 0;
        return tooSlow;
    }
}
