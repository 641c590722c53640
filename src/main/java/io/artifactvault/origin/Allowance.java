package io.artifactvault.origin;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What is left of one backend's limits. Fill threads take and give back; they wait here, event loops never come. */
final class Allowance {
    /** Smooth enough, and rarely to be waited for: so much may be read at once after a pause. */
    private static final Duration BURST = Duration.ofMillis(100);

    private final Semaphore connections;
    private final long bytesPerSecond;
    private final Pacing pacing;
    private Duration free; // guarded by this: when all bytes read so far are paid for

    Allowance(BackendLimits limits, Pacing pacing) {
        this.connections =
                new Semaphore(limits.maxConnections() == 0 ? Integer.MAX_VALUE : limits.maxConnections(), true);
        this.bytesPerSecond = limits.maxBandwidth();
        this.pacing = pacing;
        this.free = pacing.now();
    }

    /** False when none became free in time. */
    boolean connect(Duration patience) throws InterruptedException {
        return connections.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    void disconnect() {
        connections.release();
    }

    int connectionsLeft() {
        return connections.availablePermits();
    }

    /** Waits until these bytes, which were just read, are within the limit. Meanwhile TCP holds the origin back. */
    void read(int bytes) throws InterruptedException {
        if (bytesPerSecond > 0) {
            Duration wait = charge(bytes);
            if (wait.isPositive()) {
                pacing.pause(wait);
            }
        }
    }

    private synchronized Duration charge(int bytes) {
        Duration now = pacing.now();
        Duration earliest = now.minus(BURST);
        free = (free.compareTo(earliest) < 0 ? earliest : free).plusNanos(Math.round(bytes * 1e9 / bytesPerSecond));
        return free.minus(now);
    }
}
