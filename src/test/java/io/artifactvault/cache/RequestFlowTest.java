package io.artifactvault.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Task;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.caching.CachePolicy;
import io.artifactvault.http.caching.Freshness;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The path of every request, with a protocol that notes which of its steps are taken. */
@Timeout(60)
class RequestFlowTest {
    private static final Resource FILE = RepositoryFile.FILE;
    private static final FetchOutcome FAILED =
            new FetchOutcome.Failed(new OriginException(OriginFailure.CONNECT_TIMEOUT, "origin.test"));

    @TempDir
    private Path folder;

    private FillRig rig;
    private final TestClock clock = new TestClock();
    private final LookupThreads lookups = new LookupThreads();
    private final Steps steps = new Steps();
    private RequestFlow<Resource> flow;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        start(0);
    }

    private void start(int maxRate) {
        Engine engine = rig.engine(clock, maxRate);
        flow = new RequestFlow<>(RequestFlow.Shared.of(engine, lookups), made -> {
            steps.flow = made;
            return steps;
        });
    }

    @AfterEach
    void close() {
        steps.gate.countDown();
        lookups.close();
        rig.close();
    }

    /** A protocol that has what it is given, and answers each request with the step that it was asked for. */
    private static final class Steps implements Protocol<Resource> {
        private final List<String> taken = new CopyOnWriteArrayList<>();
        private final CountDownLatch begun = new CountDownLatch(1);
        private CountDownLatch gate = new CountDownLatch(0);

        @SuppressWarnings("NullAway.Init") // the flow and its protocol need each other
        private RequestFlow<Resource> flow;

        private boolean inMemory = true;
        private Optional<Forward> passes = Optional.empty();
        private Optional<StoredResponse> stored = Optional.empty();
        private Optional<StoredResponse> fallback = Optional.empty();
        private FetchOutcome outcome = new FetchOutcome.Unstorable();
        private boolean forOthers = true;

        private void respond(CacheRequest<Resource> request, CacheStatus status, String step) {
            taken.add(step);
            request.answer().complete(new Answer(200, Fields.EMPTY, new Body.None(), status));
        }

        @Override
        public Caller caller(Resource resource) {
            return Caller.ANONYMOUS;
        }

        @Override
        public Optional<Lookup<Resource>> peek(CacheRequest<Resource> request) {
            return Optional.of(Lookup.nothing(request.resource())).filter(_ -> inMemory);
        }

        @Override
        public Lookup<Resource> load(CacheRequest<Resource> request) {
            taken.add("load on " + Thread.currentThread().getName().replaceAll("[0-9]+$", "N"));
            return Lookup.nothing(request.resource());
        }

        @Override
        public void admit(CacheRequest<Resource> request, Lookup<Resource> found) {
            flow.plan(request, found, false);
        }

        @Override
        public Optional<Forward> passes(CacheRequest<Resource> request) {
            return passes;
        }

        @Override
        public Candidate candidate(CacheRequest<Resource> request, Lookup<Resource> found) {
            return new Candidate(stored, Forward.URI_MISS, true);
        }

        @Override
        public String access(CacheRequest<Resource> request, Lookup<Resource> found, boolean allowed) {
            return "open";
        }

        @Override
        public Optional<StoredResponse> fallback(CacheRequest<Resource> request, Lookup<Resource> found) {
            return fallback;
        }

        @Override
        public boolean canFinishWithoutUpstream(CacheRequest<Resource> request, Lookup<Resource> found) {
            return true;
        }

        @Override
        public void serve(
                CacheRequest<Resource> request, Lookup<Resource> found, StoredResponse stored, CacheStatus status) {
            respond(request, status, "serve");
        }

        @Override
        public void serveWithoutUpstream(
                CacheRequest<Resource> request, Lookup<Resource> found, StoredResponse stored, CacheStatus status) {
            respond(request, status, "serve without upstream");
        }

        @Override
        public void pass(CacheRequest<Resource> request, Lookup<Resource> found, CacheStatus status) {
            respond(request, status, "pass");
        }

        @Override
        public String key(CacheRequest<Resource> request, Lookup<Resource> found) {
            return request.resource().key();
        }

        @Override
        public boolean isShareable(CacheRequest<Resource> request, Lookup<Resource> found) {
            return true;
        }

        @Override
        public boolean mayCollapse(CacheRequest<Resource> request) {
            return true;
        }

        @Override
        public UnaryOperator<Task> taskSetup(CacheRequest<Resource> request) {
            return UnaryOperator.identity();
        }

        @Override
        public void fetch(
                ForwardedRequest<Resource> forwarded,
                boolean shared,
                boolean collapsible,
                CompletableFuture<FetchOutcome> result) {
            taken.add(shared ? "fetch for all" : "fetch for one");
            begun.countDown();
            await(gate);
            result.complete(outcome);
        }

        @Override
        public boolean isFor(CacheRequest<Resource> request, Lookup<Resource> found, FetchOutcome result) {
            return forOthers;
        }

        @Override
        public void settle(ForwardedRequest<Resource> forwarded, FetchOutcome result, CacheStatus status) {
            respond(forwarded.request(), status, "settle");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private StoredResponse stored(Duration lifetime, String... fields) {
        Instant then = clock.instant().minusSeconds(100);
        return new StoredResponse(
                EntryBuilder.entry("file").at(then).build(),
                Freshness.lasting(lifetime, then),
                CachePolicy.of(Fields.of(fields)),
                then,
                then.plus(Duration.ofHours(1)),
                Optional.empty());
    }

    private CompletableFuture<Answer> send(Request message) {
        return flow.answer(message, FILE, new DecisionLog("files"));
    }

    private Answer get() throws Exception {
        return send(FakeResource.request("GET")).get();
    }

    @Test
    void aFreshResponseThatMemoryKnowsIsServedOnTheCallersThread() {
        steps.stored = Optional.of(stored(Duration.ofMinutes(5)));
        CompletableFuture<Answer> answer = send(FakeResource.request("GET"));

        assertThat(answer).isDone();
        assertThat(steps.taken).containsExactly("serve");
        assertThat(answer.join().cacheStatus()).isEqualTo(CacheStatus.ofHit().withTtl(200));
    }

    @Test
    void aLookupThreadReadsWhatMemoryDoesNotKnow() throws Exception {
        steps.inMemory = false;
        steps.stored = Optional.of(stored(Duration.ofMinutes(5)));
        var _ = get();

        assertThat(steps.taken).containsExactly("load on lookup-N", "serve");
    }

    @Test
    void aRequestThatIsNotForTheStoreIsPassed() throws Exception {
        steps.passes = Optional.of(Forward.METHOD);

        assertThat(get().cacheStatus()).isEqualTo(CacheStatus.forwarded(Forward.METHOD));
        assertThat(steps.taken).containsExactly("pass");
    }

    @Test
    void aMissIsFetchedForAllAndTheProtocolSettlesItsOutcome() throws Exception {
        assertThat(get().cacheStatus()).isEqualTo(CacheStatus.forwarded(Forward.URI_MISS));
        assertThat(steps.taken).containsExactly("fetch for all", "settle");
    }

    @Test
    void onlyIfCachedCausesNoFetch() throws Exception {
        Answer answer = send(FakeResource.request("GET", "Cache-Control", "only-if-cached"))
                .get();

        assertThat(answer.status()).isEqualTo(504);
        assertThat(steps.taken).isEmpty();
    }

    @Test
    void equalRequestsShareOneFetch() throws Exception {
        steps.gate = new CountDownLatch(1);
        CompletableFuture<Answer> first = send(FakeResource.request("GET"));
        await(steps.begun);
        CompletableFuture<Answer> second = send(FakeResource.request("GET"));
        steps.gate.countDown();

        assertThat(first.get().cacheStatus()).isEqualTo(CacheStatus.forwarded(Forward.URI_MISS));
        assertThat(second.get().cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.URI_MISS).asCollapsed());
        assertThat(steps.taken).containsExactly("fetch for all", "settle", "settle");
    }

    @Test
    void anOutcomeThatDoesNotApplyToAWaitingRequestIsFollowedByAFetchOfItsOwn() throws Exception {
        steps.gate = new CountDownLatch(1);
        steps.forOthers = false;
        CompletableFuture<Answer> first = send(FakeResource.request("GET"));
        await(steps.begun);
        CompletableFuture<Answer> second = send(FakeResource.request("GET"));
        steps.gate.countDown();
        var _ = first.get();
        var _ = second.get();

        assertThat(steps.taken).containsExactlyInAnyOrder("fetch for all", "settle", "fetch for one", "settle");
    }

    @Test
    void aNamedRefusalIsRepeatedUntilItsLifetimeEnds() throws Exception {
        steps.outcome = new FetchOutcome.Final(Verdict.Kind.ABSENT, 404, Fields.EMPTY, new byte[0], true);

        assertThat(get().cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.URI_MISS).withForwardStatus(404));
        assertThat(get().cacheStatus()).isEqualTo(CacheStatus.ofHit().withDetail("negative"));
        assertThat(steps.taken).containsExactly("fetch for all");
        clock.advance(FILE.negativeTtl());
        var _ = get();
        assertThat(steps.taken).containsExactly("fetch for all", "fetch for all");
    }

    @Test
    void afterARefusalWithoutAReasonRequestsDoNotWaitForEachOther() throws Exception {
        steps.outcome = new FetchOutcome.Final(Verdict.Kind.OTHER, 400, Fields.EMPTY, new byte[0], false);
        var _ = get();
        var _ = get();

        assertThat(steps.taken).containsExactly("fetch for all", "fetch for one");
    }

    @Test
    void whileUpstreamFailsTheFallbackIsServed() throws Exception {
        steps.outcome = FAILED;
        steps.fallback = Optional.of(stored(Duration.ofSeconds(1)));

        assertThat(get().cacheStatus().toField()).contains("stale-if-error-connect_timeout");
        assertThat(steps.taken).containsExactly("fetch for all", "serve without upstream");
    }

    @Test
    void aFailureWithoutAFallbackIsTheClientsError() throws Exception {
        steps.outcome = FAILED;

        assertThat(get().status()).isEqualTo(OriginFailure.CONNECT_TIMEOUT.clientStatus());
    }

    @Test
    void aStaleResponseWithinItsWindowIsServedAndRefreshed() throws Exception {
        steps.stored = Optional.of(stored(Duration.ofSeconds(90), "Cache-Control", "stale-while-revalidate=60"));

        assertThat(get().cacheStatus()).isEqualTo(CacheStatus.ofHit().withTtl(-10));
        await(steps.begun);
        assertThat(steps.taken).containsExactly("serve", "fetch for all");
    }

    @Test
    void aClientThatHasLeftCausesNoFetch() throws Exception {
        Departure departure = new Departure();
        departure.gone();

        assertThat(send(FakeResource.requestBy(new Client("127.0.0.9", departure), "GET"))
                        .get()
                        .status())
                .isEqualTo(503);
        assertThat(steps.taken).isEmpty();
    }

    @Test
    void aClientBeyondItsRateCausesNoFetch() throws Exception {
        start(1);
        steps.outcome = new FetchOutcome.Unstorable();
        int limited = 0;
        for (int i = 0; i < 40; i++) {
            Client client = new Client("127.0.0.9", new Departure());
            if (send(FakeResource.requestBy(client, "GET")).get().status() == 429) {
                limited++;
            }
        }

        assertThat(limited).isEqualTo(10);
        assertThat(steps.taken.stream().filter(step -> step.startsWith("fetch")))
                .hasSize(30);
    }
}
