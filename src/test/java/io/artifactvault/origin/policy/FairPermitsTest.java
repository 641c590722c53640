package io.artifactvault.origin.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.policy.FairPermits.Holder;
import io.artifactvault.origin.policy.FairPermits.Limits;
import io.artifactvault.origin.policy.FairPermits.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FairPermitsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /** Those who got a permit, in order. */
    private final BlockingQueue<String> served = new LinkedBlockingQueue<>();

    private static Holder at(String backend, String client) {
        return new Holder(backend, client);
    }

    private static Holder client(String client) {
        return at("hub", client);
    }

    private static List<Permit> takeAll(FairPermits permits, Holder holder) {
        List<Permit> taken = new ArrayList<>();
        Optional<Permit> next = permits.tryTake(holder);
        while (next.isPresent()) {
            taken.add(next.get());
            next = permits.tryTake(holder);
        }
        return taken;
    }

    /** Returns once it waits. */
    private CompletableFuture<Optional<Permit>> queue(FairPermits permits, Holder holder, String name)
            throws InterruptedException {
        return queue(permits, holder, name, new Cancellation(), LONG);
    }

    private CompletableFuture<Optional<Permit>> queue(
            FairPermits permits, Holder holder, String name, Cancellation cancellation, Duration patience)
            throws InterruptedException {
        CompletableFuture<Optional<Permit>> result = new CompletableFuture<>();
        CountDownLatch queued = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                Optional<Permit> permit = permits.take(holder, cancellation, patience, queued::countDown);
                permit.ifPresent(_ -> served.add(name));
                result.complete(permit);
            } catch (InterruptedException e) {
                result.completeExceptionally(e);
            } finally {
                queued.countDown();
            }
        });
        queued.await();
        return result;
    }

    @Test
    void aClientHoldsNoMoreThanItsLimitAndNoneTakesTheLast() {
        FairPermits permits = new FairPermits(new Limits(16, 10, 0, 1));

        assertThat(takeAll(permits, client("a"))).hasSize(10);
        assertThat(takeAll(permits, client("b")))
                .as("an eighth is for newcomers")
                .hasSize(4);
        assertThat(takeAll(permits, client("c"))).hasSize(1);
        assertThat(takeAll(permits, client("d"))).hasSize(1);
        assertThat(takeAll(permits, client("e"))).isEmpty();
    }

    @Test
    void withoutALimitPerClientOneMayHaveAll() {
        assertThat(takeAll(new FairPermits(new Limits(16, 0, 0, 1)), client("a")))
                .hasSize(16);
    }

    @Test
    void ofFewPermitsNothingIsReserved() {
        assertThat(takeAll(new FairPermits(new Limits(2, 2, 0, 1)), client("a")))
                .hasSize(2);
        assertThat(takeAll(new FairPermits(new Limits(3, 3, 0, 1)), client("a")))
                .hasSize(2);
    }

    @Test
    void eachBackendIsSureOfItsShare() {
        FairPermits permits = new FairPermits(new Limits(64, 0, 0, 2));

        assertThat(takeAll(permits, at("hub", "a"))).hasSize(56);
        assertThat(takeAll(permits, at("files", "b"))).hasSize(8);
    }

    @Test
    void waitingClientsTakeTurns() throws Exception {
        FairPermits permits = new FairPermits(new Limits(1, 0, 10, 1));
        Permit first = permits.tryTake(client("a")).orElseThrow();
        List<CompletableFuture<Optional<Permit>>> all = new ArrayList<>();
        for (String name : List.of("a1", "a2", "a3", "b1", "c1", "b2")) {
            all.add(queue(permits, client(name.substring(0, 1)), name));
        }
        first.close();
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = served.poll(20, TimeUnit.SECONDS);
            order.add(name);
            all.get(List.of("a1", "a2", "a3", "b1", "c1", "b2").indexOf(name))
                    .get()
                    .orElseThrow()
                    .close();
        }

        assertThat(order).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
        assertThat(permits.uses()).isEmpty();
    }

    @Test
    void aFullQueueMakesRoomAtTheExpenseOfTheLongest() throws Exception {
        FairPermits permits = new FairPermits(new Limits(1, 0, 3, 1));
        Permit first = permits.tryTake(client("a")).orElseThrow();
        var _ = queue(permits, client("a"), "a1");
        var _ = queue(permits, client("a"), "a2");
        CompletableFuture<Optional<Permit>> newest = queue(permits, client("a"), "a3");

        assertThat(queue(permits, client("a"), "a4").get())
                .as("it is the longest itself")
                .isEmpty();
        CompletableFuture<Optional<Permit>> other = queue(permits, client("b"), "b1");
        assertThat(newest.get()).isEmpty();
        assertThat(permits.waiting()).isEqualTo(3);
        first.close();
        assertThat(served.poll(20, TimeUnit.SECONDS)).isEqualTo("a1");
        assertThat(other).isNotDone();
    }

    @Test
    void withoutAQueueThereIsAPermitAtOnceOrNone() throws Exception {
        FairPermits permits = new FairPermits(new Limits(1, 0, 0, 1));

        assertThat(queue(permits, client("a"), "a").get()).isPresent();
        assertThat(queue(permits, client("b"), "b").get()).isEmpty();
    }

    @Test
    void aCancelledTaskLeavesTheQueueAtOnce() throws Exception {
        FairPermits permits = new FairPermits(new Limits(1, 0, 10, 1));
        Permit first = permits.tryTake(client("a")).orElseThrow();
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Optional<Permit>> gone = queue(permits, client("b"), "gone", cancellation, LONG);
        CompletableFuture<Optional<Permit>> next = queue(permits, client("b"), "next");
        cancellation.abandon();

        assertThat(gone.get()).isEmpty();
        assertThat(permits.waiting()).isOne();
        first.close();
        assertThat(next.get()).isPresent();
    }

    @Test
    void aWaitEndsAtItsTimeout() throws Exception {
        FairPermits permits = new FairPermits(new Limits(1, 0, 10, 1));
        Permit first = permits.tryTake(client("a")).orElseThrow();

        assertThat(queue(permits, client("b"), "b", new Cancellation(), Duration.ofMillis(5))
                        .get())
                .isEmpty();
        first.close();
        first.close();
        assertThat(permits.held()).as("a permit is given back once").isZero();
    }

    /** However waits, grants and cancellations fall together, no permit is lost and none is made. */
    @Test
    void noPermitIsLostBetweenAGrantAndACancellation() throws Exception {
        FairPermits permits = new FairPermits(new Limits(2, 0, 1000, 1));
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Cancellation cancellation = new Cancellation();
            Holder holder = client("c" + i % 5);
            CompletableFuture<Void> one = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    permits.take(holder, cancellation, LONG, () -> {}).ifPresent(permit -> {
                        Thread.onSpinWait();
                        permit.close();
                    });
                    one.complete(null);
                } catch (InterruptedException e) {
                    one.completeExceptionally(e);
                }
            });
            Thread.ofVirtual().start(cancellation::abandon);
            done.add(one);
        }
        for (CompletableFuture<Void> one : done) {
            one.get();
        }

        assertThat(permits.held()).isZero();
        assertThat(permits.waiting()).isZero();
        assertThat(permits.uses()).isEmpty();
    }
}
