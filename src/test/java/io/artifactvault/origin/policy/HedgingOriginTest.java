package io.artifactvault.origin.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.HedgeSettings;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RawOrigin;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.Rig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection that hangs is not waited for when another answers. */
@Timeout(60)
class HedgingOriginTest {
    private static final HedgeSettings SOON = new HedgeSettings(Duration.ofMillis(30), Duration.ofMillis(30), 10, 5);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    /** An origin whose first request hangs until it is closed; the second is answered. */
    private RawOrigin hangingOnce(String answer) throws Exception {
        return RawOrigin.open(peer -> {
            while (peer.readHead() != null) {
                if (asked.incrementAndGet() == 1) {
                    peer.awaitClose();
                    cancelled.countDown();
                    return;
                }
                peer.send(answer);
            }
        });
    }

    private static Origin hedging(Rig rig, HedgeSettings settings, int connections) {
        return OriginStack.over(
                rig.origin(),
                Rig.PATIENT.withHedge(settings),
                Map.of("hub", new BackendLimits(connections, 0, Rig.LONG)),
                InstantSource.system());
    }

    private static OriginRequest get(URI uri) {
        return OriginRequest.get(uri).withPrivateAllowed(true).on("hub", "", true, List.of());
    }

    private static String body(OriginResponse response) throws OriginException {
        StringBuilder text = new StringBuilder();
        boolean more = true;
        while (more) {
            more = response.next(bytes -> text.append(StandardCharsets.UTF_8.decode(bytes)));
        }
        return text.toString();
    }

