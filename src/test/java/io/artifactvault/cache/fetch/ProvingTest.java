package io.artifactvault.cache.fetch;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static io.artifactvault.cache.fill.FillRig.SHA256;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.fill.DiskBypassTest;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.Callers;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.Request;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.FaultyDisk.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Content that only the digest in its address names is the client's to have once its bytes have proven it. */
@Timeout(60)
class ProvingTest {
    private static final Caller CALLER = new Callers().of(Optional.of(Credential.bearer("hf_secret")));

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

    /** Content whose address holds its digest. */
    private static final class Addressed implements Resource {
        private static final AccessScope SCOPE = new AccessScope("content", Duration.ofMinutes(5));

        @Override
        public String title() {
            return "content";
        }

        @Override
        public boolean isStorable() {
            return true;
        }

        @Override
        public String key() {
            return "addressed";
        }

        @Override
        public Optional<Name> name() {
            return Optional.empty();
        }

        @Override
        public Resource at(String value) {
            return this;
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public Optional<AccessScope> scope() {
            return Optional.of(SCOPE);
        }

        @Override
        public Upstream upstream() {
            return new Upstream(FillRig.UPSTREAM, Fields.EMPTY, Optional.empty(), 5, PrivateTargets.ALL);
        }

        @Override
        public boolean answersHead() {
            return true;
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            UpstreamAnswer last = chain.getLast();
            return last.status() == 200
                    ? new Verdict.Content(
                            new Facts(last.fields(), OptionalLong.empty(), Optional.of(SHA256), Optional.empty()), true)
                    : new Verdict.Final(Verdict.Kind.ABSENT, last.fields(), Optional.empty());
        }

        @Override
        public Naming naming(List<UpstreamAnswer> chain) {
            return Naming.ADDRESS;
        }

        @Override
        public Fields present(Fields stored, Request request) {
            return stored;
        }

        @Override
        public Optional<BodyEdit> edit(Fields received) {
            return Optional.empty();
        }

        @Override
        public boolean answersEmptyRange() {
            return false;
        }

        @Override
        public Duration negativeTtl() {
            return Duration.ZERO;
        }
    }

    private record Received(Answer answer, byte[] body, boolean whole) {}

    private Received prove(String method, String... fields) throws Exception {
        Resource resource = new Addressed();
        CacheRequest<Resource> request =
                CacheRequest.of(FakeResource.request(method, fields), resource, CALLER, new DecisionLog("files"));
        CompletableFuture<Answer> answer = request.answer();
        EcosystemFiling filing = new EcosystemFiling(engine, resource, CALLER, false, Instant.now());
        Proving proving = new Proving(
                engine.upstreams(), engine.store(), filing, request, CacheStatus.forwarded(Forward.URI_MISS));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Thread task = Thread.ofVirtual().start(() -> {
            try {
                var _ = rig.asTask(() -> {
                    proving.run();
                    return true;
                });
            } catch (OriginException | IOException e) {
                answer.completeExceptionally(e);
            }
        });
        Answer head = answer.get();
        boolean whole = true;
        if (head.body() instanceof Body.Piped(ChunkPipe pipe)) {
            while (!pipe.isFinished() && !pipe.isFailed()) {
                body.writeBytes(DiskBypassTest.drain(pipe));
                Thread.onSpinWait();
            }
            body.writeBytes(DiskBypassTest.drain(pipe));
            whole = !pipe.isFailed();
        }
        task.join();
        return new Received(head, body.toByteArray(), whole);
    }

    private boolean isGranted() {
        return engine.access().grants().allows(CALLER, Addressed.SCOPE, Optional.empty(), Instant.now());
    }

    @Test
    void provenContentIsStoredAndAccessNoted() throws Exception {
        Received received = prove("GET");

        assertThat(received.body()).isEqualTo(CONTENT);
        assertThat(received.whole()).isTrue();
        assertThat(received.answer().fields().first("Cache-Control")).contains("private");
        assertThat(rig.read(SHA256)).hasValue(CONTENT);
        assertThat(rig.index.load("addressed").flatMap(entry -> entry.blob())).contains(SHA256);
        assertThat(isGranted()).isTrue();
    }

    @Test
    void otherContentProvesNothingAndIsNeverWhole() throws Exception {
        rig.origin.replace(FillRig.random(40_000), "\"v1\"");
        Received received = prove("GET");

        assertThat(received.whole()).isFalse();
        assertThat(received.body().length).isLessThan(40_000);
        assertThat(isGranted()).isFalse();
        assertThat(rig.index.load("addressed")).isEmpty();
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void aBodyThatBreaksOffProvesNothing() throws Exception {
        rig.origin.cuttingAfter(100_000);

        assertThat(prove("GET").whole()).isFalse();
        assertThat(isGranted()).isFalse();
    }

    @Test
    void aPartReachesTheClientAndProvesNothing() throws Exception {
        Received received = prove("GET", "Range", "bytes=5-9");

        assertThat(received.answer().status()).isEqualTo(206);
        assertThat(received.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 5, 10));
        assertThat(isGranted()).isFalse();
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void anEncodedBodyIsRefused() throws Exception {
        rig.origin.answering(200, "Content-Encoding", "gzip");

        assertThat(prove("GET").answer().status()).isEqualTo(502);
        assertThat(isGranted()).isFalse();
    }

    @Test
    void aStoreThatTakesNothingCostsTheClientNothing() throws Exception {
        rig.disk.refuse(Step.CREATE);
        Received received = prove("GET");
        rig.disk.heal();

        assertThat(received.body()).isEqualTo(CONTENT);
        assertThat(received.whole()).isTrue();
        assertThat(isGranted()).isTrue();
        assertThat(rig.stored).hasValue(0);
    }

    @Test
    void aHeadHasNoBodyAndProvesNothing() throws Exception {
        Received received = prove("HEAD");

        assertThat(received.answer().body()).isEqualTo(new Body.None());
        assertThat(isGranted()).isFalse();
    }
}
