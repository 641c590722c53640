package io.artifactvault.origin;

import io.artifactvault.origin.policy.Pacing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only when somebody pauses, or when a test says so. Confined to the test's thread. */
public final class HandClock implements Pacing {
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

    public void pass(Duration time) {
        now = now.plus(time);
    }

    public List<Duration> pauses() {
        return pauses;
    }

    public Duration paused() {
        return pauses.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
