package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.address.PoolKey;
import io.artifactvault.origin.address.SharedResolver;
import io.artifactvault.origin.policy.OriginStack;
import io.artifactvault.origin.policy.Pacing;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectPolicy;
import io.artifactvault.origin.wire.ClientTls;
import io.artifactvault.origin.wire.Connection;
import io.artifactvault.origin.wire.Inbox;
import io.artifactvault.origin.wire.RequestHead;
import io.artifactvault.origin.wire.ResponseDecoder;
import io.artifactvault.origin.wire.ResponseHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task that is no longer wanted ends wherever it waits, and leaves no connection behind. */
@Timeout(60)
class CancellationTest {
    private final Cancellation cancellation = new Cancellation();

    /** What a step of upstream does. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws OriginException;
    }

    private <T> CompletableFuture<T> inTask(Step<T> step) {
        return inTask(cancellation, step);
    }

    private static <T> CompletableFuture<T> inTask(Cancellation of, Step<T> step) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> ScopedValue.where(RequestContext.CURRENT, new RequestContext("a", of))
                        .run(() -> {
                            try {
                                result.complete(step.run());
                            } catch (OriginException e) {
                                result.completeExceptionally(e);
                            }
                        }));
        return result;
    }

    private static OriginFailure failure(CompletableFuture<?> result) throws Exception {
        Throwable cause = result.handle((_, failure) -> failure).get(20, TimeUnit.SECONDS);
        assertThat(cause).isInstanceOf(OriginException.class);
        return ((OriginException) cause).failure();
    }

    @Test
    void aWaitForTheHeadEndsAndTheConnectionWithIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    asked.countDown();
                    peer.awaitClose();
                    closed.countDown();
                });
                Rig rig = Rig.open()) {
            CompletableFuture<OriginResponse> response = inTask(() -> rig.get(raw.uri("/a")));
            asked.await();
            cancellation.abandon();

            assertThat(failure(response)).isEqualTo(OriginFailure.ABANDONED);
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aWaitForTheBodyEndsAndTheConnectionWithIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx");
                    peer.awaitClose();
                    closed.countDown();
                });
                Rig rig = Rig.open()) {
            CompletableFuture<Integer> body = inTask(() -> {
                try (OriginResponse response = rig.get(raw.uri("/a"))) {
                    boolean more = true;
                    while (more) {
                        more = response.next(_ -> begun.countDown());
                    }
                    return 0;
                } finally {
                    begun.countDown();
                }
            });
            begun.await();
            cancellation.abandon();

            assertThat(failure(body)).isEqualTo(OriginFailure.ABANDONED);
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nothingIsSentForATaskThatIsCancelled() throws Exception {
        cancellation.abandon();
        try (RawOrigin raw = RawOrigin.open(RawOrigin.Peer::readHead);
                Rig rig = Rig.open()) {
            assertThat(failure(inTask(() -> rig.get(raw.uri("/a"))))).isEqualTo(OriginFailure.ABANDONED);
            assertThat(raw.connections()).isZero();
        }
    }

    /** The vault's own end looks like a shutdown, not like a client that left. */
    @Test
    void aShutdownIsDistinguishedFromACancellation() throws Exception {
        cancellation.shutDown();
        cancellation.abandon();
        try (Rig rig = Rig.open()) {
            assertThat(failure(inTask(() -> rig.get(URI.create("http://127.0.0.1:9/")))))
                    .isEqualTo(OriginFailure.INTERRUPTED);
        }
    }

