package io.artifactvault.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.FileBlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is written, in whatever order, cut, killed, damaged and resumed: what is committed is the content. */
final class PartialBlobsPropertyTest {
    private static final int RUNS = 20;
    private static final int STEPS = 12;

    @TempDir
    Path dir;

    private FileBlobStore store;
    private Random random = new Random(0);
    private byte[] content = StoredContent.BYTES;
    private Digest expected = StoredContent.SHA256;

    /** The algorithms that are computed from content. */
    private static final List<Digest.Algorithm> PROOFS = Stream.of(Digest.Algorithm.values())
            .filter(algorithm -> algorithm != Digest.Algorithm.VALIDATOR)
            .toList();

    @BeforeEach
    void openStore() throws IOException {
        store = FileBlobStore.open(StoredContent.settings(dir));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aCommitNeverGivesWrongBytes(long seed) throws IOException {
        random = new Random(seed);
        for (int run = 0; run < RUNS; run++) {
            content = new byte[1 + random.nextInt(random.nextInt(5) == 0 ? 2_500_000 : 50_000)];
            random.nextBytes(content);
            expected = StoredContent.digest(PROOFS.get(random.nextInt(PROOFS.size())), content);
            for (int step = 0; step < STEPS; step++) {
                attempt(false);
                disturb();
            }
            // Damage may make the first of them fail; it is thrown away then, and the second starts clean.
            boolean first = attempt(true);
            assertThat(first || attempt(true)).isTrue();
            Digest sha256 = StoredContent.digest(Digest.Algorithm.SHA256, content);
            assertThat(StoredContent.read(store, sha256)).hasValue(content);
            store.delete(sha256);
        }
        store.close();
        assertThat(StoredContent.files(dir)).isEmpty();
    }

    /** One writer's life; true when it committed. */
    private boolean attempt(boolean whole) throws IOException {
        BlobWriter writer = store.create(OptionalLong.of(content.length), Optional.of(expected));
        for (int i = random.nextInt(4); i > 0; i--) {
            writeSome(writer, !whole && random.nextInt(30) == 0);
        }
        boolean kill = !whole && random.nextInt(3) == 0;
        if (kill) {
            reopen();
            return false;
        }
        try (writer) {
            return (whole || random.nextInt(6) == 0) && finish(writer);
        }
    }

    private void writeSome(BlobWriter writer, boolean wrong) throws IOException {
        int from = random.nextInt(3) == 0 ? random.nextInt(content.length) : inOrder(writer);
        int count = Math.min(content.length - from, random.nextInt(content.length) / 2);
        byte[] bytes = wrong ? new byte[count] : Arrays.copyOfRange(content, from, from + count);
        writer.write(from, ByteBuffer.wrap(bytes));
    }

    private int inOrder(BlobWriter writer) {
        return (int) Math.min(content.length - 1L, writer.extents().contiguousFrom(0));
    }

    private boolean finish(BlobWriter writer) throws IOException {
        for (ByteRange gap : writer.extents().gaps(content.length)) {
            writer.write(gap.first(), ByteBuffer.wrap(content, (int) gap.first(), (int) gap.length()));
        }
        if (!writer.verify()) {
            return false;
        }
        Digest sha256 = writer.commit();
        assertThat(StoredContent.read(store, sha256)).hasValue(content);
        return true;
    }

    private void disturb() throws IOException {
        if (random.nextInt(4) == 0) {
            store.close();
            List<Path> left = StoredContent.files(dir.resolve("partial"));
            if (!left.isEmpty() && random.nextBoolean()) {
                damage(left.get(random.nextInt(left.size())));
            }
            store = FileBlobStore.open(StoredContent.settings(dir));
        }
    }

    private void damage(Path file) throws IOException {
        if (random.nextInt(4) == 0) {
            Files.delete(file);
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long at = (long) (channel.size() * random.nextDouble());
            if (random.nextBoolean()) {
                channel.truncate(at);
            } else {
                channel.write(ByteBuffer.allocate(10), at);
            }
        }
    }

    /** The writer in flight is forgotten, as a kill forgets it; whatever the keeper was given it may have done or not. */
    private void reopen() throws IOException {
        store.close();
        store = FileBlobStore.open(StoredContent.settings(dir));
    }
}