    private static CompletableFuture<Integer> status(Origin origin, OriginRequest request, Cancellation cancellation) {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> ScopedValue.where(RequestContext.CURRENT, new RequestContext("a", cancellation))
                        .run(() -> {
                            try (OriginResponse response = origin.send(request)) {
                                status.complete(response.status());
                            } catch (OriginException e) {
                                status.completeExceptionally(e);
                            }
                        }));
        return status;
    }

    @Test
    void aSecondConnectionAnswersForOneThatHangsAndTheFirstIsClosed() throws Exception {
        try (RawOrigin raw = hangingOnce(OK);
                Rig rig = Rig.open();
                Origin origin = hedging(rig, SOON, 0)) {
            try (OriginResponse response = origin.send(get(raw.uri("/a")))) {
                assertThat(body(response)).isEqualTo("ok");
            }
            assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(asked).hasValue(2);
            assertThat(origin.hedges().sentSoFar()).isEqualTo(1);
            assertThat(origin.hedges().wonSoFar()).isEqualTo(1);
        }
    }

    @Test
    void aHedgeGoesOverAFreshConnection() throws Exception {
        AtomicInteger before = new AtomicInteger(-1);
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    int served = 0;
                    for (String head = peer.readHead(); head != null; head = peer.readHead()) {
                        boolean hedged = head.contains("/c");
                        if (hedged && asked.incrementAndGet() == 1) {
                            over.await();
                            return;
                        }
                        if (hedged) {
                            before.set(served);
                        }
                        served++;
                        peer.send(OK);
                    }
                });
                Rig rig = Rig.open();
                Origin origin = hedging(rig, SOON, 0)) {
            // So that connections rest in the pool which a hedge could take.
            try (OriginResponse one = origin.send(get(raw.uri("/a")));
                    OriginResponse two = origin.send(get(raw.uri("/b")))) {
                assertThat(body(one) + body(two)).isEqualTo("okok");
            }
            try (OriginResponse response = origin.send(get(raw.uri("/c")))) {
                assertThat(body(response)).isEqualTo("ok");
            }
            assertThat(before).hasValue(0);
        } finally {
            over.countDown();
        }
    }

    @Test
    void theFirstWinsWhereItAnswersBeforeTheHedge() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    if (asked.incrementAndGet() == 1) {
                        second.await();
                        peer.send(OK);
                        peer.awaitClose();
                    } else {
                        second.countDown();
                        peer.awaitClose();
                        ended.countDown();
                    }
                });
                Rig rig = Rig.open();
                Origin origin = hedging(rig, SOON, 0)) {
            try (OriginResponse response = origin.send(get(raw.uri("/a")))) {
                assertThat(body(response)).isEqualTo("ok");
            }
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(origin.hedges().sentSoFar()).isEqualTo(1);
            assertThat(origin.hedges().wonSoFar()).isZero();
        }
    }

    @Test
    void anAnswerThatWouldBeTriedAgainDoesNotEndTheFirst() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    if (asked.incrementAndGet() == 1) {
                        refused.await();
                        peer.send(OK);
                    } else {
                        try {
                            peer.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
                        } finally {
                            refused.countDown();
                        }
                    }
                    peer.awaitClose();
                });
                Rig rig = Rig.open();
                Origin origin = hedging(rig, SOON, 0)) {
            try (OriginResponse response = origin.send(get(raw.uri("/a")))) {
                assertThat(response.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aRequestWithContentIsNeverSentTwice() throws Exception {
        HedgeSettings atOnce = new HedgeSettings(Duration.ofNanos(1), Duration.ZERO, 100, 5);
        Origin wire = new Counting(asked, over);
        Hedges hedges = new Hedges(atOnce);
        Origin origin = new HedgingOrigin(wire, hedges, _ -> false);
        over.countDown();
        OriginRequest post = get(URI.create("http://127.0.0.1:1/a"))
                .withMethod("POST")
                .withBody(Optional.of(new ReadyBody("{}".getBytes(StandardCharsets.UTF_8))));
        origin.send(post).close();
        origin.send(get(URI.create("http://127.0.0.1:1/a")).withMethod("DELETE"))
                .close();
        assertThat(asked).hasValue(2);
        assertThat(hedges.sentSoFar()).isZero();
    }

    @Test
    void aHostThatHangsForAllIsAskedOnceMoreForATenthOfItsRequestsAndABurst() {
        Hedges hedges = new Hedges(SOON);
        URI uri = URI.create("https://hub.example/a");
        int paid = 0;
        for (int i = 0; i < 200; i++) {
            hedges.earn(OriginId.of(uri));
            paid += hedges.spend(uri) ? 1 : 0;
        }
        assertThat(paid).isBetween(24, 25);
        assertThat(hedges.refusedSoFar()).isEqualTo(200 - paid);
        assertThat(hedges.spend(URI.create("https://other.example/a"))).isTrue();
    }

    @Test
    void aHostMaySaveUpTheBurst() {
        Hedges hedges = new Hedges(new HedgeSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), 10, 2));
        URI uri = URI.create("https://hub.example/a");
        for (int i = 0; i < 100; i++) {
            hedges.earn(OriginId.of(uri));
        }
        assertThat(hedges.spend(uri)).isTrue();
        assertThat(hedges.spend(uri)).isTrue();
        assertThat(hedges.spend(uri)).isFalse();
    }

    @Test
    void withoutABudgetNoHedgeIsSent() {
        assertThat(new Hedges(new HedgeSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), 0, 5))
                        .spend(URI.create("https://hub.example/a")))
                .isFalse();
    }

    @Test
    void aHedgeCountsInTheConnectionsOfItsBackend() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    asked.incrementAndGet();
                    release.await();
                    peer.send(OK);
                    peer.awaitClose();
                });
                Rig rig = Rig.open();
                Origin origin = hedging(rig, SOON, 1)) {
            CompletableFuture<Integer> status = status(origin, get(raw.uri("/a")), new Cancellation());
            awaitTrue(() -> origin.hedges().sentSoFar() == 1);
            release.countDown();
            assertThat(status.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void aBreakerThatIsOpenKeepsAHedgeBack() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Hedges hedges = new Hedges(SOON);
        Origin wire = new Counting(asked, release);
        Origin open = new Origin() {
            @Override
            public OriginResponse send(OriginRequest request) throws OriginException {
                if (Hedges.isHedge()) {
                    release.countDown();
                    throw new OriginException(OriginFailure.CIRCUIT_OPEN, "hub.example");
                }
                return wire.send(request);
            }

            @Override
            public void close() {}
        };
        try (OriginResponse response =
                new HedgingOrigin(open, hedges, _ -> false).send(get(URI.create("http://127.0.0.1:1/a")))) {
            assertThat(response.status()).isEqualTo(200);
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aClientThatLeavesEndsBoth() throws Exception {
        CountDownLatch closed = new CountDownLatch(2);
        CountDownLatch both = new CountDownLatch(2);
        Cancellation cancellation = new Cancellation();
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    both.countDown();
                    peer.awaitClose();
                    closed.countDown();
                });
                Rig rig = Rig.open();
                Origin origin = hedging(rig, SOON, 0)) {
            CompletableFuture<Integer> status = status(origin, get(raw.uri("/a")), cancellation);
            assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
            cancellation.abandon();
            ExecutionException failure =
                    catchThrowableOfType(ExecutionException.class, () -> status.get(20, TimeUnit.SECONDS));
            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(
                            OriginException.class, e -> assertThat(e.failure()).isEqualTo(OriginFailure.ABANDONED));
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aClientThatLeavesWhileItReadsTheHedgesBodyEndsIt() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Cancellation cancellation = new Cancellation();
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    if (asked.incrementAndGet() == 2) {
                        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
                        peer.awaitClose();
                        closed.countDown();
                    }
                    peer.awaitClose();
                });
                Rig rig = Rig.open();
                Origin origin = hedging(rig, SOON, 0)) {
            CompletableFuture<OriginFailure> failure = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(() -> ScopedValue.where(RequestContext.CURRENT, new RequestContext("a", cancellation))
                            .run(() -> {
                                try (OriginResponse response = origin.send(get(raw.uri("/a")))) {
                                    boolean more = true;
                                    while (more) {
                                        more = response.next(_ -> cancellation.abandon());
                                    }
                                } catch (OriginException e) {
                                    failure.complete(e.failure());
                                }
                            }));
            assertThat(failure.get(20, TimeUnit.SECONDS)).isEqualTo(OriginFailure.ABANDONED);
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void awaitTrue(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    /** Says that it has sent, and answers at the gate. */
    private record Counting(AtomicInteger asked, CountDownLatch gate) implements Origin {
        @Override
        public OriginResponse send(OriginRequest request) throws OriginException {
            asked.incrementAndGet();
            Hedges.sent();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new OriginException(OriginFailure.INTERRUPTED, "hub.example", e);
            }
            return new EmptyResponse(200, Fields.EMPTY);
        }

        @Override
        public void close() {}
    }
}
