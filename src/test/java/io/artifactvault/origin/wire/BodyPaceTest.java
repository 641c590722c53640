package io.artifactvault.origin.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.origin.MinimumRate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A kept body must bring a least of bytes in each window of waiting. */
class BodyPaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration IDLE = Duration.ofSeconds(15);

    private final BodyPace pace = new BodyPace(IDLE, new MinimumRate(100, Duration.ofSeconds(60)));

    private void piece(long waited, int bytes) {
        pace.waited(waited);
        pace.received(bytes);
    }

    @Test
    void aDripOfABytePerTenSecondsIsTooSlowAfterOneWindow() {
        pace.enforce();
        for (int i = 0; i < 5; i++) {
            piece(10 * SECOND, 1);
            assertThat(pace.isTooSlow()).isFalse();
        }
        piece(10 * SECOND, 1);
        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void aHundredBytesPerSecondAreEnough() {
        pace.enforce();
        for (int i = 0; i < 600; i++) {
            piece(SECOND, 100);
            assertThat(pace.isTooSlow()).isFalse();
        }
    }

    @Test
    void aBodyThatBeganFastIsJudgedByItsLastWindow() {
        pace.enforce();
        piece(SECOND, 1 << 30);
        piece(59 * SECOND, 1);
        assertThat(pace.isTooSlow()).isFalse();
        piece(60 * SECOND, 1);
        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void aBodyThatMayBeSilentWaitsSoLongForEachPiece() {
        pace.allowSilence(Duration.ofMinutes(2));
        assertThat(pace.patienceNanos()).isEqualTo(120 * SECOND);
        pace.allowSilence(Duration.ZERO);
        assertThat(pace.patienceNanos()).isGreaterThan(Duration.ofDays(10_000).toNanos());
    }

    @Test
    void aBodyThatIsKeptMustBringTheLeastHoweverLongItMayBeSilent() {
        pace.allowSilence(Duration.ZERO);
        pace.enforce();
        assertThat(pace.patienceNanos()).isEqualTo(60 * SECOND);
    }

    @Test
    void noPieceIsWaitedForLongerThanTheWindowLasts() {
        pace.enforce();
        assertThat(pace.patienceNanos()).isEqualTo(IDLE.toNanos());
        piece(50 * SECOND, 1);
        assertThat(pace.patienceNanos()).isEqualTo(10 * SECOND);
        piece(11 * SECOND, 0);
        assertThat(pace.patienceNanos()).isZero();
    }

    @Test
    void whatIsPassedOnMayDrip() {
        for (int i = 0; i < 100; i++) {
            piece(10 * SECOND, 1);
            assertThat(pace.isTooSlow()).isFalse();
            assertThat(pace.patienceNanos()).isEqualTo(IDLE.toNanos());
        }
    }

    @Test
    void whatWasWaitedBeforeItWasKeptDoesNotCount() {
        piece(100 * SECOND, 1);
        pace.enforce();
        assertThat(pace.isTooSlow()).isFalse();
    }

    @Test
    void aRateOfZeroAllowsAnything() {
        BodyPace free = new BodyPace(IDLE, new MinimumRate(0, Duration.ofSeconds(60)));
        free.enforce();
        free.waited(1000 * SECOND);
        assertThat(free.isTooSlow()).isFalse();
    }

    @Test
    void aRateBeyondAllMeasureIsSaturated() {
        assertThat(new MinimumRate(Long.MAX_VALUE, Duration.ofDays(3650)).bytesPerWindow())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(new MinimumRate(1, Duration.ofMillis(1)).bytesPerWindow()).isEqualTo(1);
    }
}
