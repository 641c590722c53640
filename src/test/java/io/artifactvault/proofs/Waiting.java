package io.artifactvault.proofs;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Waiting for what another process does, with a bound. */
final class Waiting {
    private static final long STEP_NANOS = 2_000_000;

    private Waiting() {}

    interface Condition {
        boolean holds() throws Exception;
    }

    /** Whether it came to hold within that time. */
    static boolean until(Duration most, Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > most.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }

    static void pass(Duration time) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            LockSupport.parkNanos(time.toNanos() - (System.nanoTime() - start));
        }
    }

    static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    static Duration median(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }
}
