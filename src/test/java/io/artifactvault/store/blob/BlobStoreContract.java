package io.artifactvault.store.blob;

import static io.artifactvault.store.StoredContent.BYTES;
import static io.artifactvault.store.StoredContent.GIT_SHA1;
import static io.artifactvault.store.StoredContent.SHA256;
import static io.artifactvault.store.StoredContent.SHA512;
import static io.artifactvault.store.StoredContent.keep;
import static io.artifactvault.store.StoredContent.read;
import static io.artifactvault.store.StoredContent.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.artifactvault.http.Digest;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoredContent;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link BlobStore} does. */
abstract class BlobStoreContract {
    private static final Digest OTHER = StoredContent.digest(Digest.Algorithm.SHA256, new byte[] {1});

    Path dir;
    BlobStore store;

    abstract BlobStore open(Path dir) throws IOException;

    @BeforeEach
    void openStore(@TempDir Path made) throws IOException {
        dir = made;
        store = open(dir);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    static List<Digest> names() {
        return List.of(SHA256, SHA512, GIT_SHA1);
    }

    @Test
    void contentIsFoundByItsDigestOnceItIsCommitted() throws IOException {
        assertThat(keep(store, BYTES)).isEqualTo(SHA256);
        assertThat(read(store, SHA256)).hasValue(BYTES);
        assertThat(store.open(OTHER)).isEmpty();
    }

    @Test
    void contentSurvivesAReopening() throws IOException {
        keep(store, BYTES);
        store.close();
        store = open(dir);
        assertThat(store.peek(SHA256)).isInstanceOf(Peek.Unknown.class);
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void emptyContentIsContent() throws IOException {
        Digest name = keep(store, new byte[0]);
        assertThat(read(store, name)).hasValue(new byte[0]);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anyKindOfDigestIsVerified(Digest expected) throws IOException {
        for (OptionalLong length : List.of(OptionalLong.of(BYTES.length), OptionalLong.empty())) {
            try (BlobWriter writer = store.create(length, Optional.of(expected))) {
                write(writer, BYTES);
                assertThat(writer.verify()).isTrue();
                assertThat(writer.commit()).isEqualTo(SHA256);
            }
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @ParameterizedTest
    @MethodSource("names")
    void contentOfAnotherDigestIsNeverStored(Digest expected) throws IOException {
        byte[] flipped = BYTES.clone();
        flipped[BYTES.length / 2] ^= 1;
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.of(expected))) {
            write(writer, flipped);
            assertThat(writer.verify()).isFalse();
            assertThatIllegalStateException().isThrownBy(writer::commit);
        }
        assertThat(store.open(SHA256)).isEmpty();
        assertThat(store.open(StoredContent.digest(Digest.Algorithm.SHA256, flipped)))
                .isEmpty();
    }

    @Test
    void contentOfAnotherLengthIsNeverStored() throws IOException {
        for (long length : List.of(BYTES.length - 1L, BYTES.length + 1L)) {
            try (BlobWriter writer = store.create(OptionalLong.of(length), Optional.empty())) {
                write(writer, BYTES);
                assertThat(writer.verify()).isFalse();
                assertThatIllegalStateException().isThrownBy(writer::commit);
            }
        }
        assertThat(store.open(SHA256)).isEmpty();
    }

    @Test
    void unverifiedContentIsNotStored() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.empty())) {
            write(writer, BYTES);
            assertThatIllegalStateException().isThrownBy(writer::commit);
        }
        assertThat(store.open(SHA256)).isEmpty();
    }

