package io.artifactvault.cache.content;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.ContentDelivery;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.Offer;
import io.artifactvault.cache.fill.DiskBypassTest;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.ClientRates;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.Presentation;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Request;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.Verify;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ContentDeliveryTest {
    @TempDir
    private Path folder;

    private FillRig rig;
    private final LookupThreads lookups = new LookupThreads();
    private final List<List<ByteRange>> fetched = new ArrayList<>();
    private final CountDownLatch bypassed = new CountDownLatch(1);

    private final Offer.Missing missing = new Offer.Missing() {
        @Override
        public void fetch(Offer offer, List<ByteRange> wanted) {
            fetched.add(wanted);
        }

        @Override
        public void bypass(Offer offer) {
            bypassed.countDown();
        }
    };

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
    }

    @AfterEach
    void close() {
        lookups.close();
        rig.close();
    }

    private ContentDelivery delivery() {
        return delivery(rig.tools, 0);
    }

    private ContentDelivery delivery(Fill.Tools tools, int rate) {
        Clock still = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        return new ContentDelivery(tools, new ClientRates(rate, still), lookups, still);
    }

    private static CacheRequest<Resource> request(String method, String... fields) {
        Request message = FakeResource.requestBy(new Client("127.0.0.9", new Departure()), method, fields);
        return CacheRequest.of(message, FakeResource.FILE, Caller.ANONYMOUS, new DecisionLog("files"));
    }

    private Offer offer(CacheRequest<Resource> request, Representation content) {
        Presentation presentation = Presentation.of(FakeResource.FILE, content.entry(), request.message(), true);
        return Offer.of(request, content, presentation, CacheStatus.ofHit(), missing);
    }

    private Representation store(byte[] bytes) throws IOException {
        try (BlobWriter writer = rig.blobs.create(OptionalLong.of(bytes.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(bytes));
            assertThat(writer.verify()).isTrue();
            Digest sha256 = rig.tools.store().commit(writer, Optional.empty());
            Entry entry = FillRig.entry(OptionalLong.of(bytes.length), Optional.empty());
            return FillRig.representation(entry.withBlob(sha256, bytes.length));
        }
    }

    /** Content that a fill has begun to bring, of which so much is there. */
    private Progress growing(Representation content, int bytes) throws IOException {
        BlobWriter writer =
                rig.blobs.create(content.entry().length(), content.entry().content());
        writer.write(0, ByteBuffer.wrap(CONTENT, 0, bytes));
        Progress progress = new Progress(writer.file(), content.entry().length(), false);
        progress.advance(writer.extents());
        assertThat(rig.fills.register(content.key(), progress)).isTrue();
        return progress;
    }

    @Test
    void storedContentIsAHit() throws Exception {
        CacheRequest<Resource> request = request("GET");
        delivery().serve(offer(request, store(CONTENT)));
        Answer answer = request.answer().get();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.cacheStatus()).isEqualTo(CacheStatus.ofHit());
        assertThat(answer.body()).isInstanceOf(Body.Slice.class);
        answer.body().close();
        assertThat(fetched).isEmpty();
    }

    @Test
    void aHeadNeedsNoContent() throws Exception {
        CacheRequest<Resource> request = request("HEAD");
        delivery().serve(offer(request, FillRig.proven()));

        assertThat(request.answer().get().status()).isEqualTo(200);
        assertThat(fetched).isEmpty();
    }

    @Test
    void whatIsMissingIsFetchedAsFarAsTheResponseNeedsIt() {
        delivery().serve(offer(request("GET", "Range", "bytes=5-9,20-29"), FillRig.proven()));
        delivery().serve(offer(request("GET"), FillRig.proven()));

        assertThat(fetched)
                .containsExactly(
                        List.of(new ByteRange(5, 9), new ByteRange(20, 29)),
                        List.of(new ByteRange(0, CONTENT.length - 1L)));
    }

    @Test
    void theNumberOfLookupsForContentIsLimited() throws Exception {
        CacheRequest<Resource> request = request("GET");
        delivery().serve(offer(request, FillRig.proven()).attempted(3));

        assertThat(request.answer().get().status()).isEqualTo(502);
        assertThat(fetched).isEmpty();
    }

    @Test
    void growingContentIsFollowedAndIsNoHitWhereItHasYetToCome() throws Exception {
        Progress progress = growing(FillRig.proven(), 1000);
        CacheRequest<Resource> whole = request("GET");
        CacheRequest<Resource> part = request("GET", "Range", "bytes=0-99");
        delivery().serve(offer(whole, FillRig.proven()));
        delivery().serve(offer(part, FillRig.proven()));

        assertThat(whole.answer().get().cacheStatus())
                .isEqualTo(CacheStatus.ofHit().fromFill(Forward.PARTIAL, true));
        assertThat(part.answer().get().cacheStatus()).isEqualTo(CacheStatus.ofHit());
        assertThat(whole.answer().get().body()).isInstanceOf(Body.Growing.class);
        whole.answer().get().body().close();
        part.answer().get().body().close();
        progress.file().close();
    }

    @Test
    void aFillThatHasEndedWithoutWhatIsWantedIsNotFollowed() throws Exception {
        Progress progress = growing(FillRig.proven(), 1000);
        progress.fail();
        delivery().serve(offer(request("GET", "Range", "bytes=5000-5009"), FillRig.proven()));

        assertThat(fetched).containsExactly(List.of(new ByteRange(5000, 5009)));
        progress.file().close();
    }

    @Test
    void aFillUnderAValidatorIsOnlyFollowedOnceUpstreamHasConfirmedIt() throws Exception {
        Representation content = FillRig.validated();
        Progress progress = growing(content, 1000);
        CacheRequest<Resource> request = request("GET");
        delivery().serve(offer(request, content));
        assertThat(request.answer()).isNotDone();

        progress.fail();
        assertThat(fetched).hasSize(1);
        assertThat(request.answer()).isNotDone();
        progress.file().close();
    }

    @Test
    void unreadableContentIsFetchedPastTheStore() throws Exception {
        Representation content = store("small".getBytes(StandardCharsets.US_ASCII));
        rig.close();
        rig = new FillRig(folder);
        rig.index.putBlob(
                content.entry().blob().orElseThrow(),
                content.entry().length().orElseThrow(),
                Optional.empty(),
                Optional.empty());
        rig.disk.refuse(Step.READ);
        delivery().serve(offer(request("GET"), content));

        bypassed.await();
        rig.disk.heal();
        assertThat(fetched).isEmpty();
    }

    @Test
    void uncheckedContentIsFollowedWhileItIsChecked() throws Exception {
        Representation content = store(CONTENT);
        ContentCache careful = new ContentCache(rig.index, rig.blobs, Verify.ALWAYS, 1 << 20);
        ContentStore store = new ContentStore(rig.blobs, rig.index, careful, StoreNews.UNHEARD);
        Fill.Tools tools = new Fill.Tools(store, rig.fills, rig.tools.upstreams(), rig.tools.settings());
        CacheRequest<Resource> request = request("GET");
        delivery(tools, 0).serve(offer(request, content));

        Body.Growing body = (Body.Growing) request.answer().get().body();
        CountDownLatch checked = new CountDownLatch(1);
        if (body.progress().wakeAt(CONTENT.length - 1L, checked::countDown)) {
            checked.await();
        }
        assertThat(body.progress().readableFrom(0)).isEqualTo(CONTENT.length);
        body.close();
    }

    @Test
    void theRestOfABrokenFillGoesToItsReaderPastTheDisk() throws Exception {
        Progress progress = growing(FillRig.proven(), 1000);
        CacheRequest<Resource> request = request("GET");
        delivery().serve(offer(request, FillRig.proven()));
        Body.Growing body = (Body.Growing) request.answer().get().body();
        rig.fills.unregister(FillRig.proven().key(), progress);
        progress.handOver();

        Optional<Body> rest = body.onward().from(body, 1000);

        ChunkPipe pipe = ((Body.Piped) rest.orElseThrow()).pipe();
        int received = 0;
        while (!pipe.isFinished() && !pipe.isFailed()) {
            received += DiskBypassTest.drain(pipe).length;
            Thread.onSpinWait();
        }
        received += DiskBypassTest.drain(pipe).length;
        assertThat(pipe.isFailed()).isFalse();
        assertThat(received).isEqualTo(CONTENT.length - 1000);
        body.close();
    }

    @Test
    void clientsThatMissTheSameContentShareOneTask() throws Exception {
        ContentDelivery delivery = delivery();
        CountDownLatch land = new CountDownLatch(1);
        CountDownLatch outcomes = new CountDownLatch(2);
        AtomicInteger tasks = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            delivery.fetchShared(
                    offer(request("GET"), FillRig.proven()),
                    "the same",
                    outcome -> {
                        tasks.incrementAndGet();
                        await(land);
                        outcome.complete(new FetchOutcome.Begun());
                    },
                    (_, _) -> outcomes.countDown());
        }
        land.countDown();
        outcomes.await();

        assertThat(tasks).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aClientThatAskedForTooMuchGetsNoTask() throws Exception {
        ContentDelivery delivery = delivery(rig.tools, 1);
        List<CacheRequest<Resource>> refused = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CacheRequest<Resource> request = request("GET");
            delivery.fetchShared(
                    offer(request, FillRig.proven()),
                    "key " + i,
                    outcome -> outcome.complete(new FetchOutcome.Begun()),
                    (_, _) -> {});
            if (request.answer().isDone()) {
                refused.add(request);
            }
        }

        assertThat(refused).hasSize(20);
        assertThat(refused.getFirst().answer().get().status()).isEqualTo(429);
    }
}