    @Test
    void aWaitForANameEnds() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        HostResolver slow = new SharedResolver(_ -> {
            asked.countDown();
            awaitQuietly(end);
            return List.of(InetAddress.getLoopbackAddress());
        });
        try (Rig rig = Rig.open(Rig.PATIENT, slow, ClientTls.context(null))) {
            CompletableFuture<OriginResponse> response = inTask(() -> rig.get(URI.create("http://slow.test/")));
            asked.await();
            cancellation.abandon();

            assertThat(failure(response)).isEqualTo(OriginFailure.ABANDONED);
        } finally {
            end.countDown();
        }
    }

    @Test
    void equalNamesShareOneLookUp() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        HostResolver slow = new SharedResolver(_ -> {
            lookups.incrementAndGet();
            assertThat(Thread.currentThread().isVirtual()).isFalse();
            asked.countDown();
            awaitQuietly(end);
            return List.of();
        });
        CompletableFuture<List<InetAddress>> one = CompletableFuture.supplyAsync(() -> resolve(slow));
        asked.await();
        CompletableFuture<List<InetAddress>> two = CompletableFuture.supplyAsync(() -> resolve(slow));
        while (lookups.get() < 1) {
            Thread.onSpinWait();
        }
        end.countDown();

        assertThat(one.get()).isEmpty();
        assertThat(two.get()).isEmpty();
    }

    private static List<InetAddress> resolve(HostResolver resolver) {
        try {
            return resolver.resolve("name.test");
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRetryThatIsWaitedForIsNotSentAndTheBreakerDoesNotCount() throws Exception {
        Answers wire = new Answers();
        wire.failure(OriginFailure.CONNECT_REFUSED).failure(OriginFailure.CONNECT_REFUSED);
        CountDownLatch pausing = new CountDownLatch(1);
        Pacing pacing = new Pacing() {
            @Override
            public Duration now() {
                return Duration.ZERO;
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                pausing.countDown();
                RequestContext.current().cancellation().pause(Duration.ofMinutes(5));
            }
        };
        Origin careful = OriginStack.over(wire, OriginSettings.defaults(), Map.of(), InstantSource.system(), pacing);
        CompletableFuture<OriginResponse> response =
                inTask(() -> careful.send(OriginRequest.get(URI.create("https://hub.test/a"))));
        pausing.await();
        cancellation.abandon();

        assertThat(failure(response)).isEqualTo(OriginFailure.ABANDONED);
        assertThat(wire.asked()).hasSize(1);
    }

    /** A long upload takes no connection before it has begun. */
    @Test
    void aBodyThatDoesNotBeginTakesNoConnection() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        RequestBody slow = new RequestBody() {
            @Override
            public OptionalLong length() {
                return OptionalLong.empty();
            }

            @Override
            public ByteBuffer next() throws IOException {
                waits.countDown();
                awaitQuietly(end);
                throw new IOException("the client has gone");
            }
        };
        try (RawOrigin raw = RawOrigin.open(RawOrigin.Peer::readHead);
                Rig rig = Rig.open()) {
            OriginRequest upload =
                    new OriginRequest("POST", raw.uri("/a"), Fields.EMPTY, Optional.empty(), Optional.of(slow), true);
            CompletableFuture<RedirectFollower.Arrival> arrival = inTask(() -> new RedirectFollower(rig.origin())
                    .follow(upload, new RedirectPolicy(5, PrivateTargets.ALL), _ -> false));
            waits.await();
            assertThat(raw.connections()).isZero();
            end.countDown();
            assertThat(failure(arrival)).isEqualTo(OriginFailure.REQUEST_CUT);
            assertThat(raw.connections()).isZero();
        }
    }

    /** A connection that is given back must not be closed by the task that had it before. */
    @Test
    void cancellingDoesNotCloseTheConnectionOfTheNext() throws Exception {
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    String head = peer.readHead();
                    while (head != null) {
                        peer.send(RawOrigin.ok("hello"));
                        head = peer.readHead();
                    }
                });
                Rig rig = Rig.open()) {
            Random random = new Random(1);
            for (int i = 0; i < 300; i++) {
                Cancellation racing = new Cancellation();
                CompletableFuture<String> one = inTask(racing, () -> rig.text(raw.uri("/a")));
                if (random.nextBoolean()) {
                    Thread.onSpinWait();
                }
                racing.abandon();
                CompletableFuture<String> next = inTask(new Cancellation(), () -> rig.text(raw.uri("/b")));
                assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo("hello");
                var _ = one.handle((_, _) -> true).get(20, TimeUnit.SECONDS);
            }
        }
    }

    /** While it connects, sends or waits: there is no moment in which cancelling is not heard. */
    @Test
    void aTaskThatIsCancelledAtAnyMomentEnds() throws Exception {
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    peer.awaitClose();
                });
                Rig rig = Rig.open()) {
            Random random = new Random(2);
            for (int i = 0; i < 500; i++) {
                Cancellation racing = new Cancellation();
                CompletableFuture<String> one = inTask(racing, () -> rig.text(raw.uri("/a")));
                LockSupport.parkNanos(random.nextInt(1_500_000));
                racing.abandon();
                assertThat(failure(one)).isEqualTo(OriginFailure.ABANDONED);
            }
        }
    }

    /** An origin that accepts and closes at once, before the channel is handed over. */
    @Test
    void aConnectionThatClosedBeforeItWasHandedOverIsAReset() throws Exception {
        URI uri = URI.create("http://hub.test/");
        PoolKey key = new PoolKey(OriginId.of(uri), PrivateTargets.ALL);
        ResponseDecoder decoder = new ResponseDecoder();
        ResponseHandler handler = new ResponseHandler(decoder);
        EmbeddedChannel channel = new EmbeddedChannel(decoder, handler);
        var _ = channel.close();
        Connection connection = new Connection(key, channel, handler, Optional.empty());
        Inbox inbox = connection.newInbox();
        connection.start(inbox, RequestHead.of(OriginRequest.get(uri), Optional.empty()), false);
        connection.finishRequest();
        channel.runPendingTasks();

        assertThat(inbox.take(1)).isEqualTo(new Inbox.Fault(OriginFailure.RESET_BEFORE_HEAD, true, null));
    }

    @Test
    void aListenerRunsOnceOrIsRemoved() {
        AtomicInteger heard = new AtomicInteger();
        Cancellation.Registration removed = cancellation.onCancel(heard::incrementAndGet);
        assertThat(removed.remove()).isTrue();
        Cancellation.Registration told = cancellation.onCancel(heard::incrementAndGet);
        cancellation.abandon();
        cancellation.abandon();
        assertThat(told.remove()).isFalse();
        var _ = cancellation.onCancel(heard::incrementAndGet);

        assertThat(heard).hasValue(2);
        assertThat(catchThrowableOfType(OriginException.class, () -> cancellation.check("it"))
                        .failure())
                .isEqualTo(OriginFailure.ABANDONED);
    }
}
