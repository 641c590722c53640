package io.artifactvault.cache.content;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.ChangedFileException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of a body is one stream to a thread that may wait, and a body that breaks off never looks complete. */
@Timeout(60)
class BodyStreamTest {
    private static final byte[] FIVE = {1, 2, 3, (byte) 0xff, 5};
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    @TempDir
    private Path folder;

    private FillRig rig;
    private BlobWriter writer;
    private final Interest interest = new Interest(Interest.Desertion.NONE);

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        writer = rig.blobs.create(OptionalLong.of(CONTENT.length), Optional.empty());
        interest.filling();
    }

    @AfterEach
    void close() throws IOException {
        writer.close();
        rig.close();
    }

    /** The content's bytes are present up to there. */
    private Progress present(int end) throws IOException {
        writer.write(0, ByteBuffer.wrap(CONTENT, 0, end));
        Progress progress = new Progress(writer.file(), OptionalLong.of(CONTENT.length), false, interest);
        progress.advance(writer.extents());
        return progress;
    }

    private static Body.Growing growing(Progress progress, OptionalLong length, Body.Onward onward) {
        assertThat(progress.join()).isTrue();
        return new Body.Growing(progress, 0, length, onward);
    }

    private BodyStream following(Progress progress, OptionalLong length) {
        return new BodyStream(growing(progress, length, Body.Onward.NONE));
    }

    private void arriveCompletely(Progress progress) throws IOException {
        int from = (int) writer.extents().end();
        writer.write(from, ByteBuffer.wrap(CONTENT, from, CONTENT.length - from));
        progress.complete(CONTENT.length);
    }

    private BlobFile stored() throws IOException {
        writer.write(0, ByteBuffer.wrap(CONTENT));
        assertThat(writer.verify()).isTrue();
        return rig.blobs
                .open(rig.tools.store().commit(writer, Optional.empty()))
                .orElseThrow();
    }

    private void replaceStored(int length) throws IOException {
        try (var files = Files.walk(folder)) {
            Path file = files.filter(path -> path.endsWith(FillRig.SHA256.hex()))
                    .findFirst()
                    .orElseThrow();
            Files.write(file, new byte[length]);
        }
    }

    /** A thread that has begun to wait in that step, or has ended. */
    private record Waiting<T>(FutureTask<T> step, Thread thread) {
        static <T> Waiting<T> in(Callable<T> callable) {
            FutureTask<T> step = new FutureTask<>(callable);
            Thread thread = Thread.ofPlatform().start(step);
            while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
                Thread.onSpinWait();
            }
            return new Waiting<>(step, thread);
        }
    }

    @Test
    void aBodyInMemoryIsReadByteByByteAndInPieces() throws Exception {
        try (BodyStream stream = new BodyStream(new Body.Bytes(FIVE))) {
            byte[] piece = new byte[4];

            assertThat(stream.read()).isEqualTo(1);
            assertThat(stream.read(piece, 1, 0)).isZero();
            assertThat(stream.read(piece, 1, 2)).isEqualTo(2);
            assertThat(piece).containsExactly(0, 2, 3, 0);
            assertThat(stream.read()).isEqualTo(255);
            assertThat(stream.read(piece, 0, 4)).isOne();
            assertThat(stream.read()).isEqualTo(-1);
            assertThat(stream.read(piece, 0, 4)).isEqualTo(-1);
            assertThat(stream.isPassing()).isFalse();
        }
    }

    @Test
    void aBodyWithoutContentEndsAtOnce() throws Exception {
        try (BodyStream stream = new BodyStream(new Body.None())) {
            assertThat(stream.read()).isEqualTo(-1);
            assertThat(stream.advance()).isZero();
        }
    }

    @Test
    void aPartOfAStoredFileIsReadFromItsFirstToItsLastByte() throws Exception {
        BlobFile file = stored();
        int before = file.leases();
        try (BodyStream stream = new BodyStream(new Body.Slice(file, 10, 200_000, Body.Onward.NONE))) {
            assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(CONTENT, 10, 200_010));
        }
        assertThat(file.leases()).isEqualTo(before - 1);
    }

    @Test
    void bytesThatHaveYetToArriveAreAwaited() throws Exception {
        Progress progress = present(1000);
        try (BodyStream stream = following(progress, UNKNOWN)) {
            assertThat(stream.readNBytes(1000)).isEqualTo(Arrays.copyOf(CONTENT, 1000));
            Waiting<byte[]> rest = Waiting.in(stream::readAllBytes);
            assertThat(rest.step()).isNotDone();
            arriveCompletely(progress);

            assertThat(rest.step().get()).isEqualTo(Arrays.copyOfRange(CONTENT, 1000, CONTENT.length));
        }
    }

    @Test
    void bytesThatAreSkippedAreCountedAsTheyArrive() throws Exception {
        Progress progress = present(1000);
        try (BodyStream stream = following(progress, UNKNOWN)) {
            assertThat(stream.advance()).isEqualTo(1000);
            arriveCompletely(progress);

            assertThat(stream.advance()).isEqualTo(CONTENT.length - 1000L);
            assertThat(stream.advance()).isZero();
        }
    }

    @Test
    void theEndOfAllBytesIsTheEndOfTheFill() throws Exception {
        Progress progress = present(CONTENT.length);
        try (BodyStream stream = following(progress, OptionalLong.of(CONTENT.length))) {
            assertThat(stream.advance()).isEqualTo(CONTENT.length);
            Waiting<Long> end = Waiting.in(stream::advance);
            assertThat(end.step()).isNotDone();
            progress.complete(CONTENT.length);

            assertThat(end.step().get()).isZero();
        }
    }

    @Test
    void theRestOfAPieceThatWasReadInPartIsSkippedAndCounted() throws Exception {
        ChunkPipe pipe = new ChunkPipe();
        assertThat(pipe.put(ByteBuffer.wrap(FIVE))).isTrue();
        pipe.end(true);
        try (BodyStream bytes = new BodyStream(new Body.Bytes(FIVE));
                BodyStream piped = new BodyStream(new Body.Piped(pipe))) {
            for (BodyStream stream : List.of(bytes, piped)) {
                assertThat(stream.read()).isEqualTo(1);
                assertThat(stream.advance()).isEqualTo(4);
                assertThat(stream.advance()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFillThatFailsIsNoEnd(boolean isPart) throws Exception {
        Progress progress = present(1000);
        try (BodyStream stream = following(progress, isPart ? OptionalLong.of(2000) : UNKNOWN)) {
            progress.fail();
            assertThat(stream.readNBytes(1000)).hasSize(1000);
            assertThatIOException().isThrownBy(stream::read).withMessageContaining("broke off");
        }
    }

    @Test
    void contentThatIsShorterThanItsPartIsNoEnd() throws Exception {
        Progress progress = present(1000);
        progress.complete(1000);
        try (BodyStream stream = following(progress, OptionalLong.of(2000))) {
            assertThat(stream.advance()).isEqualTo(1000);
            assertThatIOException().isThrownBy(stream::advance).withMessageContaining("broke off");
        }
    }

    @Test
    void aFillThatIsHandedOverIsContinuedWhereItEnded() throws Exception {
        Progress progress = present(1000);
        progress.handOver();
        Body.Onward onward = (_, position) ->
                Optional.of(new Body.Bytes(Arrays.copyOfRange(CONTENT, (int) position, CONTENT.length)));
        int before = progress.file().leases();
        try (BodyStream stream = new BodyStream(growing(progress, UNKNOWN, onward))) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
            assertThat(progress.file().leases()).isEqualTo(before);
        }
    }

    @Test
    void aRestThatPassesTheStoreIsRecognised() throws Exception {
        Progress progress = present(1000);
        progress.handOver();
        Body.Onward onward = (_, _) -> Optional.of(new Body.Piped(ChunkPipe.of(ByteBuffer.wrap(FIVE))));
        try (BodyStream stream = new BodyStream(growing(progress, UNKNOWN, onward))) {
            assertThat(stream.readNBytes(1000)).hasSize(1000);
            assertThat(stream.isPassing()).isFalse();
            assertThat(stream.readAllBytes()).isEqualTo(FIVE);
            assertThat(stream.isPassing()).isTrue();
        }
    }

    @Test
    void aFillThatNothingContinuesIsNoEnd() throws Exception {
        Progress progress = present(1000);
        progress.handOver();
        try (BodyStream stream = following(progress, UNKNOWN)) {
            assertThat(stream.readNBytes(1000)).hasSize(1000);
            assertThatIOException().isThrownBy(stream::read).withMessageContaining("broke off");
        }
    }

    @Test
    void aPipedBodyIsReadAsItArrives() throws Exception {
        ChunkPipe pipe = new ChunkPipe();
        try (BodyStream stream = new BodyStream(new Body.Piped(pipe))) {
            Waiting<byte[]> all = Waiting.in(stream::readAllBytes);
            assertThat(all.step()).isNotDone();
            assertThat(pipe.put(ByteBuffer.wrap(FIVE))).isTrue();
            assertThat(pipe.put(ByteBuffer.wrap(FIVE, 0, 2))).isTrue();
            pipe.end(true);

            assertThat(all.step().get()).containsExactly(1, 2, 3, 0xff, 5, 1, 2);
        }
    }

    @Test
    void aPipeThatBreaksOffIsNoEnd() throws Exception {
        ChunkPipe pipe = new ChunkPipe();
        assertThat(pipe.put(ByteBuffer.wrap(FIVE))).isTrue();
        pipe.end(false);
        try (BodyStream stream = new BodyStream(new Body.Piped(pipe))) {
            assertThat(stream.readNBytes(5)).isEqualTo(FIVE);
            assertThatIOException().isThrownBy(stream::read).withMessageContaining("broke off");
        }
    }

    @Test
    void aStreamThatIsClosedBeforeItsEndAbandonsItsBody() throws Exception {
        BodyStream stream = following(present(1000), UNKNOWN);
        assertThat(stream.read()).isNotNegative();
        stream.close();

        assertThat(interest.cancellation().isCancelled()).isTrue();
    }

    @Test
    void aStreamThatIsClosedAtItsEndAbandonsNothing() throws Exception {
        Progress progress = present(1000);
        try (BodyStream stream = following(progress, UNKNOWN)) {
            progress.complete(1000);
            assertThat(stream.readAllBytes()).hasSize(1000);
        }

        assertThat(interest.cancellation().isCancelled()).isFalse();
    }

    @Test
    void aFileThatWasReplacedIsNotRead() throws Exception {
        try (BodyStream stream = new BodyStream(new Body.Slice(stored(), 0, CONTENT.length, Body.Onward.NONE))) {
            replaceStored(CONTENT.length + 1);

            assertThatExceptionOfType(ChangedFileException.class).isThrownBy(stream::read);
        }
    }

    @Test
    void aFileThatWasCutIsNoEnd() throws Exception {
        try (BodyStream stream = new BodyStream(new Body.Slice(stored(), 0, CONTENT.length, Body.Onward.NONE))) {
            replaceStored(0);

            assertThatIOException().isThrownBy(stream::read).withMessageContaining("shorter");
        }
    }

    @Test
    void severalPartsAreNoStream() throws Exception {
        try (BodyStream stream = new BodyStream(new Body.Sequence(List.of(new Body.Bytes(FIVE))))) {
            assertThatIOException().isThrownBy(stream::read).withMessageContaining("several parts");
        }
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() throws Exception {
        try (BodyStream stream = new BodyStream(new Body.Piped(new ChunkPipe()))) {
            Waiting<Boolean> waiting = Waiting.in(() -> {
                assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(stream::read);
                return Thread.currentThread().isInterrupted();
            });
            waiting.thread().interrupt();

            assertThat(waiting.step().get()).isTrue();
        }
    }
}
