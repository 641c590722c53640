package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;
    private final Pace pace = new Pace(100, Duration.ofSeconds(10));

    /** Looks once a second; says after how many it was too slow, or 0. */
    private int looks(int seconds, int bytesPerSecond, boolean waits) {
        for (int second = 1; second <= seconds; second++) {
            if (pace.isTooSlow(second * SECOND, (long) second * bytesPerSecond, waits)) {
                return second;
            }
        }
        return 0;
    }

    @Test
    void aPeerThatMovesTooLittleInTheWindowIsTooSlow() {
        assertThat(looks(60, 99, true)).isEqualTo(11);
    }

    @Test
    void aPeerThatMovesEnoughIsNeverTooSlow() {
        assertThat(looks(600, 100, true)).isZero();
    }

    @Test
    void timeWithoutAWaitDoesNotCount() {
        assertThat(looks(600, 0, false)).isZero();
    }

    @Test
    void aSpanCountsOnlyIfThePeerWasWaitedForAtBothEnds() {
        for (int second = 1; second <= 600; second++) {
            assertThat(pace.isTooSlow(second * SECOND, 0, second % 2 == 0)).isFalse();
        }
    }

    @Test
    void withoutARateOneByteIsEnough() {
        Pace lenient = new Pace(0, Duration.ofSeconds(10));
        assertThat(lenient.isTooSlow(0, 0, true)).isFalse();
        assertThat(lenient.isTooSlow(11 * SECOND, 1, true)).isFalse();
        assertThat(lenient.isTooSlow(22 * SECOND, 1, true)).isTrue();
    }
}
