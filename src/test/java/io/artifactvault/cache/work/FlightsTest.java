package io.artifactvault.cache.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.cache.work.Flights.Flight;
import io.artifactvault.fixtures.FillSettingsBuilder;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.EarlyAnswers;
import io.artifactvault.http.Request;
import io.artifactvault.origin.policy.FairPermits.Holder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A flight belongs to all who wait for it. */
@Timeout(60)
class FlightsTest {
    private static final FillSettings FEW = FillSettingsBuilder.usual()
            .maxFills(4)
            .maxFillsPerClient(0)
            .maxQueuedFills(10)
            .maxQuestions(3)
            .maxQuestionsPerClient(2)
            .maxBackground(1)
            .maxLingering(2)
            .build();

    private final Fetches fills = new Fetches(FEW, 1);
    private final Flights<String> flights = fills.newFlights();
    private final CountDownLatch land = new CountDownLatch(1);

    @AfterEach
    void close() {
        land.countDown();
        fills.close();
    }

    private static CacheRequest<Resource> request(String address, Departure departure, String... field) {
        Request plain = FakeResource.request("GET", field);
        Request message = new Request(
                plain.method(),
                plain.target(),
                plain.fields(),
                plain.base(),
                Optional.empty(),
                EarlyAnswers.NONE,
                new Client(address, departure));
        return CacheRequest.of(message, FakeResource.FILE, Caller.ANONYMOUS, new DecisionLog("hub"));
    }

    private Flight<String> join(String key, String address, Departure departure) {
        return flights.join(key, request(address, departure), UnaryOperator.identity(), this::waitToLand);
    }

    /** Waits as one does for an origin: until it is time, or the task is cancelled. */
    private void waitToLand(CompletableFuture<String> outcome) {
        CountDownLatch cancelled = new CountDownLatch(1);
        var _ = Task.current().interest().cancellation().onCancel(() -> {
            cancelled.countDown();
            land.countDown();
        });
        await(land);
        outcome.complete(cancelled.getCount() == 0 ? "cancelled" : "landed");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a client claims here may end its request at a vault further on. */
    @Test
    void requestsThatClaimToHavePassedVaultsShareAFlightOnlyWithEachOther() {
        String[] forged = {"CDN-Loop", "artifact-vault-0123456789abcdef"};
        Flight<String> theirs =
                flights.join("key", request("a", new Departure(), forged), UnaryOperator.identity(), this::waitToLand);
        assertThat(join("key", "b", new Departure()).collapsed()).isFalse();
        assertThat(flights.join(
                                "key",
                                request("c", new Departure(), forged),
                                UnaryOperator.identity(),
                                this::waitToLand)
                        .outcome())
                .isSameAs(theirs.outcome());
        assertThat(flights.isUnderWay("key", request("d", new Departure(), "CDN-Loop", "another-cdn")))
                .isTrue();
    }

    @Test
    void aFollowerTakesOverWhenTheLeaderLeaves() throws Exception {
        Departure leader = new Departure();
        Flight<String> first = join("key", "a", leader);
        Flight<String> second = join("key", "b", new Departure());
        leader.gone();
        land.countDown();

        assertThat(second.collapsed()).isTrue();
        assertThat(second.outcome().get()).isEqualTo("landed");
        assertThat(first.outcome().get()).isEqualTo("landed");
    }

    @Test
    void aFlightIsCancelledWhenItsLastClientLeaves() throws Exception {
        Departure leader = new Departure();
        Departure follower = new Departure();
        Flight<String> flight = join("key", "a", leader);
        var _ = join("key", "b", follower);
        leader.gone();
        assertThat(flight.interest().cancellation().isCancelled()).isFalse();
        follower.gone();

        assertThat(flight.outcome().get()).isEqualTo("cancelled");
    }

    @Test
    void aRequestDuringTheCancellationOfAFlightStartsANewOne() throws Exception {
        CountDownLatch ending = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        Flights.Work<String> work = outcome -> {
            if (begun.incrementAndGet() == 1) {
                // Cancelled, but not over yet.
                await(ending);
                outcome.complete("first");
            } else {
                outcome.complete("second");
            }
        };
        Departure leader = new Departure();
        Flight<String> given = flights.join("key", request("a", leader), UnaryOperator.identity(), work);
        leader.gone();
        assertThat(given.interest().cancellation().isCancelled()).isTrue();
        Flight<String> anew = flights.join("key", request("b", new Departure()), UnaryOperator.identity(), work);

        assertThat(anew.collapsed()).isFalse();
        assertThat(anew.outcome().get()).isEqualTo("second");
        ending.countDown();
        assertThat(given.outcome().get()).isEqualTo("first");
    }

    /** However joining and leaving fall together: who stays is answered. */
    @Test
    void aFollowerThatStaysIsAnsweredThoughOthersLeave() throws Exception {
        for (int i = 0; i < 500; i++) {
            Departure leaver = new Departure();
            Flights.Work<String> work = outcome -> {
                CountDownLatch cancelled = new CountDownLatch(1);
                var _ = Task.current().interest().cancellation().onCancel(cancelled::countDown);
                for (int spins = 0; spins < 50 && cancelled.getCount() > 0; spins++) {
                    Thread.onSpinWait();
                }
                outcome.complete(cancelled.getCount() == 0 ? "cancelled" : "landed");
            };
            var _ = flights.join("key", request("a", leaver), UnaryOperator.identity(), work);
            Thread leaving = Thread.ofVirtual().start(leaver::gone);
            Flight<String> stays = flights.join("key", request("b", new Departure()), UnaryOperator.identity(), work);

            assertThat(stays.outcome().get()).isEqualTo("landed");
            leaving.join();
            awaitQuiet();
        }
    }

    private void awaitQuiet() {
        while (fills.open() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theFlightsOfOneClientAreLimited() {
        var _ = join("1", "a", new Departure());
        var _ = join("2", "a", new Departure());

        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> join("3", "a", new Departure()));
        assertThat(join("3", "b", new Departure()).collapsed()).isFalse();
        assertThat(join("1", "a", new Departure()).collapsed())
                .as("joining costs nothing")
                .isTrue();
        assertThat(fills.tasks().refused()).isOne();
    }

    @Test
    void theBackgroundHasABoundOfItsOwn() {
        var holder = new Holder("hub", "-");
        assertThat(flights.inBackground("r1", request("a", new Departure()), holder, this::waitToLand))
                .isPresent();
        assertThat(flights.inBackground("r1", request("a", new Departure()), holder, this::waitToLand))
                .as("it is under way")
                .isEmpty();
        assertThat(flights.inBackground("r2", request("a", new Departure()), holder, this::waitToLand))
                .as("one too many")
                .isEmpty();
        assertThat(join("q", "a", new Departure()).collapsed()).isFalse();
    }
}
