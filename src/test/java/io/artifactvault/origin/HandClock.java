package io.artifactvault.origin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only when somebody pauses, or when a test says so. Confined to the test's thread. */
final class HandClock implements Pacing {
    private final List<Duration> pauses = new ArrayList<>();
    private Duration now = Duration.ofDays(1);

    @Override
    public Duration now() {
        return now;
    }

    @Override
    public void pause(Duration time) {
        pauses.add(time);
        pass(time);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    List<Duration> pauses() {
        return pauses;
    }

    Duration paused() {
        return pauses.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
