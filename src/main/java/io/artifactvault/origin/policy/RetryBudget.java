package io.artifactvault.origin.policy;

import java.time.Duration;

/**
 * Limits retries over all requests: a percentage of the requests, and a few per second in addition, so that a vault
 * with little traffic can retry and a busy one does not triple the load of a failing origin. Guarded by this.
 */
final class RetryBudget {
    private static final double PER_SECOND = 3;

    /**
     * The maximum number of retries that may be saved up, so that a long quiet period does not allow a burst of
     * retries.
     */
    private static final double MOST = 30;

    private final Pacing pacing;
    private final double perRequest;
    private double saved = MOST;
    private Duration lastSeen;

    /** @param percent retries per hundred requests */
    RetryBudget(int percent, Pacing pacing) {
        this.perRequest = percent / 100.0;
        this.pacing = pacing;
        this.lastSeen = pacing.now();
    }

    /** Called when a request is sent for the first time. */
    synchronized void earn() {
        saved = Math.min(MOST, saved + perRequest);
    }

    /** Takes one retry from the budget; returns false when the budget allows none. */
    synchronized boolean spend() {
        Duration now = pacing.now();
        double seconds = now.minus(lastSeen).toNanos() / 1e9;
        saved = Math.min(MOST, saved + seconds * PER_SECOND);
        lastSeen = now;
        if (saved < 1) {
            return false;
        }
        saved -= 1;
        return true;
    }
}
