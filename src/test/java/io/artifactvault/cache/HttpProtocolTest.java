package io.artifactvault.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a shared HTTP cache decides where nothing beyond HTTP is known about a resource. */
@Timeout(60)
class HttpProtocolTest {
    private static final FetchOutcome FAILED =
            new FetchOutcome.Failed(new OriginException(OriginFailure.CONNECT_TIMEOUT, "origin.test"));

    @TempDir
    private Path folder;

    private FillRig rig;
    private final TestClock clock = new TestClock();
    private final LookupThreads lookups = new LookupThreads();
    private RequestFlow<HttpResource> flow;

    @SuppressWarnings("NullAway.Init") // the flow makes it
    private HttpProtocol protocol;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        Engine engine = rig.engine(clock, 0);
        flow = new RequestFlow<>(RequestFlow.Shared.of(engine, lookups), made -> {
            protocol = new HttpProtocol(made, engine, lookups);
            return protocol;
        });
    }

    @AfterEach
    void close() {
        lookups.close();
        rig.close();
    }

    private Answer get(Site site) throws Exception {
        return flow.answer(FakeResource.request("GET"), site, new DecisionLog("files"))
                .get();
    }

    private static CacheRequest<HttpResource> request(Request message) {
        return CacheRequest.of(message, Site.PLAIN, Caller.ANONYMOUS, new DecisionLog("files"));
    }

    private static CacheRequest<HttpResource> request(String method, String... fields) {
        return request(FakeResource.request(method, fields));
    }

    private static Lookup<HttpResource> nothing() {
        return Lookup.nothing(Site.PLAIN);
    }

    private Lookup<HttpResource> found(Entry entry) {
        VariantSet set = new VariantSet("g", List.of(""), Optional.empty());
        return new Lookup<>(
                Site.PLAIN, Optional.of(entry), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(set));
    }

    private Entry entry(String... fields) {
        return EntryBuilder.entry("k")
                .fields(Fields.of(fields))
                .length(OptionalLong.of(0))
                .at(clock.instant())
                .build();
    }

    @Test
    void aFreshResponseIsServedToEveryRequestThatSelectsIt() throws Exception {
        rig.origin.answering(200, "Cache-Control", "max-age=60", "Content-Length", "0");
        Answer first = get(Site.PLAIN);
        clock.advance(Duration.ofSeconds(20));
        Answer second = get(Site.PLAIN);

        assertThat(first.cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.URI_MISS)
                        .withForwardStatus(200)
                        .asStored());
        assertThat(second.cacheStatus()).isEqualTo(CacheStatus.ofHit().withTtl(40));
        assertThat(second.fields().first("Age")).contains("20");
        assertThat(rig.origin.asked()).hasSize(1);
    }

    @Test
    void aResponseIsSelectedByTheFieldsThatVaryNames() throws Exception {
        for (int i = 0; i < 2; i++) {
            rig.origin.answering(200, "Cache-Control", "max-age=60", "Vary", "Accept-Language", "Content-Length", "0");
        }
        var _ = get(Site.selectedBy("Accept-Language", "en"));
        Answer other = get(Site.selectedBy("Accept-Language", "de"));
        Answer again = get(Site.selectedBy("Accept-Language", "en"));

        assertThat(other.cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.VARY_MISS)
                        .withForwardStatus(200)
                        .asStored());
        assertThat(again.cacheStatus()).isEqualTo(CacheStatus.ofHit().withTtl(60));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, , , false, true",
        // RFC 9111 §3.5: the response may be for the user alone.
        "GET, Authorization, Bearer x, false, false",
        "GET, CDN-Loop, another-cdn, false, false",
        // A HEAD brings no content that another request could wait for.
        "HEAD, , , false, false",
        "HEAD, , , true, true",
    })
    void aResponseMayBeForOthersIfNothingInItsRequestIsOfOneUser(
            String method, String name, String value, boolean isStored, boolean shareable) {
        CacheRequest<HttpResource> request = name == null ? request(method) : request(method, name, value);
        Lookup<HttpResource> found = isStored ? found(entry("Cache-Control", "max-age=60")) : nothing();

        assertThat(protocol.isShareable(request, found)).isEqualTo(shareable);
    }

    @Test
    void theResponseToARequestWithContentIsForNoOther() {
        Request plain = FakeResource.request("GET");
        Request message = new Request(
                "GET", plain.target(), plain.fields(), plain.base(), Optional.of(new ReadyBody(new byte[] {1})));

        assertThat(protocol.isShareable(request(message), nothing())).isFalse();
    }

    @Test
    void aRangeWaitsForNoOtherRequest() {
        assertThat(protocol.mayCollapse(request("GET"))).isTrue();
        assertThat(protocol.mayCollapse(request("GET", "Range", "bytes=0-9"))).isFalse();
    }

    @Test
    void aFallbackIsForPlainReadsWhileTheResponseMayBeUsedOnError() {
        Lookup<HttpResource> found = found(entry("Cache-Control", "max-age=60"));

        assertThat(protocol.fallback(request("GET"), found)).isPresent();
        assertThat(protocol.fallback(request("POST"), found)).isEmpty();
        assertThat(protocol.fallback(request("GET"), found(entry("Cache-Control", "max-age=60, must-revalidate"))))
                .isEmpty();
        clock.advance(Duration.ofSeconds(60).plus(Site.PLAIN.staleIfError()).plusSeconds(1));
        assertThat(protocol.fallback(request("GET"), found)).isEmpty();
    }

    @Test
    void aResponseWithoutVaryLeavesNoOtherVariants() {
        VariantSet set = new VariantSet("g", List.of(""), Optional.empty());
        Candidate candidate = protocol.candidate(request("GET"), Lookup.of(Site.PLAIN, Optional.of(set)));

        assertThat(candidate.otherwise()).isEqualTo(Forward.URI_MISS);
    }

    @Test
    void onlyAResponseThatIsStoredAsAWholeNeedsNoUpstream() {
        Entry whole = entry("ETag", "\"v1\"");
        Entry part = whole.named(Validator.strong(whole.fields()).orElseThrow(), 5);

        assertThat(protocol.canFinishWithoutUpstream(request("GET"), found(whole)))
                .isTrue();
        assertThat(protocol.canFinishWithoutUpstream(request("GET"), found(part)))
                .isFalse();
        assertThat(protocol.canFinishWithoutUpstream(request("GET"), nothing())).isFalse();
    }

    @Test
    void anOutcomeForOneClientIsNotForThoseWhoWait() {
        StoredResponse stored = protocol.candidate(request("GET"), found(entry("Cache-Control", "max-age=60")))
                .stored()
                .orElseThrow();
        Answer answer = new Answer(200, Fields.EMPTY, new Body.None(), CacheStatus.ofHit());
        FetchOutcome unavailable = new FetchOutcome.Unavailable(503, Fields.EMPTY, new byte[0]);

        assertThat(protocol.isFor(request("GET"), nothing(), new FetchOutcome.ForOne(stored, 304)))
                .isFalse();
        assertThat(protocol.isFor(request("GET"), nothing(), new FetchOutcome.Passed(answer, true)))
                .isFalse();
        assertThat(protocol.isFor(request("GET"), nothing(), FAILED)).isTrue();
        // Those without a stored response get upstream's own error instead.
        assertThat(protocol.isFor(request("GET"), nothing(), unavailable)).isFalse();
        assertThat(protocol.isFor(request("GET"), found(stored.entry()), unavailable))
                .isTrue();
    }

    @Test
    void aFetchThatFindsTheResponseStoredMeanwhileAsksNothing() throws Exception {
        rig.origin.answering(200, "Cache-Control", "max-age=60", "Content-Length", "0");
        var _ = get(Site.PLAIN);
        CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        protocol.fetch(
                new ForwardedRequest<>(request("GET"), nothing(), true, true, CacheStatus.forwarded(Forward.URI_MISS)),
                true,
                true,
                outcome);

        assertThat(outcome).isCompletedWithValue(new FetchOutcome.StoredMeanwhile());
        assertThat(rig.origin.asked()).hasSize(1);
    }

    @Test
    void equalRequestsMeetUnderAKeyOfMethodTargetAndSelectingFields() {
        Lookup<HttpResource> found = found(entry("Cache-Control", "max-age=60"));

        assertThat(protocol.key(request("GET"), nothing())).isEqualTo(protocol.key(request("GET"), nothing()));
        assertThat(protocol.key(request("GET"), nothing())).isNotEqualTo(protocol.key(request("HEAD"), nothing()));
        assertThat(protocol.key(request("GET"), nothing())).isNotEqualTo(protocol.key(request("GET"), found));
    }
}
