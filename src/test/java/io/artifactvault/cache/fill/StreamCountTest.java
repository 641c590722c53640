package io.artifactvault.cache.fill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class StreamCountTest {
    private static final long PLENTY = 1L << 40;
    private static final int TICKS_PER_WINDOW = 5;

    private long now;

    /** Lets that many windows pass at an origin that gives so many bytes per second to that many streams. */
    private void pass(StreamCount degree, int windows, IntToDoubleFunction rate, long left) {
        for (int i = 0; i < windows * TICKS_PER_WINDOW; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(500) / TICKS_PER_WINDOW;
            degree.observe(now, (int) (rate.applyAsDouble(degree.current()) / 2 / TICKS_PER_WINDOW), left);
        }
    }

    @Test
    void ifEachStreamIsLimitedTheCountRisesToTheMaximum() {
        StreamCount degree = new StreamCount(8);
        pass(degree, 12, streams -> streams * 1e6, PLENTY);
        assertThat(degree.current()).isEqualTo(8);
        pass(degree, 200, streams -> streams * 1e6, PLENTY);
        assertThat(degree.current()).isEqualTo(8);
    }

    @Test
    void ifOneStreamIsAsFastTheCountReturnsToOne() {
        StreamCount degree = new StreamCount(8);
        pass(degree, 8, streams -> 1e8, PLENTY);
        assertThat(degree.current()).isEqualTo(1);
    }

    @Test
    void anIncreaseThatDidNotHelpIsTriedAgainMuchLater() {
        StreamCount degree = new StreamCount(8);
        pass(degree, 8, streams -> 1e8, PLENTY);
        pass(degree, 55, streams -> streams * 1e6, PLENTY);
        assertThat(degree.current()).isEqualTo(1);
        pass(degree, 30, streams -> streams * 1e6, PLENTY);
        assertThat(degree.current()).isGreaterThan(1);
    }

    @Test
    void theCountStopsRisingWhenMoreStreamsDoNotHelp() {
        StreamCount degree = new StreamCount(16);
        pass(degree, 20, streams -> Math.min(streams, 4) * 1e6, PLENTY);
        assertThat(degree.current()).isEqualTo(4);
    }

    @Test
    void shortlyBeforeTheEndNothingIsTried() {
        StreamCount degree = new StreamCount(8);
        pass(degree, 10, streams -> streams * 1e6, 3_000_000);
        assertThat(degree.current()).isEqualTo(1);
    }

    @Test
    void theOperatorCanSetTheMaximumToOne() {
        StreamCount degree = new StreamCount(1);
        pass(degree, 20, streams -> 1e6, PLENTY);
        assertThat(degree.current()).isEqualTo(1);
    }

    @Test
    void aRefusalHalvesTheCount() {
        StreamCount degree = new StreamCount(8);
        pass(degree, 12, streams -> streams * 1e6, PLENTY);
        degree.back();
        assertThat(degree.current()).isEqualTo(4);
    }
}