    @Test
    void contentIsNotFoundBeforeTheCommit() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(SHA256))) {
            write(writer, BYTES);
            assertThat(writer.verify()).isTrue();
            assertThat(store.peek(SHA256)).isNotInstanceOf(Peek.Found.class);
            assertThat(store.open(SHA256)).isEmpty();
        }
        assertThat(store.open(SHA256)).isEmpty();
    }

    @Test
    void aReaderFollowsTheFileWhileItGrows() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.empty())) {
            assertThat(writer.extents()).isEqualTo(Extents.NONE);
            ByteBuffer chunk = ByteBuffer.wrap(BYTES, 0, 100);
            writer.write(writer.extents().end(), chunk);
            assertThat(chunk.hasRemaining()).isFalse();
            assertThat(writer.extents().end()).isEqualTo(100);
            assertThat(writer.extents().covers(100)).isTrue();
            ByteBuffer seen = ByteBuffer.allocate(200);
            assertThat(writer.file().channel().read(seen, 40)).isEqualTo(60);
            assertThat(seen.flip()).isEqualTo(ByteBuffer.wrap(BYTES, 40, 60));
        }
    }

    @Test
    void aReaderGoesOnAfterTheCommitAndTheWritersEnd() throws IOException {
        BlobFile followed;
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.empty())) {
            write(writer, BYTES);
            followed = writer.file();
            assertThat(followed.retain()).isTrue();
            assertThat(writer.verify()).isTrue();
            writer.commit();
        }
        try (followed) {
            assertThat(read(followed)).isEqualTo(BYTES);
        }
    }

    @Test
    void aReaderGoesOnAfterTheWriterGaveUp() throws IOException {
        BlobFile followed;
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.empty())) {
            write(writer, BYTES);
            followed = writer.file();
            assertThat(followed.retain()).isTrue();
        }
        try (followed) {
            assertThat(read(followed)).isEqualTo(BYTES);
        }
    }

    @Test
    void aReaderContinuesAfterADeleteAndNoOtherFindsTheContent() throws IOException {
        keep(store, BYTES);
        try (BlobFile open = store.open(SHA256).orElseThrow()) {
            store.delete(SHA256);
            assertThat(read(open)).isEqualTo(BYTES);
            assertThat(store.peek(SHA256)).isNotInstanceOf(Peek.Found.class);
            assertThat(store.open(SHA256)).isEmpty();
        }
    }

    @Test
    void missingContentCanBeDeleted() throws IOException {
        store.delete(SHA256);
        assertThat(store.open(SHA256)).isEmpty();
    }

    @Test
    void deletedContentCanComeBack() throws IOException {
        keep(store, BYTES);
        store.delete(SHA256);
        keep(store, BYTES);
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void identicalCommitsAtOnceAllSucceed() throws Exception {
        int writers = 8;
        CyclicBarrier together = new CyclicBarrier(writers);
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Future<Digest>> commits = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                commits.add(threads.submit((Callable<Digest>) () -> keepTogether(together)));
            }
            for (Future<Digest> commit : commits) {
                assertThat(commit.get()).isEqualTo(SHA256);
            }
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    private Digest keepTogether(CyclicBarrier together) throws Exception {
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(SHA256))) {
            write(writer, BYTES);
            assertThat(writer.verify()).isTrue();
            together.await();
            return writer.commit();
        }
    }

    @Test
    void nothingCanBeWrittenAfterTheEnd() throws IOException {
        BlobWriter writer = store.create(OptionalLong.empty(), Optional.empty());
        writer.close();
        writer.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> writer.write(writer.extents().end(), ByteBuffer.allocate(1)));
        assertThatIllegalStateException().isThrownBy(writer::commit);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anyOrderOfWritesGivesTheSameContent(Digest expected) throws IOException {
        for (OptionalLong length : List.of(OptionalLong.of(BYTES.length), OptionalLong.empty())) {
            try (BlobWriter writer = store.create(length, Optional.of(expected))) {
                for (int at : new int[] {0, 90_000, 30_000, 60_000, 10_000}) {
                    int end = at == 0 ? 10_000 : at == 10_000 ? 30_000 : Math.min(at + 30_000, BYTES.length);
                    writer.write(at, ByteBuffer.wrap(BYTES, at, end - at));
                }
                assertThat(writer.extents()).isEqualTo(Extents.upTo(BYTES.length));
                assertThat(writer.verify()).isTrue();
                assertThat(writer.commit()).isEqualTo(SHA256);
            }
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void bytesMayBeReplacedBeforeTheyAreVerified() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(SHA256))) {
            writer.write(0, ByteBuffer.allocate(20_000));
            writer.write(0, ByteBuffer.wrap(BYTES));
            assertThat(writer.verify()).isTrue();
            writer.commit();
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void contentWithAGapIsNeverStored() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(BYTES, 0, 100));
            writer.write(200, ByteBuffer.wrap(BYTES, 200, BYTES.length - 200));
            assertThat(writer.extents().gaps(BYTES.length)).hasSize(1);
            assertThat(writer.verify()).isFalse();
        }
        assertThat(store.open(SHA256)).isEmpty();
    }

    @Test
    void eachBlockHasItsChecksum() throws IOException {
        byte[] large = new byte[2 * Checksums.BLOCK + 5];
        new Random(3).nextBytes(large);
        for (boolean backwards : new boolean[] {false, true}) {
            try (BlobWriter writer = store.create(OptionalLong.of(large.length), Optional.empty())) {
                int first = backwards ? 1_500_000 : 0;
                writer.write(first, ByteBuffer.wrap(large, first, large.length - first));
                writer.write(0, ByteBuffer.wrap(large, 0, first));
                assertThat(writer.verify()).isTrue();
                assertThat(writer.checksums().crc32c()).containsExactly(sums(large));
            }
        }
    }

    private static int[] sums(byte[] bytes) {
        int[] sums = new int[Math.ceilDiv(bytes.length, Checksums.BLOCK)];
        for (int i = 0; i < sums.length; i++) {
            int start = i * Checksums.BLOCK;
            CRC32C crc = new CRC32C();
            crc.update(bytes, start, Math.min(Checksums.BLOCK, bytes.length - start));
            sums[i] = (int) crc.getValue();
        }
        return sums;
    }
}
