package io.artifactvault.cache.fetch;

import static io.artifactvault.cache.RepositoryFile.FILE;
import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static io.artifactvault.cache.fill.FillRig.SHA256;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.RepositoryFile;
import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.access.Authentications.Standing;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.Callers;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How an ecosystem's resource is requested, and what its responses leave in the store and among the grants. */
@Timeout(60)
class EcosystemSubjectTest {
    private static final Credential TOKEN = Credential.bearer("hf_secret");
    private static final Caller CALLER = new Callers().of(Optional.of(TOKEN));
    private static final Resource OWN = FILE.with(TOKEN);

    @TempDir
    private Path folder;

    private FillRig rig;
    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        engine = rig.engine();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private FetchOutcome fetch(Resource resource, Caller caller, Optional<Entry> stored, boolean wantsBody)
            throws Exception {
        CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        var _ = rig.asTask(() -> {
            new Fetch(engine, new EcosystemSubject(engine, resource, caller, stored, wantsBody, true, outcome)).run();
            return true;
        });
        return outcome.get();
    }

    private FetchOutcome fetch(boolean wantsBody) throws Exception {
        return fetch(FILE, Caller.ANONYMOUS, Optional.empty(), wantsBody);
    }

    /** The next response has the rig's content and these fields. */
    private void sending(String... fields) {
        rig.origin.then(_ -> new ScriptedResponse(200, Fields.of(fields), CONTENT));
    }

    private static String length() {
        return Integer.toString(CONTENT.length);
    }

    private static Entry stored() {
        return EntryBuilder.entry("file")
                .fields(Fields.of("ETag", "\"v1\""))
                .length(OptionalLong.of(CONTENT.length))
                .stored(SHA256)
                .build();
    }

    private boolean isGranted(Caller caller) {
        return engine.access().grants().allows(caller, FILE.accessScope(), Optional.empty(), Instant.now());
    }

