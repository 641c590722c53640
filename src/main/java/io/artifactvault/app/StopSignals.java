package io.artifactvault.app;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Distinguishes repeated stop signals. GNU timeout, service managers and shells signal a process and its group, so that
 * one request to stop arrives twice within a millisecond. Thread-safe.
 */
public final class StopSignals {
    /** A signal that arrives within this time after the first counts as the same request to stop. */
    static final Duration SAME = Duration.ofSeconds(1);

    /** The meaning of a signal. */
    public enum Meaning {
        STOP,
        REPEATED,
        STOP_IMMEDIATELY
    }

    private final LongSupplier nanos;
    private OptionalLong first = OptionalLong.empty(); // guarded by this

    /** @param nanos a clock such as {@link System#nanoTime} */
    public StopSignals(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The meaning of the signal that has just arrived. */
    public synchronized Meaning next() {
        long now = nanos.getAsLong();
        if (first.isEmpty()) {
            first = OptionalLong.of(now);
            return Meaning.STOP;
        }
        return now - first.getAsLong() < SAME.toNanos() ? Meaning.REPEATED : Meaning.STOP_IMMEDIATELY;
    }
}
