package io.artifactvault.cache;

import static io.artifactvault.cache.RepositoryFile.FILE;
import static io.artifactvault.cache.fill.FillRig.SHA256;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an ecosystem adds to the path of a request: who may know what is stored, and names that are resolved first. */
@Timeout(60)
class EcosystemProtocolTest {
    private static final Resource OWN = FILE.with(Credential.bearer("hf_secret"));
    private static final Duration ACCESS = Resource.USUAL_ACCESS;

    @TempDir
    private Path folder;

    private FillRig rig;
    private Engine engine;
    private final TestClock clock = new TestClock();
    private final LookupThreads lookups = new LookupThreads();
    private RequestFlow<Resource> flow;

    @SuppressWarnings("NullAway.Init") // the flow makes it
    private EcosystemProtocol protocol;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        engine = rig.engine(clock, 0);
        CredentialBudget budget = new CredentialBudget(CredentialSettings.defaults(), clock);
        flow = new RequestFlow<>(RequestFlow.Shared.of(engine, lookups), made -> {
            protocol = new EcosystemProtocol(made, engine, lookups, _ -> Optional.empty(), budget);
            return protocol;
        });
    }

    @AfterEach
    void close() {
        lookups.close();
        rig.close();
    }

    private CacheRequest<Resource> request(Resource resource) {
        return CacheRequest.of(
                FakeResource.request("GET"), resource, protocol.caller(resource), new DecisionLog("files"));
    }

    /** Stores the file's entry a moment ago. */
    private Entry store() {
        Entry entry = EntryBuilder.entry("file")
                .length(OptionalLong.of(FillRig.CONTENT.length))
                .at(clock.instant())
                .build();
        rig.index.put(entry);
        return entry;
    }

    private Candidate candidate(Resource resource) {
        CacheRequest<Resource> request = request(resource);
        return protocol.candidate(request, protocol.load(request));
    }

    @Test
    void aCallerWithoutAccessLearnsNothingOfWhatIsStored() {
        var _ = store();

        assertThat(candidate(OWN)).isEqualTo(new Candidate(Optional.empty(), Forward.URI_MISS, false));
    }

    @Test
    void aGrantIsForItsCallerAlone() {
        Entry entry = store();
        Caller caller = protocol.caller(OWN);
        engine.access().allowOpenly(caller, FILE.accessScope(), clock.instant());
        engine.access().openStates().close(FILE.accessScope(), clock.instant());

        assertThat(candidate(OWN).stored())
                .hasValueSatisfying(stored -> assertThat(stored.entry()).isEqualTo(entry));
        assertThat(candidate(FILE.with(Credential.bearer("hf_other"))).allowed())
                .isFalse();
    }

    @Test
    void aPublicStateIsForEveryCaller() {
        var _ = store();
        engine.access().openStates().open(FILE.accessScope(), clock.instant());

        assertThat(candidate(OWN).allowed()).isTrue();
        assertThat(candidate(FILE).stored()).isPresent();
    }

    @Test
    void aStateThatWasPublicIsAFallbackAfterItsConfirmationExpires() {
        var _ = store();
        engine.access().openStates().open(FILE.accessScope(), clock.instant());
        clock.advance(ACCESS);
        CacheRequest<Resource> request = request(OWN);
        Lookup<Resource> found = protocol.load(request);

        assertThat(protocol.candidate(request, found).allowed()).isFalse();
        assertThat(protocol.fallback(request, found)).isPresent();
    }

    @Test
    void aCallersOwnGrantIsNoFallbackAfterItExpires() {
        var _ = store();
        engine.access().allowOpenly(protocol.caller(OWN), FILE.accessScope(), clock.instant());
        engine.access().openStates().close(FILE.accessScope(), clock.instant());
        CacheRequest<Resource> request = request(OWN);

        assertThat(protocol.fallback(request, protocol.load(request))).isPresent();
        clock.advance(ACCESS);
        assertThat(protocol.fallback(request, protocol.load(request))).isEmpty();
    }

    @Test
    void requestsOfDifferentCallersDoNotMeet() {
        CacheRequest<Resource> own = request(OWN);
        CacheRequest<Resource> anonymous = request(FILE);

        assertThat(protocol.key(own, Lookup.nothing(OWN))).isNotEqualTo(protocol.key(anonymous, Lookup.nothing(FILE)));
        assertThat(protocol.key(own, Lookup.nothing(OWN))).isEqualTo(protocol.key(request(OWN), Lookup.nothing(OWN)));
    }

    @Test
    void aRefusalWithoutAReasonIsForItsOwnRequestOnly() {
        CacheRequest<Resource> request = request(FILE);
        Lookup<Resource> nothing = Lookup.nothing(FILE);
        FetchOutcome named = new FetchOutcome.Final(Verdict.Kind.ABSENT, 404, Fields.EMPTY, new byte[0], true);
        FetchOutcome unnamed = new FetchOutcome.Final(Verdict.Kind.OTHER, 403, Fields.EMPTY, new byte[0], false);

        assertThat(protocol.isFor(request, nothing, named)).isTrue();
        assertThat(protocol.isFor(request, nothing, unnamed)).isFalse();
        assertThat(protocol.isFor(request, nothing, new FetchOutcome.Begun())).isTrue();
    }

    private Answer get(Resource resource) throws Exception {
        return flow.answer(FakeResource.request("GET"), resource, new DecisionLog("files"))
                .get();
    }

    @Test
    void aMissIsStoredAndPublicIfItWasRequestedAnonymously() throws Exception {
        Answer answer = get(FILE);
        answer.body().close();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.cacheStatus())
                .isEqualTo(CacheStatus.forwarded(Forward.URI_MISS)
                        .withForwardStatus(200)
                        .asStored());
        assertThat(engine.access().openStates().isOpen(FILE.accessScope())).isTrue();
    }

    @Test
    void aNameThatAnotherResourceSuppliesIsRequestedFirst() throws Exception {
        RepositoryFile source = new RepositoryFile("branches", false, Optional.empty(), Optional.empty());
        rig.origin.answering(404, "X-Error-Code", "RevisionNotFound");
        Answer answer = get(FILE.named(source));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(rig.origin.asked())
                .extracting(OriginRequest::uri)
                .containsExactly(source.upstream().uri());
    }

    @Test
    void aResponseThatTheStoreCannotAcceptIsPassed() throws Exception {
        CacheRequest<Resource> request = request(FILE);
        rig.origin.answering(200, "Content-Length", "0");
        ForwardedRequest<Resource> forwarded = new ForwardedRequest<>(
                request, Lookup.nothing(FILE), true, true, CacheStatus.forwarded(Forward.URI_MISS));
        protocol.settle(forwarded, new FetchOutcome.Unstorable(), forwarded.status());
        Answer answer = request.answer().get();
        answer.body().close();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(rig.origin.asked()).hasSize(1);
        assertThat(rig.index.load("file")).isEmpty();
    }

    @Test
    void anEntryThatIsConfirmedIsServedAsRevalidated() throws Exception {
        Answer first = get(FILE);
        first.body().close();
        Entry entry = EntryBuilder.entry("file")
                .fields(Fields.of("ETag", "\"v1\""))
                .length(OptionalLong.of(FillRig.CONTENT.length))
                .content(Optional.of(SHA256))
                .at(clock.instant())
                .build();
        CacheRequest<Resource> request =
                CacheRequest.of(FakeResource.request("HEAD"), FILE, Caller.ANONYMOUS, new DecisionLog("files"));
        Lookup<Resource> found = new Lookup<>(
                FILE, Optional.of(entry), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        ForwardedRequest<Resource> forwarded =
                new ForwardedRequest<>(request, found, true, true, CacheStatus.forwarded(Forward.STALE));
        protocol.settle(forwarded, new FetchOutcome.Identified(entry, FILE, 200), forwarded.status());

        assertThat(request.answer().get().cacheStatus().toField()).contains(CacheStatus.REVALIDATED);
    }

    @Test
    void theOperatorReadsTheBasisOfTheCallersAccess() {
        var _ = store();
        CacheRequest<Resource> own = request(OWN);
        Lookup<Resource> closed = protocol.load(own);
        engine.access().openStates().open(FILE.accessScope(), clock.instant());
        Lookup<Resource> open = protocol.load(own);

        assertThat(protocol.access(own, closed, true)).isEqualTo("with a token, confirmed before");
        assertThat(protocol.access(own, open, true)).isEqualTo("with a token, public");
        assertThat(protocol.access(request(FILE), closed, false)).startsWith("anonymous, ");
    }
}
