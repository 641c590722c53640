package io.artifactvault.origin.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.Answers;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.HandClock;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.Rig;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend takes no more connections and no more bytes than it may, and no other is touched. */
class BoundedOriginTest {
    private static final OriginRequest GET =
            OriginRequest.get(URI.create("https://hub.test/a")).on("hub", "", true, List.of());
    private static final int CHUNK = 10_000;

    private final HandClock clock = new HandClock();
    private final Answers wire = new Answers();

    private Origin limited(int connections, long bandwidth, Duration patience) {
        return new BoundedOrigin(wire, Map.of("hub", new BackendLimits(connections, bandwidth, patience)), clock);
    }

    /** A body of so many chunks. */
    private static OriginResponse body(int chunks) {
        return new OriginResponse() {
            private int left = chunks;

            @Override
            public int status() {
                return 200;
            }

            @Override
            public Fields fields() {
                return Fields.EMPTY;
            }

            @Override
            public OptionalLong contentLength() {
                return OptionalLong.of((long) chunks * CHUNK);
            }

            @Override
            public <E extends Exception> boolean next(Sink<E> sink) throws E {
                if (left == 0) {
                    return false;
                }
                left--;
                sink.accept(ByteBuffer.allocate(CHUNK));
                return true;
            }

            @Override
            public void close() {}
        };
    }

    private static void readAll(OriginResponse response) throws OriginException {
        boolean more = true;
        while (more) {
            more = response.next(_ -> {});
        }
    }

    @Test
    void oneMoreThanAllowedWaitsAndThenFails() throws Exception {
        wire.then(() -> body(1));
        Origin origin = limited(2, 0, Duration.ofMillis(20));
        try (OriginResponse one = origin.send(GET);
                OriginResponse two = origin.send(GET)) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> origin.send(GET));
            assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECTIONS_SPENT);
            assertThat(failure.failure().clientStatus()).isEqualTo(503);
            readAll(one);
            origin.send(GET).close();
            readAll(two);
        }
        assertThat(wire.asked()).hasSize(3);
    }

    @Test
    void oneThatWaitsGoesOnWhenAnotherIsDone() throws Exception {
        wire.then(() -> body(1));
        Origin origin = limited(1, 0, Rig.LONG);
        CountDownLatch waiting = new CountDownLatch(1);
        FutureTask<Integer> second = new FutureTask<>(() -> {
            waiting.countDown();
            try (OriginResponse response = origin.send(GET)) {
                return response.status();
            }
        });
        try (OriginResponse first = origin.send(GET)) {
            Thread.ofVirtual().start(second);
            assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(first.status()).isEqualTo(200);
        }
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(200);
    }

    @Test
    void aRequestThatWasCancelledKeepsNoConnection() throws Exception {
        wire.then(() -> body(1));
        Origin origin = limited(1, 0, Duration.ofMillis(20));
        Cancellation cancelled = new Cancellation();
        cancelled.abandon();
        ScopedValue.where(RequestContext.CURRENT, new RequestContext("10.0.0.1", cancelled))
                .run(() -> {
                    OriginException failure = catchThrowableOfType(OriginException.class, () -> origin.send(GET));
                    assertThat(failure.failure()).isEqualTo(OriginFailure.ABANDONED);
                });
        try (OriginResponse response = origin.send(GET)) {
            assertThat(response.status()).isEqualTo(200);
        }
    }

    private static OriginResponse sendAs(String client, Origin origin) throws OriginException {
        RequestContext context = new RequestContext(client, new Cancellation());
        return ScopedValue.where(RequestContext.CURRENT, context)
                .<OriginResponse, OriginException>call(() -> origin.send(GET));
    }

    @Test
    void oneClientLeavesAConnectionToTheOthers() throws Exception {
        wire.then(() -> body(1));
        Origin origin = limited(8, 0, Duration.ofMillis(20));
        List<OriginResponse> held = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            held.add(sendAs("127.0.0.2", origin));
        }
        OriginException failure = catchThrowableOfType(OriginException.class, () -> sendAs("127.0.0.2", origin));
        assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECTIONS_SPENT);
        try (OriginResponse other = sendAs("127.0.0.3", origin)) {
            assertThat(other.status()).isEqualTo(200);
        }
        held.forEach(OriginResponse::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 304, 404, 503, 200})
    void aHeadWithoutABodyHoldsNoConnection(int status) throws Exception {
        wire.status(status);
        Origin origin = limited(1, 0, Duration.ofMillis(20));
        try (OriginResponse head = origin.send(GET)) {
            origin.send(GET).close();
            assertThat(head.status()).isEqualTo(status);
        }
    }

    @Test
    void aFailureGivesItsConnectionBack() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .then(() -> body(1));
        Origin origin = limited(1, 0, Duration.ofMillis(20));
        for (int i = 0; i < 2; i++) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> origin.send(GET));
            assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        }
        origin.send(GET).close();
    }

    @Test
    void anotherBackendIsNotTouched() throws Exception {
        wire.then(() -> body(100));
        Origin origin = limited(1, 1, Duration.ofMillis(20));
        OriginRequest other = GET.on("pypi", "", true, List.of());
        try (OriginResponse one = origin.send(other);
                OriginResponse two = origin.send(other)) {
            readAll(one);
            readAll(two);
        }
        assertThat(clock.pauses()).isEmpty();
    }

    /** 2 MB at 1 MB/s, in two answers at once: two seconds, but for the burst of a tenth. */
    @Test
    void allBodiesTogetherKeepToTheBandwidth() throws Exception {
        wire.then(() -> body(100));
        Origin origin = limited(0, 1_000_000, Rig.LONG);
        Duration start = clock.now();
        try (OriginResponse one = origin.send(GET);
                OriginResponse two = origin.send(GET)) {
            for (int i = 0; i < 100; i++) {
                assertThat(one.next(_ -> {})).isTrue();
                assertThat(two.next(_ -> {})).isTrue();
            }
        }
        assertThat(clock.now().minus(start)).isBetween(Duration.ofMillis(1890), Duration.ofSeconds(2));
    }

    @Test
    void unusedBandwidthIsNotSavedUp() throws Exception {
        wire.then(() -> body(100));
        Origin origin = limited(0, 1_000_000, Rig.LONG);
        origin.send(GET).close();
        clock.pass(Duration.ofHours(1));
        Duration start = clock.now();
        try (OriginResponse response = origin.send(GET)) {
            readAll(response);
        }
        assertThat(clock.now().minus(start)).isBetween(Duration.ofMillis(890), Duration.ofSeconds(1));
    }
}
