package io.artifactvault.origin.policy;

import io.artifactvault.origin.RequestContext;
import java.time.Duration;
import java.util.Optional;

/**
 * The part of one backend's limits that is still available. Tasks take from it and return to it, and may wait here.
 * Never called on event loops.
 */
final class Allowance {
    /**
     * The burst that may be read after a pause, as a time at the full rate: short enough for a smooth rate, long enough
     * that waits are rare.
     */
    private static final Duration BURST = Duration.ofMillis(100);

    private final FairPermits connections;
    private final Duration timeout;
    private final long bytesPerSecond;
    private final Pacing pacing;
    private Duration free; // guarded by this; the time at which all bytes read so far are within the limit

    Allowance(BackendLimits limits, Pacing pacing) {
        int most = limits.maxConnections() == 0 ? Integer.MAX_VALUE : limits.maxConnections();
        this.connections = new FairPermits(new FairPermits.Limits(most, most, Integer.MAX_VALUE, 1));
        this.timeout = limits.timeout();
        this.bytesPerSecond = limits.maxBandwidth();
        this.pacing = pacing;
        this.free = pacing.now();
    }

    /** The maximum time for which a request waits for a connection, and for a response head. */
    Duration timeout() {
        return timeout;
    }

    /** Waits for a permit for one connection; empty when none became free in time, or the task was cancelled. */
    Optional<FairPermits.Permit> connect(RequestContext context) throws InterruptedException {
        FairPermits.Holder holder = new FairPermits.Holder("", context.client());
        return connections.take(holder, context.cancellation(), timeout, () -> {});
    }

    /**
     * Waits until these bytes, which were just read, are within the limit. During the wait, TCP flow control stops the
     * origin.
     */
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
