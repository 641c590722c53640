package io.artifactvault.origin.policy;

import io.artifactvault.origin.RequestContext;
import java.time.Duration;

/** Time as the origin room lives in it: how late it is, and waiting. Tasks and fills call it; tests bring their own. */
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

    /** Since an instant of no meaning; never goes back. */
    Duration now();

    /** Waits that long; shorter when this thread's task is cancelled. */
    void pause(Duration time) throws InterruptedException;
}
