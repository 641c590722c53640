package io.artifactvault.cache;

import static io.artifactvault.cache.RepositoryFile.FILE;
import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.BodyStream;
import io.artifactvault.cache.content.ContentOrigin;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.StoreNews;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.Wholeness;
import io.artifactvault.cache.work.Task;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Client;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.index.InMemoryEntryIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cache's front door, with neither a server before it nor a network behind it. */
@Timeout(60)
class VaultTest {
    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final FaultyDisk disk = new FaultyDisk();
    private final InMemoryEntryIndex index = new InMemoryEntryIndex();
    private final ContentOrigin origin = new ContentOrigin(CONTENT);
    private final CountDownLatch gate = new CountDownLatch(1);
    private boolean isOriginClosed;

    @SuppressWarnings("NullAway.Init") // open makes both
    private BlobStore blobs;

    @SuppressWarnings("NullAway.Init")
    private Vault vault;

    @BeforeEach
    void open() throws IOException {
        StoreSettings store = StoreSettings.of(folder, 1L << 40, 16 << 20, 64);
        blobs = disk.store(store);
        CacheSettings settings = CacheSettings.defaults().toBuilder()
                .maxClientRate(1)
                .credentials(new CredentialSettings(Duration.ofSeconds(10), 1 << 20, 1, 0, 1))
                .build();
        vault = new Vault(
                settings,
                store,
                index,
                blobs,
                new Closing(),
                StoreNews.UNHEARD,
                Wholeness.UNKNOWN,
                new MemoryBudget(1 << 20, 1 << 20),
                clock,
                1);
    }

    @AfterEach
    void close() {
        gate.countDown();
        vault.close();
        blobs.close();
    }

    /** The test's origin, whose owner closes it: requests in progress end then. */
    private final class Closing implements Origin {
        @Override
        public OriginResponse send(OriginRequest request) throws OriginException {
            return origin.send(request);
        }

        @Override
        public void close() {
            isOriginClosed = true;
            gate.countDown();
        }
    }

    private static Request request(String... fields) {
        return FakeResource.requestBy(new Client("127.0.0.9", new Departure()), "GET", fields);
    }

    /** The complete response: its body was read to the end. */
    private Answer read(CompletableFuture<Answer> pending) throws Exception {
        Answer answer = pending.get();
        try (BodyStream body = new BodyStream(answer.body())) {
            var _ = body.readAllBytes();
        }
        awaitQuiet();
        return answer;
    }

