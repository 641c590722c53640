package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which signal stops the vault, and which one ends it immediately. */
class StopSignalsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
    private final StopSignals signals = new StopSignals(now::get);

    @Test
    void aSignalToTheProcessAndItsGroupIsOneSignal() {
        assertThat(signals.next()).isEqualTo(StopSignals.Meaning.STOP);
        now.addAndGet(1_000_000);
        assertThat(signals.next()).isEqualTo(StopSignals.Meaning.REPEATED);
        now.addAndGet(StopSignals.SAME.toNanos() - 1_000_001);
        assertThat(signals.next()).isEqualTo(StopSignals.Meaning.REPEATED);
    }

    @Test
    void aSignalALittleLaterStopsImmediately() {
        assertThat(signals.next()).isEqualTo(StopSignals.Meaning.STOP);
        assertThat(signals.next()).isEqualTo(StopSignals.Meaning.REPEATED);
        now.addAndGet(StopSignals.SAME.toNanos());
        assertThat(signals.next()).isEqualTo(StopSignals.Meaning.STOP_IMMEDIATELY);
    }
}
