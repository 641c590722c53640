package io.artifactvault.origin;

import java.time.Duration;

/** Time as the origin room lives in it: how late it is, and waiting. Called on fill threads; tests bring their own. */
interface Pacing {
    Pacing SYSTEM = new Pacing() {
        @Override
        public Duration now() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }
    };

    /** Since an instant of no meaning; never goes back. */
    Duration now();

    void pause(Duration time) throws InterruptedException;
}
