package io.artifactvault.cache.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.cache.work.FillPlaces.Kind;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.policy.FairPermits.Holder;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FillPlacesTest {
    private static final int RACES = 2_000;

    private final FillPlaces places = new FillPlaces(FillSettings.defaults(), 1, () -> {});

    @AfterEach
    void closePlaces() {
        places.close();
    }

    private static Task task(boolean patient) {
        return new Task(
                new Holder("hub", "10.0.0.1"),
                new UpstreamTrace(),
                new Interest(Interest.Desertion.NONE),
                patient,
                Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTaskThatWasCancelledKeepsNoPlace(boolean patient) {
        Task task = task(patient);
        task.interest().cancellation().abandon();
        AtomicBoolean ran = new AtomicBoolean();
        task.run(() -> {
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> places.with(Kind.SHORT_FILL, () -> ran.set(true)));
            assertThat(failure).isNotNull();
        });
        assertThat(ran).isFalse();
        assertThat(places.permits(Kind.SHORT_FILL).held()).isZero();
    }

    @Test
    void tasksThatAreCancelledWhileTheyTakeAPlaceKeepNone() throws Exception {
        for (int i = 0; i < RACES; i++) {
            Task task = task(true);
            CountDownLatch ready = new CountDownLatch(1);
            FutureTask<Boolean> taking = new FutureTask<>(
                    () -> task.run(() -> {
                        ready.countDown();
                        try {
                            places.with(Kind.SHORT_FILL, () -> {});
                        } catch (OriginException e) {
                            // It was cancelled before it had a place.
                        }
                    }),
                    true);
            Thread.ofVirtual().start(taking);
            ready.await();
            task.interest().cancellation().abandon();
            assertThat(taking.get(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(places.permits(Kind.SHORT_FILL).held()).isZero();
    }
}
