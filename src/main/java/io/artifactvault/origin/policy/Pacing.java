package io.artifactvault.origin.policy;

import io.artifactvault.origin.RequestContext;
import java.time.Duration;

/** The clock of the origin package: gives the time, and waits. Called by tasks and fills; tests provide their own. */
public interface Pacing {
    Pacing SYSTEM = new Pacing() {
        @Override
        public Duration now() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            RequestContext.current().cancellation().pause(time);
        }
    };

    /** Time since an arbitrary instant; monotonic. */
    Duration now();

    /** Waits that long; returns early when this thread's task is cancelled. */
    void pause(Duration time) throws InterruptedException;
}
