package io.artifactvault.proofs;

import java.time.Duration;
import java.util.List;

/**
 * How long answers took. One that failed counts with the time until it was given up.
 *
 * @param sorted from the fastest to the slowest
 * @param why the first failure; empty when there was none
 */
record Latencies(List<Duration> sorted, int failed, String why) {
    Latencies {
        sorted = sorted.stream().sorted().toList();
    }

    Duration p99() {
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100));
    }

    Duration median() {
        return sorted.get(sorted.size() / 2);
    }

    Duration slowest() {
        return sorted.getLast();
    }

    @Override
    public String toString() {
        String times = "p50 " + millis(median()) + ", p99 " + millis(p99()) + ", slowest " + millis(slowest()) + " of "
                + sorted.size();
        return failed == 0 ? times : times + ", " + failed + " failed (" + why + ")";
    }

    static String millis(Duration time) {
        return "%.1f ms".formatted(time.toNanos() / 1e6);
    }
}