    private void awaitQuiet() {
        while (vault.openFills() > 0 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private Answer get(Resource resource) throws Exception {
        return read(vault.answer(request(), resource));
    }

    /** The next response comes once the gate is open. */
    private CountDownLatch sendingLate() {
        CountDownLatch sent = new CountDownLatch(1);
        origin.then(sending -> {
            sent.countDown();
            await(gate);
            return origin.content(sending);
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
    void anEcosystemsResourceIsFetchedOnceAndThenServedFromTheStore() throws Exception {
        Answer first = get(FILE);
        Answer second = get(FILE);

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.cacheStatus().hit()).isFalse();
        assertThat(second.cacheStatus()).isEqualTo(CacheStatus.ofHit().withTtl(RepositoryFile.LIFETIME.toSeconds()));
        assertThat(second.fields().first("Content-Length")).contains("300000");
        assertThat(origin.asked()).hasSize(1);
        assertThat(index.load(FILE.key())).isPresent();
    }

    @Test
    void aTargetOfWhichOnlyHttpIsKnownIsCachedByItsOwnFields() throws Exception {
        origin.then(_ -> new ScriptedResponse(
                200, Fields.of("Cache-Control", "max-age=60", "Content-Length", "300000"), CONTENT));
        Answer first = read(vault.answer(request(), Site.PLAIN));
        Answer second = read(vault.answer(request(), Site.PLAIN));

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.cacheStatus()).isEqualTo(CacheStatus.ofHit().withTtl(60));
        assertThat(origin.asked()).hasSize(1);
    }

    @Test
    void theDecisionIsRecordedInTheGivenLog() throws Exception {
        DecisionLog decisions = new DecisionLog("files");
        var _ = read(vault.answer(request(), FILE, decisions));

        assertThat(decisions.title()).isEqualTo(FILE.title());
        assertThat(decisions.steps()).hasSize(1);
    }

    /** A file that the client may have in several forms. */
    private record Selected(Resource file) implements Resource {
        @Override
        public String title() {
            return file.title();
        }

        @Override
        public String key() {
            return file.key();
        }

        @Override
        public Lifetime lifetime() {
            return file.lifetime();
        }

        @Override
        public Upstream upstream() {
            return file.upstream();
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return file.judge(chain);
        }

        @Override
        public List<String> selectedBy() {
            return List.of("Accept");
        }
    }

    @Test
    void everyResponseNamesTheFieldsThatSelectedItsResource() throws Exception {
        assertThat(get(new Selected(FILE)).fields().all("Vary").toString()).contains("Accept");
        origin.answering(404, "X-Error-Code", "EntryNotFound");
        RepositoryFile missing = new RepositoryFile("missing", true, Optional.empty(), Optional.empty());
        Answer error = get(new Selected(missing));

        assertThat(error.status()).isEqualTo(404);
        assertThat(error.fields().all("Vary").toString()).contains("Accept");
        assertThat(get(FILE).fields().all("Vary").toString()).doesNotContain("Accept");
    }

    @Test
    void aRequestThatAnotherResourceDeterminesIsAnsweredByItsResolution() throws Exception {
        Resolution.Step step = new Resolution.Step() {
            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                return Optional.empty();
            }

            @Override
            public Resolution byContent(Obtained response, Resolution.Stored stored) {
                return new Resolution.Local(
                        response.status(),
                        Fields.of("Backend", Task.current().holder().backend()),
                        new byte[0]);
            }
        };
        List<Resolution> resolved = new ArrayList<>();
        Answer last = new Answer(299, Fields.EMPTY, new Body.None(), CacheStatus.local());
        Answer answer = vault.answer(
                        request(), new Resolution.After(FILE, false, step), new DecisionLog("files"), resolution -> {
                            resolved.add(resolution);
                            return CompletableFuture.completedFuture(last);
                        })
                .toCompletableFuture()
                .get();

        assertThat(answer).isSameAs(last);
        assertThat(resolved).singleElement().isInstanceOfSatisfying(Resolution.Local.class, local -> {
            assertThat(local.status()).isEqualTo(200);
            assertThat(local.fields().first("Backend")).contains("files");
        });
    }

    @Test
    void whatKeepsTheVaultFromStoringIsForTheOperatorToRead() throws Exception {
        assertThat(vault.trouble()).isEmpty();
        disk.refuse(Step.CREATE);

        assertThat(get(FILE).status()).as("for the client").isEqualTo(200);
        assertThat(vault.trouble()).isPresent();
        disk.heal();
    }

    @Test
    void requestsOfAClientThatIsTooFastAreCounted() throws Exception {
        int limited = 0;
        for (int i = 0; i < 40; i++) {
            origin.answering(500);
            limited += get(FILE).status() == 429 ? 1 : 0;
        }

        assertThat(limited).isPositive();
        assertThat(vault.limitedRequests()).isEqualTo(limited);
    }

    @Test
    void revalidationsThatWereNotNecessaryAreCounted() throws Exception {
        var _ = get(FILE);
        Answer answer = read(vault.answer(request("Cache-Control", "no-cache"), FILE));

        assertThat(answer.cacheStatus().detail()).contains("just-confirmed");
        assertThat(vault.sparedRevalidations()).isOne();
        assertThat(origin.asked()).hasSize(1);
    }

    @Test
    void requestsThatMayNotWaitForEachOtherAreCounted() throws Exception {
        origin.answering(400);
        var _ = get(FILE);
        assertThat(vault.uncollapsedRequests()).isZero();
        var _ = get(FILE);

        assertThat(vault.uncollapsedRequests()).isOne();
    }

    @Test
    void credentialsThatWereNotCheckedAreCounted() throws Exception {
        var _ = get(FILE);
        for (String secret : List.of("hf_a", "hf_b")) {
            Credential token = Credential.bearer(secret);
            assertThat(read(vault.answer(request().as(token), FILE.with(token))).status())
                    .isEqualTo(200);
        }

        assertThat(vault.unaskedTokens()).isOne();
        assertThat(vault.registryTokens()).isNotNull();
    }

    @Test
    void theWorkInProgressIsReported() throws Exception {
        CountDownLatch sent = sendingLate();
        CompletableFuture<Answer> pending = vault.answer(request(), FILE);
        await(sent);

        assertThat(vault.openFills()).isOne();
        assertThat(vault.work().questions()).isOne();
        gate.countDown();
        var _ = read(pending);
        assertThat(vault.openFills()).isZero();
        assertThat(vault.work().questions()).isZero();
    }

    @Test
    void theStopClosesTheOriginAndAwaitsTheWorkInProgress() throws Exception {
        CountDownLatch sent = sendingLate();
        CompletableFuture<Answer> pending = vault.answer(request(), FILE);
        await(sent);
        vault.close();

        assertThat(isOriginClosed).isTrue();
        assertThat(vault.openFills()).isZero();
        assertThat(pending).as("no client is left waiting").isDone();
        pending.get().body().abandon();
    }

    @Test
    void afterTheStopAMissIsAnErrorAndNoRequestIsSent() throws Exception {
        vault.close();

        assertThat(get(FILE).status()).isEqualTo(503);
        assertThat(origin.asked()).isEmpty();
    }

    /** A response that never came would hold the connection. */
    @Test
    void aBugInABackendIsAnErrorOfTheVault() throws Exception {
        Resource broken = new Resource() {
            @Override
            public String title() {
                return "broken";
            }

            @Override
            public String key() {
                throw new IllegalStateException("a bug that a test made");
            }

            @Override
            public Lifetime lifetime() {
                return Lifetime.FOREVER;
            }

            @Override
            public Upstream upstream() {
                return FILE.upstream();
            }

            @Override
            public Verdict judge(List<UpstreamAnswer> chain) {
                return new Verdict.Follow();
            }
        };

        assertThat(get(broken).status()).isEqualTo(500);
    }
}
