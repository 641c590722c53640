package io.artifactvault.origin.wire;

import io.artifactvault.origin.MinimumRate;
import java.time.Duration;

/**
 * Checks whether a body arrives fast enough. Time counts only while the fill waits for the origin: a slow disk or
 * client, or a limit on bandwidth, does not make an origin count as slow. Confined to the thread that reads the body.
 *
 * <p>Phases: unlimited, until {@link #enforce} → window after window, each of which must reach the minimum.
 */
final class BodyPace {
    /**
     * A timeout that stands for none: longer than any process runs, and far below the maximum of a deadline in
     * nanoseconds.
     */
    private static final long FOREVER = Duration.ofDays(36_500).toNanos();

    private long idleNanos;
    private final MinimumRate least;
    private boolean enforced;
    private long waited;
    private long received;

    /** @param idle the longest wait for one chunk */
    BodyPace(Duration idle, MinimumRate least) {
        this.idleNanos = idle.toNanos();
        this.least = least;
    }

    /** @param most the longest wait for one chunk from now on; zero for no limit */
    void allowSilence(Duration most) {
        idleNanos = most.isZero() ? FOREVER : most.toNanos();
    }

    /** Enforces the minimum rate from now on. */
    void enforce() {
        enforced = least.bytesPerSecond() > 0;
        waited = 0;
        received = 0;
    }

    /** How long to wait for the next chunk. */
    long patienceNanos() {
        if (!enforced || received >= least.bytesPerWindow()) {
            return idleNanos;
        }
        return Math.clamp(least.window().toNanos() - waited, 0, idleNanos);
    }

    void waited(long nanos) {
        waited += nanos;
    }

    void received(int bytes) {
        received += bytes;
    }

    /** Whether a window has ended in which fewer bytes arrived than the minimum; called after each chunk. */
    boolean isTooSlow() {
        if (!enforced || waited < least.window().toNanos()) {
            return false;
        }
        boolean tooSlow = received < least.bytesPerWindow();
        waited = 0;
        received = 0;
        return tooSlow;
    }
}
