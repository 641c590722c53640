package io.artifactvault.cache;

import static io.artifactvault.cache.RepositoryFile.FILE;
import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static io.artifactvault.cache.fill.FillRig.SHA256;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Task;
import io.artifactvault.cache.work.WorkReport;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.origin.policy.FairPermits.Holder;
import io.artifactvault.store.index.EntryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A request whose resource another one determines: that one comes first, and its errors are the client's. */
@Timeout(60)
class FirstResourceTest {
    private static final Resolution FOUND = new Resolution.Local(299, Fields.EMPTY, new byte[0]);

    /** What the resolution responds. */
    private static final Answer LAST = new Answer(299, Fields.EMPTY, new Body.None(), CacheStatus.local());

    @TempDir
    private Path folder;

    private FillRig rig;
    private Engine engine;
    private final TestClock clock = new TestClock();
    private final LookupThreads lookups = new LookupThreads();

    @SuppressWarnings("NullAway.Init") // open makes it
    private FirstResource first;

    private final List<Resolution> resolved = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        engine = rig.engine(clock, 0);
        CredentialBudget budget = new CredentialBudget(CredentialSettings.defaults(), clock);
        RequestFlow<Resource> flow = new RequestFlow<>(
                RequestFlow.Shared.of(engine, lookups),
                made -> new EcosystemProtocol(made, engine, lookups, _ -> Optional.empty(), budget));
        first = new FirstResource(engine, flow);
    }

    @AfterEach
    void close() {
        lookups.close();
        rig.close();
    }

    /** Resolves by the content. */
    @FunctionalInterface
    private interface Reading {
        Resolution resolve(Obtained response, Resolution.Stored stored) throws IOException;
    }

    /** A step that decides by nothing but the content. */
    private static Resolution.Step byContent(Reading reading) {
        return new Resolution.Step() {
            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                return Optional.empty();
            }

            @Override
            public Resolution byContent(Obtained response, Resolution.Stored stored) throws IOException {
                return reading.resolve(response, stored);
            }
        };
    }

    /** A step that the head with that status is sufficient for. */
    private static Resolution.Step byHead(int sufficient) {
        return new Resolution.Step() {
            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                return Optional.of(FOUND).filter(_ -> status == sufficient && fields.has("ETag"));
            }

            @Override
            public Resolution byContent(Obtained response, Resolution.Stored stored) {
                throw new AssertionError("the head is sufficient");
            }
        };
    }

    private static Reading neverRead() {
        return (_, _) -> {
            throw new AssertionError("an error has no content to resolve by");
        };
    }

    private CompletionStage<Answer> last(Resolution resolution) {
        resolved.add(resolution);
        return CompletableFuture.completedFuture(LAST);
    }

    private Answer answer(Request request, boolean demanding, Resolution.Step step) throws Exception {
        return first.answer(request, new Resolution.After(FILE, demanding, step), new DecisionLog("files"), this::last)
                .toCompletableFuture()
                .get();
    }

    private Answer answer(Resolution.Step step) throws Exception {
        return answer(FakeResource.request("GET"), false, step);
    }

    @Test
    void theContentOfTheFirstResourceDeterminesTheResolution() throws Exception {
        List<byte[]> read = new ArrayList<>();
        Answer answer = answer(byContent((response, _) -> {
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            assertThat(Task.current().holder()).isEqualTo(new Holder("files", "-"));
            read.add(response.content().readAllBytes());
            return new Resolution.Local(response.status(), response.fields(), new byte[0]);
        }));

        assertThat(answer).isSameAs(LAST);
        assertThat(read).containsExactly(CONTENT);
        assertThat(resolved).singleElement().isInstanceOfSatisfying(Resolution.Local.class, local -> {
            assertThat(local.status()).isEqualTo(200);
            assertThat(local.fields().first("ETag")).contains("\"v1\"");
        });
    }

    @Test
    void theHeadOfTheFirstResourceMayBeSufficientAndItsBodyIsNotRead() throws Exception {
        Fields fields = Fields.of("ETag", "\"v1\"", "Content-Length", "300000");
        ScriptedResponse response = new ScriptedResponse(200, fields, CONTENT).standingAt(1000);
        rig.origin.then(_ -> response);

        assertThat(answer(byHead(200))).isSameAs(LAST);
        assertThat(resolved).containsExactly(FOUND);
        while (fillsWithoutReader() == 0 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        assertThat(fillsWithoutReader()).isOne();
        response.open();
    }

    /** Fills that have lost their last reader. */
    private long fillsWithoutReader() {
        WorkReport work = WorkReport.of(rig.fills);
        return work.lingering() + work.deserted();
    }

    @Test
    void anErrorMayBeSufficientToo() throws Exception {
        rig.origin.answering(404, "ETag", "\"v1\"");

        assertThat(answer(byHead(404))).isSameAs(LAST);
        assertThat(resolved).containsExactly(FOUND);
    }

    @Test
    void anErrorThatResolvesNothingIsTheClients() throws Exception {
        rig.origin.answering(404, "X-Error-Code", "RepoNotFound");
        Answer answer = answer(byContent(neverRead()));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.fields().first("X-Error-Code")).contains("RepoNotFound");
        assertThat(resolved).isEmpty();
    }

    @Test
    void contentThatCannotBeReadIsTheClientsErrorWithItsReason() throws Exception {
        Answer answer = answer(byContent((_, _) -> {
            throw new IOException("it is no JSON");
        }));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.failure().orElseThrow().sentence())
                .contains("acme/tiny file")
                .contains("it is no JSON");
        assertThat(resolved).isEmpty();
    }

    @Test
    void aBodyThatBreaksOffResolvesNothing() throws Exception {
        rig.origin.then(_ -> new ScriptedResponse(200, Fields.of("ETag", "\"v1\""), CONTENT).cutAfter(1000));
        Answer answer = answer(byContent((response, _) -> {
            var _ = response.content().readAllBytes();
            return FOUND;
        }));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(resolved).isEmpty();
    }

    @Test
    void aBugInTheStepLeavesNoClientWaiting() throws Exception {
        Answer answer = answer(byContent((_, _) -> {
            throw new IllegalStateException("a bug that a test made");
        }));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(resolved).isEmpty();
    }

    @Test
    void theClientsConditionsAndRangesConcernTheOtherResource() throws Exception {
        List<Integer> lengths = new ArrayList<>();
        Request request = FakeResource.request("HEAD", "Range", "bytes=1-2", "If-None-Match", "\"v1\"");
        Answer answer = answer(request, false, byContent((response, _) -> {
            lengths.add(response.content().readAllBytes().length);
            return FOUND;
        }));

        assertThat(answer).isSameAs(LAST);
        assertThat(lengths).containsExactly(CONTENT.length);
    }

    /** The first resource is stored, and its last confirmation was longer ago than two of them must be apart. */
    private void storeFirst() throws Exception {
        assertThat(answer(byContent((response, _) -> {
                    var _ = response.content().readAllBytes();
                    return FOUND;
                })))
                .isSameAs(LAST);
        rig.awaitQuiet();
        resolved.clear();
        clock.advance(Duration.ofSeconds(10));
    }

    @Test
    void theClientsDemandsOnFreshnessConcernTheFirstResourceOnlyIfTheBackendSaysSo() throws Exception {
        storeFirst();
        Request fresh = FakeResource.request("GET", "Cache-Control", "no-cache");
        var _ = answer(fresh, false, byHead(200));
        assertThat(rig.origin.asked()).hasSize(1);
        var _ = answer(fresh, true, byHead(200));

        assertThat(rig.origin.asked()).hasSizeGreaterThan(1);
        assertThat(resolved).containsExactly(FOUND, FOUND);
    }

    @Test
    void theStepLearnsWhichFurtherContentIsStored() throws Exception {
        storeFirst();
        RepositoryFile head = new RepositoryFile("head only", true, Optional.empty(), Optional.empty());
        RepositoryFile error = new RepositoryFile("error", true, Optional.empty(), Optional.empty());
        RepositoryFile lost = new RepositoryFile("lost", true, Optional.empty(), Optional.empty());
        RepositoryFile alias = new RepositoryFile("alias", true, Optional.empty(), Optional.empty());
        RepositoryFile unknown = new RepositoryFile("unknown", true, Optional.empty(), Optional.empty());
        rig.index.put(EntryBuilder.entry("head only")
                .length(OptionalLong.of(5))
                .at(clock.instant())
                .build());
        rig.index.put(EntryBuilder.entry("error")
                .status(404)
                .stored(SHA256)
                .at(clock.instant())
                .build());
        rig.index.put(EntryBuilder.entry("lost")
                .stored(FillRig.sha256(new byte[] {1}))
                .at(clock.instant())
                .build());
        rig.index.put(EntryBuilder.entry("alias")
                .content(Optional.of(SHA256))
                .at(clock.instant())
                .build());
        List<Optional<Digest>> stored = new ArrayList<>();
        var _ = answer(byContent((_, contents) -> {
            for (Resource resource : List.of(FILE, alias, head, error, lost, unknown)) {
                stored.add(contents.sha256(resource));
            }
            return FOUND;
        }));

        assertThat(stored)
                .containsExactly(
                        Optional.of(SHA256),
                        Optional.of(SHA256),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        assertThat(rig.origin.asked()).as("nothing was requested").hasSize(1);
    }

    @Test
    void whenNoTaskMayStartTheClientRetriesLater() throws Exception {
        storeFirst();
        rig.fills.close();
        Answer answer = answer(byContent(neverRead()));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.fields().first("Retry-After")).contains("1");
        assertThat(resolved).isEmpty();
    }
}
