package io.artifactvault.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.StoredContent;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class BlobInspectionTest {
    private static final int LENGTH = 2 * Checksums.BLOCK + 1_234;
    private static final byte[] BYTES = bytes();
    private static final Digest SHA256 = StoredContent.digest(Digest.Algorithm.SHA256, BYTES);
    private static final Checksums SUMS = sums(BYTES);

    @TempDir
    Path dir;

    private Path path;
    private BlobFile file;

    private static byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    public static Checksums sums(byte[] bytes) {
        int[] sums = new int[BlobInspection.blocks(bytes.length)];
        for (int i = 0; i < sums.length; i++) {
            ByteRange block = BlobInspection.block(bytes.length, i);
            CRC32C crc = new CRC32C();
            crc.update(bytes, (int) block.first(), (int) block.length());
            sums[i] = (int) crc.getValue();
        }
        return new Checksums(sums);
    }

    @BeforeEach
    void writeFile() throws IOException {
        path = Files.write(dir.resolve("blob"), BYTES);
        file = new BlobFile(FileChannel.open(path));
    }

    @AfterEach
    void closeFile() {
        file.close();
    }

    private void flip(int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        bytes[offset] ^= 1;
        Files.write(path, bytes);
    }

    private BlobInspection quick() throws IOException {
        return BlobInspection.quick(file, SHA256, LENGTH, Optional.of(SUMS)).run();
    }

    private BlobInspection bare() throws IOException {
        return BlobInspection.quick(file, SHA256, LENGTH, Optional.empty()).run();
    }

    private BlobInspection deep() throws IOException {
        return BlobInspection.deep(file, SHA256, LENGTH, Optional.of(SUMS)).run();
    }

    @Test
    void untouchedContentIsSound() throws IOException {
        for (BlobInspection inspection : List.of(quick(), bare(), deep())) {
            assertThat(inspection.isSound()).isTrue();
            assertThat(inspection.good()).isEqualTo(Extents.upTo(LENGTH));
        }
    }

    @Test
    void aFlippedBitSpoilsItsBlockOnly() throws IOException {
        flip(Checksums.BLOCK + 5);
        assertThat(BlobInspection.isGood(file, LENGTH, SUMS, 0)).isTrue();
        assertThat(BlobInspection.isGood(file, LENGTH, SUMS, 1)).isFalse();
        assertThat(BlobInspection.isGood(file, LENGTH, SUMS, 2)).isTrue();
        for (BlobInspection inspection : List.of(quick(), deep())) {
            assertThat(inspection.isSound()).isFalse();
            assertThat(inspection.good().gaps(LENGTH))
                    .containsExactly(new ByteRange(Checksums.BLOCK, 2L * Checksums.BLOCK - 1));
        }
    }

    @Test
    void withoutChecksumsDamageSpoilsAllOfIt() throws IOException {
        flip(LENGTH - 1);
        assertThat(bare().isSound()).isFalse();
        assertThat(bare().good()).isEqualTo(Extents.NONE);
    }

    @Test
    void aTruncatedFileIsGoodAsFarAsItsBlocksGo() throws IOException {
        Files.write(path, Arrays.copyOf(BYTES, Checksums.BLOCK + 7));
        assertThat(quick().isSound()).isFalse();
        assertThat(quick().good()).isEqualTo(Extents.upTo(Checksums.BLOCK));
        assertThat(bare().isSound()).isFalse();
    }

    @Test
    void aGrownFileIsDamagedThoughItsBytesAreGood() throws IOException {
        Files.write(path, Arrays.copyOf(BYTES, LENGTH + 1));
        assertThat(quick().isSound()).isFalse();
        assertThat(quick().good()).isEqualTo(Extents.upTo(LENGTH));
        assertThat(BlobInspection.hasLength(file, LENGTH)).isFalse();
    }

    @Test
    void aBlockThatIsNotRecordedIsNotGood() throws IOException {
        assertThat(BlobInspection.isGood(file, LENGTH, SUMS, 3)).isFalse();
        assertThat(BlobInspection.isGood(file, LENGTH, new Checksums(new int[1]), 0))
                .isFalse();
    }

    @Test
    void checksumsThatDoNotFitTheLengthAreNotBelieved() throws IOException {
        BlobInspection inspection = BlobInspection.quick(file, SHA256, LENGTH, Optional.of(new Checksums(new int[1])));
        assertThat(inspection.run().isSound()).isTrue();
    }

    @Test
    void whenChecksumsAndDigestDisagreeNoByteIsTrusted() throws IOException {
        Digest other = StoredContent.SHA256;
        BlobInspection inspection = BlobInspection.deep(file, other, LENGTH, Optional.of(SUMS));
        assertThat(inspection.run().isSound()).isFalse();
        assertThat(inspection.good()).isEqualTo(Extents.NONE);
    }

    @Test
    void emptyContentIsSoundUnderItsDigestOnly() throws IOException {
        Files.write(path, new byte[0]);
        Digest empty = StoredContent.digest(Digest.Algorithm.SHA256, new byte[0]);
        assertThat(BlobInspection.quick(file, empty, 0, Optional.empty()).run().isSound())
                .isTrue();
        assertThat(BlobInspection.quick(file, SHA256, 0, Optional.empty()).run().isSound())
                .isFalse();
    }

    @Test
    void aClosedFileIsNoDamage() throws IOException {
        file.channel().close();
        assertThatThrownBy(this::quick).isInstanceOf(ClosedChannelException.class);
    }
}