    @Test
    void aHeadIdentifiesTheResourceAndStoresNoContent() throws Exception {
        FetchOutcome.Identified found = (FetchOutcome.Identified) fetch(false);

        assertThat(rig.origin.asked()).extracting(OriginRequest::method).containsExactly("HEAD");
        assertThat(found.entry().length()).hasValue(CONTENT.length);
        assertThat(rig.index.load("file")).contains(found.entry());
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void aGetStoresTheContent() throws Exception {
        assertThat(fetch(true)).isInstanceOf(FetchOutcome.Identified.class);

        assertThat(rig.origin.asked().getFirst().method()).isEqualTo("GET");
        assertThat(rig.index.load("file").flatMap(Entry::blob)).contains(SHA256);
        assertThat(rig.read(SHA256)).hasValue(CONTENT);
    }

    @Test
    void contentThatIsStoredUnderAnotherNameIsNotStoredAgain() throws Exception {
        sending("Content-Length", length(), "Names-Digest", SHA256.toString());
        var _ = fetch(true);
        int before = rig.stored.get();
        sending("Content-Length", length(), "Names-Digest", SHA256.toString());
        RepositoryFile other = new RepositoryFile("other", true, Optional.empty(), Optional.empty());

        assertThat(fetch(other, Caller.ANONYMOUS, Optional.empty(), true)).isInstanceOf(FetchOutcome.Identified.class);
        assertThat(rig.index.load("other").flatMap(Entry::blob)).contains(SHA256);
        assertThat(rig.stored).hasValue(before);
    }

    @Test
    void aHeadThatDoesNotTellTheLengthIsFollowedByAGet() throws Exception {
        rig.origin.answering(200);

        assertThat(fetch(false)).isInstanceOf(FetchOutcome.Identified.class);
        assertThat(rig.origin.asked()).extracting(OriginRequest::method).containsExactly("HEAD", "GET");
    }

    @Test
    void aPublicResourceIsRequestedWithoutTheCredentialFirst() throws Exception {
        engine.access().openStates().open(FILE.accessScope(), Instant.now());
        engine.access().grants().authentications().record("", CALLER, new Standing.Accepted(), Instant.now());

        assertThat(fetch(OWN, CALLER, Optional.of(stored()), false)).isInstanceOf(FetchOutcome.Identified.class);
        assertThat(rig.origin.asked()).extracting(OriginRequest::credential).containsExactly(Optional.empty());
    }

    @Test
    void aScopeThatIsRefusedWithoutACredentialIsClosedAndRequestedWithIt() throws Exception {
        engine.access().openStates().open(FILE.accessScope(), Instant.now());
        engine.access().grants().authentications().record("", CALLER, new Standing.Accepted(), Instant.now());
        rig.origin.answering(401, "X-Error-Code", "GatedRepo");

        assertThat(fetch(OWN, CALLER, Optional.of(stored()), false)).isInstanceOf(FetchOutcome.Identified.class);
        assertThat(rig.origin.asked().get(1).credential()).contains(TOKEN);
        assertThat(engine.access().openStates().isOpen(FILE.accessScope())).isFalse();
        assertThat(isGranted(CALLER)).isTrue();
    }

    @Test
    void aCredentialThatUpstreamHasNotAcceptedIsSentAtOnce() throws Exception {
        engine.access().openStates().open(FILE.accessScope(), Instant.now());
        var _ = fetch(OWN, CALLER, Optional.of(stored()), false);

        assertThat(rig.origin.asked().getFirst().credential()).contains(TOKEN);
    }

    @Test
    void aConfirmationRenewsTheStoredEntry() throws Exception {
        rig.origin.answering(304, "ETag", "\"v1\"");
        FetchOutcome outcome = fetch(FILE.withoutHead(), Caller.ANONYMOUS, Optional.of(stored()), true);

        assertThat(rig.origin.asked().getFirst().fields().first("If-None-Match"))
                .contains("\"v1\"");
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        FetchOutcome.Identified.class,
                        found -> assertThat(found.status()).isEqualTo(304));
        assertThat(rig.index.load("file").orElseThrow().checkedAt()).isAfter(Instant.EPOCH);
    }

    @Test
    void aBodyOfAnotherLengthThanAnnouncedIsNotTheFile() throws Exception {
        sending("Content-Length", length(), "Announced-Length", "5");

        assertThat(fetch(true))
                .isInstanceOfSatisfying(
                        FetchOutcome.Failed.class,
                        failed -> assertThat(failed.cause().failure()).isEqualTo(OriginFailure.UNEXPECTED_ANSWER));
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void anEncodedBodyIsNotStored() throws Exception {
        sending("Content-Length", length(), "Content-Encoding", "gzip");

        assertThat(fetch(true)).isEqualTo(new FetchOutcome.Unstorable());
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void aDenialEndsTheCallersGrant() throws Exception {
        engine.access().allowOpenly(CALLER, FILE.accessScope(), Instant.now());
        assertThat(isGranted(CALLER)).isTrue();
        rig.origin.answering(403, "X-Error-Code", "GatedRepo");

        assertThat(fetch(OWN, CALLER, Optional.empty(), true))
                .isInstanceOfSatisfying(FetchOutcome.Final.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(Verdict.Kind.DENIED);
                    assertThat(refusal.named()).isTrue();
                });
        assertThat(isGranted(CALLER)).isFalse();
    }

    @Test
    void anOriginThatCannotRespondNowChangesNothing() throws Exception {
        engine.access().allowOpenly(CALLER, FILE.accessScope(), Instant.now());
        rig.origin.answering(503);

        assertThat(fetch(OWN, CALLER, Optional.empty(), true)).isInstanceOf(FetchOutcome.Unavailable.class);
        assertThat(isGranted(CALLER)).isTrue();
        assertThat(rig.index.load("file")).isEmpty();
    }
}
