package io.artifactvault.cache.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Making;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.fill.DiskBypassTest;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Content that the vault makes from other resources is stored once, and its sources are requested for the caller. */
@Timeout(60)
class MakerTest {
    private static final CacheStatus STATUS = CacheStatus.forwarded(Forward.BYPASS);
    private static final byte[] MADE = "made".getBytes(StandardCharsets.UTF_8);
    private static final Making WRITING = (_, out) -> {
        out.write(MADE);
        return Fields.of("Made-Of", "nothing");
    };

    @TempDir
    private Path folder;

    private FillRig rig;
    private Engine engine;
    private Maker maker;
    private final Departure departure = new Departure();

    /** What the vault was asked for itself. */
    private final List<Request> asked = new ArrayList<>();

    private final List<DecisionLog> decisions = new ArrayList<>();

    /** The bodies of the vault's responses to itself, which stay open until their receiver closes them. */
    private final List<ChunkPipe> pipes = new ArrayList<>();

    private Maker.Within vault = (_, _, _) -> CompletableFuture.completedFuture(source());

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        engine = rig.engine();
        maker = new Maker(engine, (request, resource, log) -> {
            asked.add(request);
            decisions.add(log);
            return vault.answer(request, resource, log);
        });
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** What is made. */
    private record Made() implements Resource {
        @Override
        public String title() {
            return "what is made";
        }

        @Override
        public String key() {
            return "made";
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public Upstream upstream() {
            return FakeResource.FILE.upstream();
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return new Verdict.Unexpected("upstream is never asked for it");
        }

        @Override
        public Fields present(Fields stored, Request request) {
            return stored.with("Content-Type", "text/plain");
        }
    }

    private Answer source() {
        ChunkPipe pipe = ChunkPipe.of(ByteBuffer.wrap(new byte[] {7}));
        pipes.add(pipe);
        return new Answer(200, Fields.of("Source", "yes"), new Body.Piped(pipe), CacheStatus.ofHit());
    }

    private boolean areClosed() throws InterruptedException {
        for (ChunkPipe pipe : pipes) {
            if (pipe.put(ByteBuffer.wrap(MADE))) {
                return false;
            }
        }
        return true;
    }

    private CacheRequest<Resource> request(String method, String... fields) {
        Request message = FakeResource.requestBy(new Client("127.0.0.9", departure), method, fields);
        return CacheRequest.of(message, new Made(), Caller.ANONYMOUS, new DecisionLog("files"));
    }

    private FetchOutcome store(CacheRequest<Resource> request, Making making) throws Exception {
        CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        var _ = rig.asTask(() -> {
            maker.store(request, making, outcome);
            return true;
        });
        return outcome.get();
    }

    private FetchOutcome store(Making making) throws Exception {
        return store(request("GET"), making);
    }

    private Answer pass(String method, Making making) throws Exception {
        CacheRequest<Resource> request = request(method);
        var _ = rig.asTask(() -> {
            maker.pass(request, making, STATUS);
            return true;
        });
        return request.answer().get();
    }

    @Test
    void whatIsMadeIsStoredWithTheFieldsThatItsMakingReturns() throws Exception {
        FetchOutcome outcome = store(WRITING);
        Digest sha256 = FillRig.sha256(MADE);
        Entry entry = rig.index.load("made").orElseThrow();

        assertThat(outcome).isEqualTo(new FetchOutcome.Identified(entry, new Made(), 200));
        assertThat(entry.blob()).contains(sha256);
        assertThat(entry.length()).hasValue(MADE.length);
        assertThat(entry.fields()).isEqualTo(Fields.of("Made-Of", "nothing"));
        assertThat(rig.read(sha256)).hasValue(MADE);
        assertThat(rig.stored).hasValue(1);
        assertThat(rig.origin.asked()).isEmpty();
    }

    @Test
    void onlyItsSourcesGrantAccessToWhatIsMade() throws Exception {
        Resource.AccessScope scope = new Made().scope().orElseThrow();
        assertThat(engine.access().openStates().isOpen(scope)).isFalse();
        var _ = store(WRITING);

        assertThat(engine.access().openStates().isOpen(scope)).isFalse();
    }

    @Test
    void theRefusalOfASourceIsTheResponse() throws Exception {
        Making refused = (_, _) -> {
            throw new Making.SourceRefusedException(
                    new ObtainedAnswer(Errors.answer(403, "Upstream responded 403", STATUS)));
        };

        assertThat(store(refused))
                .isInstanceOfSatisfying(
                        FetchOutcome.Final.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(403));
        assertThat(rig.index.load("made")).isEmpty();
    }

    @Test
    void theSourcesAreRequestedForTheSameClientWithoutItsOwnFieldsAndContent() throws Exception {
        CacheRequest<Resource> outer = request("POST", "Range", "bytes=1-2", "If-None-Match", "\"v1\"");
        var _ = store(outer, (sources, out) -> {
            Obtained whole = sources.obtain(FakeResource.FILE, Optional.empty());
            out.write(whole.status() / 100);
            out.write(whole.content().readAllBytes());
            return whole.fields();
        });
        Request inner = asked.getFirst();

        assertThat(inner.method()).isEqualTo("GET");
        assertThat(inner.fields()).isEqualTo(Fields.EMPTY);
        assertThat(inner.body()).isEmpty();
        assertThat(inner.target()).isEqualTo(outer.message().target());
        assertThat(inner.client().address()).isEqualTo("127.0.0.9");
        assertThat(decisions.getFirst().backend()).isEqualTo("files");
        assertThat(rig.read(FillRig.sha256(new byte[] {2, 7}))).hasValue(new byte[] {2, 7});
        assertThat(rig.index.load("made").orElseThrow().fields().first("Source"))
                .contains("yes");
    }

