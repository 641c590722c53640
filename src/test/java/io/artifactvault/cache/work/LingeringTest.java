package io.artifactvault.cache.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.fixtures.FillSettingsBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fill without a reader continues within bounds of number, bytes and time. */
@Timeout(60)
class LingeringTest {
    private static final long MOST_BYTES = 1000;

    private final FillSettingsBuilder settings = FillSettingsBuilder.usual()
            .linger(Duration.ofDays(1))
            .lingerSize(MOST_BYTES)
            .maxLingering(2);

    private Lingering lingering = new Lingering(settings.build());

    @AfterEach
    void close() {
        lingering.close();
    }

    private void start(FillSettingsBuilder others) {
        lingering.close();
        lingering = new Lingering(others.build());
    }

    private Interest filling() {
        Interest interest = new Interest(lingering);
        interest.resumable();
        assertThat(interest.add()).isTrue();
        interest.filling();
        return interest;
    }

    /** The interest in a fill that has lost its only reader. */
    private Interest deserted() {
        Interest interest = filling();
        interest.remove(true);
        return interest;
    }

    private static boolean hasEnded(Interest interest) {
        return interest.cancellation().isCancelled();
    }

    private static void awaitEnd(Interest... interests) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(interests.length);
        Arrays.stream(interests).forEach(interest -> interest.cancellation().onCancel(ended::countDown));
        ended.await();
    }

    private void awaitEnded(long number) {
        while (lingering.ended() < number && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aFillThatLosesItsLastReaderContinues() {
        Interest interest = deserted();

        assertThat(hasEnded(interest)).isFalse();
        assertThat(lingering.count()).isOne();
        assertThat(lingering.ended()).isZero();
    }

    @Test
    void aFillThatHasAReaderAgainOrIsOverDoesNotLinger() {
        Interest joined = deserted();
        Interest over = deserted();
        assertThat(joined.add()).isTrue();
        assertThat(lingering.count()).isOne();
        over.over();

        assertThat(lingering.count()).isZero();
        lingering.endOldest();
        assertThat(hasEnded(joined)).isFalse();
        assertThat(lingering.ended()).isZero();
    }

    @Test
    void oneFillTooManyEndsTheOldest() {
        Interest first = deserted();
        Interest second = deserted();
        assertThat(hasEnded(first)).isFalse();
        Interest third = deserted();

        assertThat(hasEnded(first)).isTrue();
        assertThat(hasEnded(second)).isFalse();
        assertThat(hasEnded(third)).isFalse();
        assertThat(lingering.count()).isEqualTo(2);
        assertThat(lingering.ended()).isOne();
    }

    @Test
    void theAgeOfAFillCountsFromItsLastReader() {
        Interest returned = deserted();
        Interest other = deserted();
        assertThat(returned.add()).isTrue();
        returned.remove(true);
        var _ = deserted();

        assertThat(hasEnded(other)).isTrue();
        assertThat(hasEnded(returned)).isFalse();
    }

    @Test
    void aFillThatIsReportedAgainIsCountedOnceAndIsTheYoungest() {
        Interest twice = deserted();
        Interest other = deserted();
        lingering.begin(twice, 1);
        assertThat(lingering.count()).isEqualTo(2);
        lingering.endOldest();

        assertThat(hasEnded(other)).isTrue();
        assertThat(hasEnded(twice)).isFalse();
    }

    @Test
    void withALimitOfZeroNoFillLingers() {
        start(settings.maxLingering(0));
        Interest interest = deserted();

        assertThat(hasEnded(interest)).isTrue();
        assertThat(lingering.count()).isZero();
        assertThat(lingering.ended()).isOne();
    }

    @Test
    void aFillEndsOnceItHasFetchedMoreThanItMayWithoutAReader() {
        Interest interest = deserted();
        lingering.came(interest, MOST_BYTES);
        assertThat(hasEnded(interest)).isFalse();
        lingering.came(interest, MOST_BYTES + 1);

        assertThat(hasEnded(interest)).isTrue();
        assertThat(lingering.count()).isZero();
    }

    @Test
    void bytesOfAFillThatDoesNotLingerEndNothing() {
        Interest interest = filling();
        lingering.came(interest, MOST_BYTES + 1);

        assertThat(hasEnded(interest)).isFalse();
        assertThat(lingering.ended()).isZero();
    }

    @Test
    void theOldestGivesItsPlaceToAFillWithReaders() {
        lingering.endOldest();
        Interest first = deserted();
        Interest second = deserted();
        lingering.endOldest();

        assertThat(hasEnded(first)).isTrue();
        assertThat(hasEnded(second)).isFalse();
        assertThat(lingering.count()).isOne();
        assertThat(lingering.ended()).isOne();
    }

    /** A reader may join between the last one's departure and the report of it. */
    @Test
    void aFillThatWasJoinedMeanwhileIsNotEnded() {
        Interest joined = filling();
        lingering.begin(joined, 1);
        lingering.endOldest();

        assertThat(hasEnded(joined)).isFalse();
        assertThat(lingering.count()).isZero();
        assertThat(lingering.ended()).isZero();
    }

    @Test
    void everyFillEndsWhenItsTimeIsUp() throws InterruptedException {
        start(settings.linger(Duration.ofMillis(5)).maxLingering(100));
        for (int round = 1; round <= 3; round++) {
            awaitEnd(deserted(), deserted());
            awaitEnded(2L * round);
            assertThat(lingering.count()).isZero();
        }
    }

    @Test
    void afterTheVaultStopsNoFillIsKept() {
        lingering.close();
        Interest interest = deserted();

        assertThat(lingering.count()).isZero();
        assertThat(hasEnded(interest)).isFalse();
    }
}
