package io.artifactvault.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.Callers;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.CredentialBudget.Share;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Client;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stored public content is refused to a client whose credential upstream refuses, at the price of one request. */
@Timeout(60)
class CredentialGateTest {
    private static final Callers CALLERS = new Callers();
    private static final Duration ACCESS = Resource.USUAL_ACCESS;
    private static final String SERVED = "served";

    @TempDir
    private Path folder;

    private FillRig rig;
    private final TestClock clock = new TestClock();
    private final CountDownLatch gate = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init") // start makes all three
    private Engine engine;

    @SuppressWarnings("NullAway.Init")
    private CredentialBudget budget;

    @SuppressWarnings("NullAway.Init")
    private CredentialGate credentials;

    /** What the gate did with each request, in order. */
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        start(patient().build());
    }

    /** A client waits for the check of its credential however long that takes. */
    private static CacheSettings.Builder patient() {
        return CacheSettings.defaults().toBuilder().staleAfter(Duration.ZERO);
    }

    private void start(CacheSettings settings) {
        engine = rig.engine(clock, settings);
        budget = new CredentialBudget(settings.credentials(), clock);
        credentials = new CredentialGate(engine, budget);
    }

    private void start(CredentialSettings limits) {
        start(patient().credentials(limits).build());
    }

    @AfterEach
    void close() {
        gate.countDown();
        rig.close();
    }

    /** A file of a public repository, requested with a credential. */
    private record PublicFile(Credential token) implements Resource {
        @Override
        public String title() {
            return "public file";
        }

        @Override
        public String key() {
            return "file";
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public Upstream upstream() {
            return new Upstream(FillRig.UPSTREAM, Fields.EMPTY, Optional.of(token), 5, PrivateTargets.ALL);
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            UpstreamAnswer last = chain.getLast();
            return switch (last.status()) {
                case 200 ->
                    new Verdict.Content(
                            new Facts(last.fields(), OptionalLong.empty(), Optional.empty(), Optional.empty()), true);
                case 401 -> new Verdict.Final(Verdict.Kind.UNAUTHENTICATED, last.fields(), Optional.empty());
                default -> new Verdict.Final(Verdict.Kind.OTHER, last.fields(), Optional.empty());
            };
        }
    }

    private static CacheRequest<Resource> request(Client client, String secret, String... fields) {
        Credential token = Credential.bearer(secret);
        return CacheRequest.of(
                FakeResource.requestBy(client, "GET", fields).as(token),
                new PublicFile(token),
                CALLERS.of(Optional.of(token)),
                new DecisionLog("files"));
    }

    private static Client client() {
        return new Client("127.0.0.9", new Departure());
    }

    private static CacheRequest<Resource> request(String secret, String... fields) {
        return request(client(), secret, fields);
    }

    private Lookup<Resource> publicly(CacheRequest<Resource> request) {
        return new Lookup<>(
                request.resource(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(clock.instant()),
                Optional.empty());
    }

    private void pass(CacheRequest<Resource> request, Lookup<Resource> found) {
        credentials.pass(request, found, () -> done.add(SERVED), refusal -> done.add("refused " + refusal.status()));
    }

    private void pass(CacheRequest<Resource> request) {
        pass(request, publicly(request));
    }

    /** What the gate does with the request. */
    private String passed(CacheRequest<Resource> request) throws InterruptedException {
        pass(request);
        return done.take();
    }

    private int asked() {
        return rig.origin.asked().size();
    }

    /** The next response comes once the gate is open. */
    private CountDownLatch sendingLate(int status) {
        CountDownLatch sent = new CountDownLatch(1);
        rig.origin.then(_ -> {
            sent.countDown();
            await(gate);
            return new ScriptedResponse(status, Fields.EMPTY, new byte[0]);
        });
        return sent;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void contentThatIsNotPublicIsNotItsConcern() {
        CacheRequest<Resource> request = request("hf_a");
        pass(request, Lookup.nothing(request.resource()));

        assertThat(done).as("at once").containsExactly(SERVED);
        assertThat(asked()).isZero();
    }

    @Test
    void aClientWithoutACredentialIsServedAtOnce() {
        Credential token = Credential.bearer("hf_operator");
        CacheRequest<Resource> anonymous = CacheRequest.of(
                FakeResource.requestBy(client(), "GET").as(token),
                new PublicFile(token),
                Caller.ANONYMOUS,
                new DecisionLog("files"));
        CacheRequest<Resource> operators = CacheRequest.of(
                FakeResource.requestBy(client(), "GET"),
                new PublicFile(token),
                CALLERS.of(Optional.of(token)),
                new DecisionLog("files"));
        pass(anonymous);
        pass(operators);

        assertThat(done).containsExactly(SERVED, SERVED);
        assertThat(asked()).isZero();
    }

    @Test
    void aCredentialThatUpstreamAcceptsIsCheckedOncePerLifetimeOfItsAccess() throws Exception {
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        clock.advance(ACCESS.minusNanos(1));
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        assertThat(asked()).isOne();
        OriginRequest check = rig.origin.asked().getFirst();
        assertThat(check.method()).isEqualTo("HEAD");
        assertThat(check.credential()).contains(Credential.bearer("hf_a"));
        clock.advance(Duration.ofNanos(1));
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);

        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void aCredentialThatUpstreamRefusesIsRefused() throws Exception {
        CacheRequest<Resource> request = request("hf_bad");
        rig.origin.answering(401, "X-Error-Message", "Invalid token");
        assertThat(credentials.refusal(request, publicly(request))).as("before").isEmpty();

        assertThat(passed(request)).isEqualTo("refused 401");
        assertThat(credentials.refusal(request, publicly(request))).hasValueSatisfying(refusal -> {
            assertThat(refusal.kind()).isEqualTo(Verdict.Kind.UNAUTHENTICATED);
            assertThat(refusal.fields().first("X-Error-Message")).contains("Invalid token");
        });
        CacheRequest<Resource> other = request("hf_other");
        assertThat(credentials.refusal(other, publicly(other))).isEmpty();
        assertThat(credentials.refusal(request, Lookup.nothing(request.resource())))
                .as("of what is not public")
                .isEmpty();
        clock.advance(ACCESS);
        assertThat(credentials.refusal(request, publicly(request))).isEmpty();
    }

    @Test
    void aCredentialThatUpstreamAcceptsIsNoRefusal() throws Exception {
        CacheRequest<Resource> request = request("hf_a");

        assertThat(passed(request)).isEqualTo(SERVED);
        assertThat(credentials.refusal(request, publicly(request))).isEmpty();
    }

    @Test
    void whileUpstreamCannotDecideTheClientIsServedAndUpstreamLeftInPeace() throws Exception {
        Duration pause = CredentialSettings.defaults().pause();
        rig.origin.answering(503);
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        clock.advance(pause.minusNanos(1));
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        assertThat(asked()).isOne();
        clock.advance(Duration.ofNanos(1));
        rig.origin.failing(OriginFailure.CONNECT_REFUSED);

        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void offlineAndOnRequestNothingIsSentUpstream() throws Exception {
        assertThat(passed(request("hf_a", "Cache-Control", "only-if-cached"))).isEqualTo(SERVED);
        start(patient().offline(true).build());
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);

        assertThat(asked()).isZero();
    }

    @Test
    void requestsWithTheSameCredentialWaitForOneCheck() throws Exception {
        CountDownLatch sent = sendingLate(401);
        pass(request("hf_bad"));
        await(sent);
        pass(request("hf_bad"));
        assertThat(done).isEmpty();
        gate.countDown();

        assertThat(List.of(done.take(), done.take())).containsExactly("refused 401", "refused 401");
        assertThat(asked()).isOne();
    }

    @Test
    void everyCredentialIsCheckedByItself() throws Exception {
        CountDownLatch sent = sendingLate(401);
        pass(request("hf_bad"));
        await(sent);

        assertThat(passed(request("hf_good"))).isEqualTo(SERVED);
        gate.countDown();
        assertThat(done.take()).isEqualTo("refused 401");
    }

    @Test
    void aClientWaitsForTheCheckNoLongerThanForUpstream() throws Exception {
        start(patient().staleAfter(Duration.ofMillis(1)).build());
        CountDownLatch sent = sendingLate(200);
        assertThat(passed(request("hf_a"))).as("upstream has not responded").isEqualTo(SERVED);
        await(sent);

        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        assertThat(asked()).as("not asked again at once").isOne();
    }

    @Test
    void withoutALimitTheClientWaitsForUpstream() throws Exception {
        rig.origin.answering(401);

        assertThat(passed(request("hf_bad"))).isEqualTo("refused 401");
    }

    @Test
    void aClientThatLeavesSaysNothingAboutUpstream() throws Exception {
        Client leaving = client();
        rig.origin.then(_ -> {
            leaving.departure().gone();
            return new ScriptedResponse(503, Fields.EMPTY, new byte[0]);
        });
        assertThat(passed(request(leaving, "hf_a"))).isEqualTo(SERVED);
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);

        assertThat(asked()).as("no pause").isEqualTo(2);
    }

    // Budgets.

    private static CredentialSettings limits(int atOnce, int ratePerClient) {
        return new CredentialSettings(Duration.ofSeconds(10), 1 << 20, atOnce, 0, ratePerClient);
    }

    @Test
    void credentialsThatUpstreamNeverAcceptedAreCheckedWithinABudget() throws Exception {
        start(limits(8, 1));
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        assertThat(passed(request("hf_b"))).as("served unchecked").isEqualTo(SERVED);
        assertThat(asked()).isOne();
        assertThat(budget.refused()).isOne();
        clock.advance(ACCESS);
        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);

        assertThat(asked()).as("accepted before").isEqualTo(2);
    }

    @Test
    void aCheckHoldsItsPlaceInTheBudgetUntilUpstreamResponds() throws Exception {
        start(limits(1, 0));
        CountDownLatch sent = sendingLate(200);
        pass(request("hf_a"));
        await(sent);
        assertThat(passed(request("hf_b"))).isEqualTo(SERVED);
        assertThat(asked()).isOne();
        gate.countDown();
        assertThat(done.take()).isEqualTo(SERVED);
        rig.awaitQuiet();

        assertThat(passed(request("hf_b"))).isEqualTo(SERVED);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void aRequestThatJoinsACheckTakesNothingOfTheBudgets() throws Exception {
        start(patient().maxClientRate(1).credentials(limits(1, 0)).build());
        CountDownLatch sent = sendingLate(200);
        pass(request("hf_a"));
        await(sent);
        for (int i = 0; i < 100; i++) {
            pass(request("hf_a"));
        }
        gate.countDown();
        for (int i = 0; i <= 100; i++) {
            assertThat(done.take()).isEqualTo(SERVED);
        }

        assertThat(budget.refused()).isZero();
        assertThat(engine.rates().refused()).isZero();
        assertThat(asked()).isOne();
    }

    @Test
    void aClientBeyondItsRateIsServedUncheckedAndKeepsTheBudget() throws Exception {
        start(patient().maxClientRate(1).credentials(limits(1, 0)).build());
        while (engine.rates().take(client())) {
            // Until the client has none left.
        }

        assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        assertThat(asked()).isZero();
        assertThat(budget.take(client())).as("given back").isPresent();
    }

    @Test
    void theVaultsOwnRequestsTakeNothingOfTheBudget() {
        start(limits(1, 1));
        CacheRequest<Resource> own = request(Client.itself(), "hf_a");

        assertThat(credentials.share(own, publicly(own), false)).contains(Share.FREE);
    }

    @Test
    void aFetchTakesAShareOnlyIfTheStoreHasAPublicResponseInstead() {
        start(limits(1, 0));
        CacheRequest<Resource> request = request("hf_a");

        assertThat(credentials.share(request, Lookup.nothing(request.resource()), false))
                .contains(Share.FREE);
        assertThat(credentials.share(request, publicly(request), true))
                .as("an equal request is in progress")
                .contains(Share.FREE);
        Optional<Share> taken = credentials.share(request, publicly(request), false);
        assertThat(taken).isPresent();
        assertThat(taken).isNotEqualTo(Optional.of(Share.FREE));
        assertThat(credentials.share(request, publicly(request), false)).isEmpty();
        taken.orElseThrow().ended();
        assertThat(credentials.share(request, publicly(request), false)).isPresent();
    }

    @Test
    void whenNoTaskMayStartTheClientIsServedAndNothingIsCharged() throws Exception {
        start(patient().maxClientRate(1).credentials(limits(1, 0)).build());
        rig.fills.close();
        for (int i = 0; i < 100; i++) {
            assertThat(passed(request("hf_a"))).isEqualTo(SERVED);
        }

        assertThat(asked()).isZero();
        assertThat(budget.refused()).isZero();
        assertThat(engine.rates().refused()).isZero();
    }

    @Test
    void aRefusalTellsItsStatusAndNoBody() throws Exception {
        CacheRequest<Resource> request = request("hf_bad");
        rig.origin.answering(401);
        assertThat(passed(request)).isEqualTo("refused 401");
        FetchOutcome.Final refusal =
                credentials.refusal(request, publicly(request)).orElseThrow();

        assertThat(refusal.body()).isEmpty();
        assertThat(refusal.named()).isTrue();
    }
}
