package io.artifactvault.origin;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether one origin is asked. Closed: it is. Open, after so many failures in a row: it is not, for a pause. Half open, when
 * the pause is over: one request probes it while the others still fail; its success closes, its failure opens again for
 * twice as long. Guarded by this.
 */
final class Circuit {
    private static final int LONGEST_PAUSE = 8;

    private final BreakerSettings settings;
    private int failures;
    private Duration since = Duration.ZERO;
    private Duration until = Duration.ZERO;
    private Duration pause;
    private boolean open;
    private boolean probing;

    Circuit(BreakerSettings settings) {
        this.settings = settings;
        this.pause = settings.pause();
    }

    /**
     * Why the origin is not asked.
     *
     * @param failures in a row
     * @param since how long ago the first of them was
     * @param again when it will be asked again
     */
    record Refusal(int failures, Duration since, Duration again) {}

    /**
     * Empty when the caller may ask.
     *
     * @param counts whether the caller reports how that ended, and so may be the probe; one that does not gets through once the
     *     pause is over, and leaves the probe to others
     */
    synchronized Optional<Refusal> enter(Duration now, boolean counts) {
        if (!open) {
            return Optional.empty();
        }
        if (now.compareTo(until) >= 0 && !probing) {
            probing = counts;
            return Optional.empty();
        }
        Duration left = until.minus(now);
        return Optional.of(new Refusal(failures, now.minus(since), left.isNegative() ? Duration.ZERO : left));
    }

    synchronized void succeeded() {
        failures = 0;
        open = false;
        probing = false;
        pause = settings.pause();
    }

    /** True when this opened it for the first time. */
    synchronized boolean failed(Duration now) {
        since = failures == 0 ? now : since;
        failures++;
        boolean first = !open && failures >= settings.failures();
        if (first || probing) {
            pause = first ? settings.pause() : doubled();
            until = now.plus(pause);
            open = true;
        }
        probing = false;
        return first;
    }

    private Duration doubled() {
        Duration most = settings.pause().multipliedBy(LONGEST_PAUSE);
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(most) < 0 ? twice : most;
    }

    /** Neither well nor ill: we broke off ourselves. Somebody else may probe. */
    synchronized void abandoned() {
        probing = false;
    }

    synchronized boolean isCalm() {
        return failures == 0 && !probing;
    }
}
