package io.artifactvault.cache;

import static io.artifactvault.cache.RepositoryFile.FILE;
import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static io.artifactvault.cache.fill.FillRig.SHA256;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.BodyStream;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.Maker;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stored response of an ecosystem is offered to a client, and its content fetched if the store lacks it. */
@Timeout(60)
class EcosystemOffersTest {
    private static final Caller CALLER = new Caller("caller");

    @TempDir
    private Path folder;

    private FillRig rig;
    private Engine engine;
    private final TestClock clock = new TestClock();
    private final LookupThreads lookups = new LookupThreads();

    @SuppressWarnings("NullAway.Init") // open makes both
    private ContentDelivery delivery;

    @SuppressWarnings("NullAway.Init")
    private EcosystemOffers offers;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        start(0);
    }

    private void start(int maxRate) {
        engine = rig.engine(clock, maxRate);
        CredentialBudget budget = new CredentialBudget(CredentialSettings.defaults(), clock);
        RequestFlow<Resource> flow = new RequestFlow<>(
                RequestFlow.Shared.of(engine, lookups),
                made -> new EcosystemProtocol(made, engine, lookups, _ -> Optional.empty(), budget));
        Maker maker = new Maker(engine, flow::answer);
        delivery = new ContentDelivery(engine.tools(), engine.rates(), lookups, clock);
        offers = new EcosystemOffers(
                flow, engine, delivery, new EcosystemFetches(engine, maker), new PastTheStore(engine, maker));
    }

    @AfterEach
    void close() {
        lookups.close();
        rig.close();
    }

    private static CacheRequest<Resource> request(Caller caller, String... fields) {
        return CacheRequest.of(FakeResource.request("GET", fields), FILE, caller, new DecisionLog("files"));
    }

    private static CacheRequest<Resource> request(String... fields) {
        return request(Caller.ANONYMOUS, fields);
    }

    /** An entry of the origin's content, which the store does not have. */
    private Entry head() {
        return EntryBuilder.entry("file")
                .fields(Fields.of("ETag", "\"v1\""))
                .length(OptionalLong.of(CONTENT.length))
                .content(Optional.of(SHA256))
                .at(clock.instant())
                .build();
    }

    private Offer offer(CacheRequest<Resource> request) {
        return offers.of(request, FILE, head(), CacheStatus.ofHit(), true);
    }

    private Answer serve(CacheRequest<Resource> request) throws Exception {
        delivery.serve(offer(request));
        return request.answer().get();
    }

    private static byte[] read(Answer answer) throws IOException {
        try (BodyStream body = new BodyStream(answer.body())) {
            return body.readAllBytes();
        }
    }

    /** The next response has the rig's content, under its digest. */
    private void sendingContent() {
        rig.origin.then(_ -> new ScriptedResponse(
                200,
                Fields.of("ETag", "\"v1\"", "Content-Length", "300000", "Names-Digest", SHA256.toString()),
                CONTENT));
    }

    @Test
    void anOfferCarriesTheRequestAndTheResponse() {
        CacheRequest<Resource> request = request().attempted(2);
        Offer offer = offer(request);

        assertThat(offer.request()).isSameAs(request);
        assertThat(offer.entry()).isEqualTo(head());
        assertThat(offer.content().resource()).isEqualTo(FILE);
        assertThat(offer.status()).isEqualTo(CacheStatus.ofHit());
        assertThat(offer.attempt()).as("lookups so far").isEqualTo(2);
    }

    @Test
    void onlyAPublicResponseIsForSharedCachesBehindThisOne() {
        Offer open = offers.of(request(), FILE, head(), CacheStatus.ofHit(), true);
        Offer closed = offers.of(request(), FILE, head(), CacheStatus.ofHit(), false);

        assertThat(open.presentation().fields().has("Cache-Control")).isFalse();
        assertThat(closed.presentation().fields().first("Cache-Control")).contains("private");
    }

    @Test
    void contentThatTheStoreLacksIsFetchedAndStored() throws Exception {
        sendingContent();
        Answer answer = serve(request());

        assertThat(read(answer)).isEqualTo(CONTENT);
        assertThat(answer.cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.MISS)
                        .withForwardStatus(200)
                        .asStored());
        assertThat(rig.origin.asked()).hasSize(1);
        rig.awaitQuiet();
        assertThat(rig.read(SHA256)).hasValue(CONTENT);
    }

    @Test
    void bytesThatAnEarlierFillLeftAreServedWithoutAskingForThem() throws Exception {
        Representation content = Representation.of(FILE, head());
        rig.origin.failing(OriginFailure.ADDRESS_REFUSED);
        var _ = rig.asTask(() -> {
            new Fill(rig.tools, content)
                    .run(Fill.Start.with(OpenResponse.whole(rig.response().cutAfter(100_000))), () -> {});
            return true;
        });
        int before = rig.origin.asked().size();
        Answer answer = serve(request("Range", "bytes=5-9"));

        assertThat(answer.status()).isEqualTo(206);
        assertThat(read(answer)).isEqualTo(Arrays.copyOfRange(CONTENT, 5, 10));
        rig.awaitQuiet();
        assertThat(rig.origin.ranges().subList(before, rig.origin.ranges().size()))
                .as("of the rest only")
                .allMatch(range -> range.startsWith("bytes=100000-"));
    }

    @Test
    void contentThatTheStoreCannotAcceptIsPassed() throws Exception {
        rig.disk.refuse(Step.CREATE);
        sendingContent();
        sendingContent();
        Answer answer = serve(request());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(read(answer)).isEqualTo(CONTENT);
        assertThat(rig.stored).hasValue(0);
        rig.disk.heal();
    }

    @Test
    void aFailureOfUpstreamIsTheClientsError() throws Exception {
        rig.origin.failing(OriginFailure.CONNECT_TIMEOUT);

        assertThat(serve(request()).status()).isEqualTo(504);
    }

    /** The entry may have been stored for another caller; this one gets what upstream says now. */
    @Test
    void aRefusalOfUpstreamIsTheClients() throws Exception {
        rig.origin.answering(404, "X-Error-Code", "EntryNotFound");
        Answer answer = serve(request());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.MISS).withForwardStatus(404));
    }

    @Test
    void contentIsFetchedAtMostThreeTimesForOneRequest() throws Exception {
        Answer answer = serve(request().attempted(3));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(rig.origin.asked()).isEmpty();
    }

    @Test
    void everyFetchCountsInTheRateOfItsClient() throws Exception {
        start(1);
        Client client = new Client("127.0.0.9", new Departure());
        for (int i = 0; i < 30; i++) {
            assertThat(engine.rates().take(client)).isTrue();
        }
        CacheRequest<Resource> last = CacheRequest.of(
                FakeResource.requestBy(client, "GET"), FILE, Caller.ANONYMOUS, new DecisionLog("files"));

        assertThat(serve(last).status()).isEqualTo(429);
        assertThat(rig.origin.asked()).isEmpty();
    }

    /** Two requests, of which the second joins the fetch of the first, whose response comes after that. */
    private List<Answer> twoRequests(
            CacheRequest<Resource> first, CacheRequest<Resource> second, ScriptedResponse response) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch joined = new CountDownLatch(1);
        rig.origin.then(_ -> {
            sent.countDown();
            await(joined);
            return response;
        });
        delivery.serve(offer(first));
        await(sent);
        delivery.serve(offer(second));
        joined.countDown();
        return List.of(first.answer().get(), second.answer().get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ScriptedResponse refusal(String... fields) {
        return new ScriptedResponse(400, Fields.of(fields), new byte[0]);
    }

    @Test
    void equalRequestsShareOneFetchOfTheContent() throws Exception {
        ScriptedResponse response = new ScriptedResponse(
                200,
                Fields.of("ETag", "\"v1\"", "Content-Length", "300000", "Names-Digest", SHA256.toString()),
                CONTENT);
        List<Answer> answers = twoRequests(request(), request(), response);

        assertThat(read(answers.getFirst())).isEqualTo(CONTENT);
        assertThat(read(answers.getLast())).isEqualTo(CONTENT);
        assertThat(rig.origin.asked()).hasSize(1);
        assertThat(answers.getFirst().cacheStatus().collapsed()).isFalse();
        assertThat(answers.getLast().cacheStatus().collapsed()).isTrue();
    }

    @Test
    void aRefusalWithAReasonIsForEveryRequestOfTheSameCaller() throws Exception {
        List<Answer> answers = twoRequests(request(), request(), refusal("X-Error-Code", "BadRevision"));

        assertThat(answers).extracting(Answer::status).containsExactly(400, 400);
        assertThat(rig.origin.asked()).hasSize(1);
    }

    @Test
    void aRefusalWithoutAReasonSendsTheOtherRequestItself() throws Exception {
        List<Answer> answers = twoRequests(request(), request(), refusal());
        answers.getLast().body().abandon();

        assertThat(answers).extracting(Answer::status).containsExactly(400, 200);
    }

    @Test
    void requestsOfDifferentCallersDoNotShareAFetch() throws Exception {
        List<Answer> answers = twoRequests(request(), request(CALLER), refusal("X-Error-Code", "BadRevision"));
        answers.getLast().body().abandon();

        assertThat(answers).extracting(Answer::status).containsExactly(400, 200);
    }

    @Test
    void contentThatCannotBeReadIsPassedAround() throws Exception {
        sendingContent();
        CacheRequest<Resource> request = request();
        Offer offer = offer(request);
        offer.missing().bypass(offer);
        Answer answer = request.answer().get();

        assertThat(read(answer)).isEqualTo(CONTENT);
        assertThat(answer.cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.BYPASS).withForwardStatus(200));
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void contentThatNeitherTheDiskNorUpstreamDeliversIsRetriedLater() throws Exception {
        rig.origin.failing(OriginFailure.CONNECT_TIMEOUT);
        CacheRequest<Resource> request = request();
        Offer offer = offer(request);
        offer.missing().bypass(offer);
        Answer answer = request.answer().get();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.fields().first("Retry-After")).contains("5");
    }

    @Test
    void everyOutcomeButARefusalWithoutAReasonIsForOthers() {
        FetchOutcome named = new FetchOutcome.Final(Verdict.Kind.OTHER, 400, Fields.EMPTY, new byte[0], true);
        FetchOutcome unnamed = new FetchOutcome.Final(Verdict.Kind.OTHER, 400, Fields.EMPTY, new byte[0], false);
        FetchOutcome failed = new FetchOutcome.Failed(new OriginException(OriginFailure.DNS_FAILED, "origin.test"));

        assertThat(EcosystemOffers.isForOthers(named)).isTrue();
        assertThat(EcosystemOffers.isForOthers(unnamed)).isFalse();
        assertThat(EcosystemOffers.isForOthers(failed)).isTrue();
        assertThat(EcosystemOffers.isForOthers(new FetchOutcome.Unstorable())).isTrue();
        assertThat(EcosystemOffers.isForOthers(new FetchOutcome.Begun())).isTrue();
    }
}