    @Test
    void aPartOfASourceIsRequestedByItsRange() throws Exception {
        var _ = store((sources, out) -> {
            var _ = sources.obtain(FakeResource.FILE, Optional.of(new ByteRange(5, 9)));
            out.write(MADE);
            return Fields.EMPTY;
        });

        assertThat(asked.getFirst().fields()).isEqualTo(Fields.of("Range", "bytes=5-9"));
    }

    @Test
    void everySourceIsClosedHoweverTheMakingEnds() throws Exception {
        var _ = store((sources, out) -> {
            var _ = sources.obtain(FakeResource.FILE, Optional.empty());
            var _ = sources.obtain(FakeResource.FILE, Optional.empty());
            out.write(MADE);
            return Fields.EMPTY;
        });
        var _ = store((sources, _) -> {
            var _ = sources.obtain(FakeResource.FILE, Optional.empty());
            throw new IOException("unusable");
        });
        var _ = pass("GET", (sources, _) -> {
            var _ = sources.obtain(FakeResource.FILE, Optional.empty());
            throw new IOException("unusable");
        });

        assertThat(pipes).hasSize(4);
        assertThat(areClosed()).isTrue();
    }

    @Test
    void contentThatCannotBeMadeIsAFailureWithItsReasonAndIsNotStored() throws Exception {
        FetchOutcome outcome = store((_, out) -> {
            out.write(MADE);
            throw new IOException("the wheel has no metadata");
        });

        assertThat(outcome).isInstanceOfSatisfying(FetchOutcome.Failed.class, failed -> {
            assertThat(failed.cause().failure()).isEqualTo(OriginFailure.UNEXPECTED_ANSWER);
            assertThat(failed.cause()).hasMessageContaining("the wheel has no metadata");
        });
        assertThat(rig.index.load("made")).isEmpty();
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void aStoreThatAcceptsNothingMakesTheContentUnstorable() throws Exception {
        for (Step step : List.of(Step.CREATE, Step.WRITE)) {
            rig.disk.refuse(step);
            assertThat(store(WRITING)).isEqualTo(new FetchOutcome.Unstorable());
            rig.disk.heal();
        }

        assertThat(rig.index.load("made")).isEmpty();
    }

    @Test
    void aClientThatLeavesDoesNotEndTheRequestsOfATaskThatOthersWaitFor() throws Exception {
        Interest interest = rig.fills.newInterest();
        assertThat(interest.add()).isTrue();
        List<Boolean> left = new ArrayList<>();
        vault = (inner, _, _) -> {
            CompletableFuture<Answer> waiting = new CompletableFuture<>();
            inner.client()
                    .departure()
                    .whenGone(() ->
                            waiting.complete(new Answer(503, Fields.EMPTY, new Body.None(), CacheStatus.local())));
            departure.gone();
            left.add(inner.client().departure().isGone());
            interest.cancellation().abandon();
            left.add(inner.client().departure().isGone());
            return waiting;
        };
        CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        var _ = rig.asTask(interest, () -> {
            maker.store(
                    request("GET"),
                    (sources, _) -> {
                        throw new IOException("status "
                                + sources.obtain(FakeResource.FILE, Optional.empty())
                                        .status());
                    },
                    outcome);
            return true;
        });

        assertThat(left).containsExactly(false, true);
        assertThat(outcome.get()).isInstanceOf(FetchOutcome.Failed.class);
    }

    @Test
    void contentForOneReaderIsNotStored() throws Exception {
        Answer answer = pass("GET", WRITING);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields()).isEqualTo(Fields.of("Content-Type", "text/plain"));
        assertThat(answer.cacheStatus()).isEqualTo(STATUS);
        assertThat(answer.body()).isInstanceOfSatisfying(Body.Piped.class, body -> {
            assertThat(DiskBypassTest.drain(body.pipe())).isEqualTo(MADE);
            assertThat(body.pipe().isFinished()).isTrue();
            assertThat(body.pipe().isFailed()).isFalse();
        });
        assertThat(rig.stored).hasValue(0);
        assertThat(rig.index.load("made")).isEmpty();
    }

    @Test
    void contentForOneReaderThatCannotBeMadeBreaksOff() throws Exception {
        Answer answer = pass("GET", (_, out) -> {
            out.write(MADE);
            throw new IOException("unusable");
        });

        assertThat(answer.body()).isInstanceOfSatisfying(Body.Piped.class, body -> {
            assertThat(DiskBypassTest.drain(body.pipe()).length).isLessThanOrEqualTo(MADE.length);
            assertThat(body.pipe().isFailed()).isTrue();
        });
    }

    @Test
    void aHeadMakesNothing() throws Exception {
        Answer answer = pass("HEAD", (_, _) -> {
            throw new AssertionError("a HEAD needs no content");
        });

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.fields().first("Content-Type")).contains("text/plain");
    }
}
