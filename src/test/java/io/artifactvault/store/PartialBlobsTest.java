package io.artifactvault.store;

import static io.artifactvault.store.StoredContent.BYTES;
import static io.artifactvault.store.StoredContent.GIT_SHA1;
import static io.artifactvault.store.StoredContent.SHA256;
import static io.artifactvault.store.StoredContent.files;
import static io.artifactvault.store.StoredContent.keep;
import static io.artifactvault.store.StoredContent.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.fixtures.StoreSettingsBuilder;
import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.blob.PartialManifest;
import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content whose way was cut short, by its writer or by a crash. */
final class PartialBlobsTest {
    private static final int HALF = 50_000;
    private final Instant now = Instant.now();

    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();
    private FileBlobStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = open(PartialSettings.defaults(), now);
    }

    private FileBlobStore open(PartialSettings partial, Instant now) throws IOException {
        StoreSettings settings = StoreSettingsBuilder.of(StoredContent.settings(dir))
                .partial(partial)
                .build();
        return disk.store(settings, Clock.fixed(now, ZoneOffset.UTC), Duration.ofDays(1));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    /** Closing waits for the keeper. */
    private void reopen() throws IOException {
        store.close();
        store = open(PartialSettings.defaults(), now);
    }

    private BlobWriter writer(Digest expected) throws IOException {
        return store.create(OptionalLong.of(BYTES.length), Optional.of(expected));
    }

    private void leave(Digest expected, int from, int to) throws IOException {
        try (BlobWriter writer = writer(expected)) {
            writer.write(from, ByteBuffer.wrap(BYTES, from, to - from));
        }
    }

    private static void fill(BlobWriter writer) throws IOException {
        for (ByteRange gap : writer.extents().gaps(BYTES.length)) {
            writer.write(gap.first(), ByteBuffer.wrap(BYTES, (int) gap.first(), (int) gap.length()));
        }
    }

    private void assertCompletes(Digest expected) throws IOException {
        try (BlobWriter writer = writer(expected)) {
            fill(writer);
            assertThat(writer.verify()).isTrue();
            assertThat(writer.commit()).isEqualTo(SHA256);
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
        store.close();
        assertThat(files(dir.resolve("partial"))).isEmpty();
    }

    private Path part() {
        return dir.resolve("partial/sha256-" + SHA256.hex() + ".part");
    }

    private Path sidecar() {
        return dir.resolve("partial/sha256-" + SHA256.hex() + ".extents");
    }

    private void assertStartsEmpty() throws IOException {
        try (BlobWriter writer = writer(SHA256)) {
            assertThat(writer.extents()).isEqualTo(Extents.NONE);
        }
        assertCompletes(SHA256);
    }

    private void assertHasHalf(Digest expected) throws IOException {
        assertThat(store.hasPartial(expected)).isTrue();
        try (BlobWriter writer = writer(expected)) {
            assertThat(writer.extents()).isEqualTo(Extents.upTo(HALF));
            assertThat(store.hasPartial(expected)).isFalse();
            assertThat(StoredContent.read(writer.file())).startsWith(Arrays.copyOf(BYTES, HALF));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNextWriterContinuesWhereTheLastOneEnded(boolean restart) throws IOException {
        for (Digest expected : List.of(SHA256, GIT_SHA1)) {
            leave(expected, 0, HALF);
            if (restart) {
                reopen();
            }
            assertHasHalf(expected);
            try (BlobWriter writer = writer(expected)) {
                fill(writer);
                assertThat(writer.verify()).isTrue();
                assertThat(writer.commit()).isEqualTo(SHA256);
            }
            assertThat(store.hasPartial(expected)).isFalse();
            assertThat(read(store, SHA256)).hasValue(BYTES);
            store.delete(SHA256);
        }
        store.close();
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void islandsAreKeptToo() throws IOException {
        leave(SHA256, 10_000, 20_000);
        leave(SHA256, 60_000, 70_000);
        reopen();
        try (BlobWriter writer = writer(SHA256)) {
            assertThat(writer.extents().ranges())
                    .containsExactly(new ByteRange(10_000, 19_999), new ByteRange(60_000, 69_999));
        }
        assertCompletes(SHA256);
    }

    @Test
    void whatWasNeverForcedDoesNotCountAfterACrash() throws IOException {
        leave(SHA256, 0, HALF);
        BlobWriter killed = writer(SHA256);
        killed.write(HALF, ByteBuffer.wrap(BYTES, HALF, 1000));
        reopen();
        assertHasHalf(SHA256);
        reopen();
        assertCompletes(SHA256);
    }

    @Test
    void aWriterKilledBeforeItsFirstCheckpointLeavesNothing() throws IOException {
        BlobWriter killed = writer(SHA256);
        killed.write(0, ByteBuffer.wrap(BYTES, 0, HALF));
        reopen();
        store.close();
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void aLongDownloadIsNotedWhileItRuns() throws IOException {
        byte[] piece = new byte[3 << 20];
        BlobWriter killed = store.create(OptionalLong.of(1L << 30), Optional.of(SHA256));
        for (int i = 0; i < 4; i++) {
            killed.write(killed.extents().end(), ByteBuffer.wrap(piece));
        }
        reopen();
        try (BlobWriter writer = store.create(OptionalLong.of(1L << 30), Optional.of(SHA256))) {
            assertThat(writer.extents()).isEqualTo(Extents.upTo(9 << 20));
            writer.discard();
        }
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void aSecondWriterAtTheSameTimeHasAFileOfItsOwn() throws IOException {
        try (BlobWriter first = writer(SHA256);
                BlobWriter second = writer(SHA256)) {
            first.write(0, ByteBuffer.wrap(BYTES, 0, HALF));
            assertThat(second.extents()).isEqualTo(Extents.NONE);
            fill(second);
            assertThat(second.verify()).isTrue();
            second.commit();
            fill(first);
            assertThat(first.verify()).isTrue();
            first.commit();
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
        assertThat(files(dir)).hasSize(1);
    }

    @Test
    void wrongBytesAreNotKeptForResumption() throws IOException {
        leave(SHA256, 0, HALF);
        try (BlobWriter writer = writer(SHA256)) {
            writer.write(HALF, ByteBuffer.allocate(BYTES.length - HALF));
            assertThat(writer.verify()).isFalse();
        }
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(files(dir)).isEmpty();
        assertStartsEmpty();
    }

    @Test
    void anotherLengthStartsAnew() throws IOException {
        leave(SHA256, 0, HALF);
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length - 1L), Optional.of(SHA256))) {
            assertThat(writer.extents()).isEqualTo(Extents.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "junk", "vault-partial 1\n", "crc32c 00000000\n", "vault-partial 1\ncrc32c 1\n"})
    void aJunkNoteIsNoNote(String junk) throws IOException {
        leave(SHA256, 0, HALF);
        store.close();
        Files.writeString(sidecar(), junk);
        store = open(PartialSettings.defaults(), now);
        assertStartsEmpty();
    }

    @Test
    void aTornOrFlippedNoteIsNoNote() throws IOException {
        leave(SHA256, 0, HALF);
        store.close();
        byte[] whole = Files.readAllBytes(sidecar());
        byte[] content = Files.readAllBytes(part());
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            for (byte[] damaged : List.of(Arrays.copyOf(whole, i), flipped)) {
                Files.write(sidecar(), damaged);
                assertThat(PartialManifest.read(new LocalDisk(), sidecar())).isEmpty();
            }
        }
        assertThat(content).hasSize(HALF);
        store = open(PartialSettings.defaults(), now);
        assertStartsEmpty();
    }

    @Test
    void aNoteOfAnotherVersionIsNoNote() throws IOException {
        String next = new String(new PartialManifest(SHA256, 10, Extents.upTo(5)).encode(), StandardCharsets.UTF_8)
                .replace("vault-partial 1", "vault-partial 2");
        String body = next.substring(0, next.indexOf("crc32c "));
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        Files.writeString(sidecar(), body + "crc32c %08x\n".formatted(crc.getValue()));
        assertThat(PartialManifest.read(new LocalDisk(), sidecar())).isEmpty();
    }

    @Test
    void aNoteWithoutItsFileAndAFileWithoutItsNoteAreRemoved() throws IOException {
        leave(SHA256, 0, HALF);
        leave(GIT_SHA1, 0, HALF);
        store.close();
        Files.delete(sidecar());
        Files.delete(dir.resolve("partial/git-sha1-" + GIT_SHA1.hex() + ".part"));
        reopen();
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(store.hasPartial(GIT_SHA1)).isFalse();
        store.close();
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void aCutFileHasOnlyWhatIsLeft() throws IOException {
        leave(SHA256, 0, HALF);
        store.close();
        resize(1000);
        reopen();
        try (BlobWriter writer = writer(SHA256)) {
            assertThat(writer.extents()).isEqualTo(Extents.upTo(1000));
        }
        assertCompletes(SHA256);
    }

    @Test
    void aGrownFileIsCutToItsLength() throws IOException {
        leave(SHA256, 0, HALF);
        store.close();
        resize(BYTES.length + 500);
        reopen();
        assertCompletes(SHA256);
    }

    private void resize(int size) throws IOException {
        try (FileChannel channel = FileChannel.open(part(), StandardOpenOption.WRITE)) {
            if (size < channel.size()) {
                channel.truncate(size);
            } else {
                channel.write(ByteBuffer.allocate(1), size - 1L);
            }
        }
    }

    @Test
    void damageInAPartialIsFoundBeforeTheCommit() throws IOException {
        leave(SHA256, 0, HALF);
        store.close();
        try (FileChannel channel = FileChannel.open(part(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), 77);
        }
        reopen();
        try (BlobWriter writer = writer(SHA256)) {
            fill(writer);
            assertThat(writer.verify()).isFalse();
        }
        assertStartsEmpty();
    }

    @Test
    void anInterruptedWriterLeavesWhatItHad() throws IOException {
        try (BlobWriter writer = writer(SHA256)) {
            writer.write(0, ByteBuffer.wrap(BYTES, 0, HALF));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> writer.write(HALF, ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(store.trouble()).isEmpty();
        assertHasHalf(SHA256);
        assertCompletes(SHA256);
    }

    @Test
    void theOldestGoWhenThereAreTooMany() throws IOException {
        leave(SHA256, 0, HALF);
        leave(GIT_SHA1, 0, HALF);
        store.close();
        assertThat(store.partialBytes()).isEqualTo(2 * Blocks.of(HALF));
        Files.setLastModifiedTime(sidecar(), FileTime.from(now.minusSeconds(100)));
        store = open(new PartialSettings(Blocks.of(HALF) + 10, Duration.ofDays(1)), now);
        store.close();
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(store.hasPartial(GIT_SHA1)).isTrue();
        assertThat(store.partialBytes()).isEqualTo(Blocks.of(HALF));
        assertThat(part()).doesNotExist();
        assertThat(sidecar()).doesNotExist();
    }

    @Test
    void theQuotaHoldsWhenOneComesToRest() throws IOException {
        store.close();
        store = open(new PartialSettings(Blocks.of(HALF) + 10, Duration.ofDays(1)), now);
        leave(SHA256, 0, HALF);
        store.close();
        Files.setLastModifiedTime(sidecar(), FileTime.from(now.minusSeconds(100)));
        store = open(new PartialSettings(Blocks.of(HALF) + 10, Duration.ofDays(1)), now);
        leave(GIT_SHA1, 0, HALF);
        store.close();
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(store.hasPartial(GIT_SHA1)).isTrue();
    }

    @Test
    void partialsThatAreTooOldAreRemoved() throws IOException {
        leave(SHA256, 0, HALF);
        store.close();
        store = open(PartialSettings.defaults(), now.plus(Duration.ofDays(8)));
        store.close();
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void damagedContentBecomesAPartialOfWhatIsGood() throws IOException {
        keep(store, BYTES);
        try (BlobFile reader = store.open(SHA256).orElseThrow()) {
            store.demote(new Damage(SHA256, BYTES.length, Extents.upTo(HALF)), GIT_SHA1);
            assertThat(store.open(SHA256)).isEmpty();
            assertThat(store.peek(SHA256)).isInstanceOf(Peek.Unknown.class);
            assertThat(read(reader)).isEqualTo(BYTES);
        }
        assertThat(files(dir.resolve("quarantine")))
                .singleElement()
                .satisfies(copy -> assertThat(copy).hasBinaryContent(Arrays.copyOfRange(BYTES, HALF, BYTES.length)));
        assertHasHalf(GIT_SHA1);
        assertCompletes(GIT_SHA1);
    }

    @ParameterizedTest
    @ValueSource(ints = {HALF, 1000, 200_000})
    void contentOfAnotherSizeIsRepairedToo(int size) throws IOException {
        keep(store, BYTES);
        Path blob = dir.resolve("blobs/sha256")
                .resolve(SHA256.hex().substring(0, 2))
                .resolve(SHA256.hex());
        Files.write(blob, Arrays.copyOf(BYTES, size));
        store.demote(new Damage(SHA256, BYTES.length, Extents.upTo(HALF)), SHA256);
        try (BlobWriter writer = writer(SHA256)) {
            assertThat(writer.extents()).isEqualTo(Extents.upTo(Math.min(size, HALF)));
        }
        assertCompletes(SHA256);
    }

    @Test
    void readersSeeTheFileMendedEvenIfNothingWasGood() throws IOException {
        keep(store, BYTES);
        Path blob = dir.resolve("blobs/sha256")
                .resolve(SHA256.hex().substring(0, 2))
                .resolve(SHA256.hex());
        try (FileChannel channel = FileChannel.open(blob, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(BYTES.length), 0);
        }
        try (BlobFile reader = store.open(SHA256).orElseThrow()) {
            store.demote(new Damage(SHA256, BYTES.length, Extents.NONE), SHA256);
            assertThat(store.open(SHA256)).isEmpty();
            assertCompletes(SHA256);
            assertThat(read(reader)).isEqualTo(BYTES);
        }
    }

    @Test
    void contentOfUnknownLengthIsDeleted() throws IOException {
        keep(store, BYTES);
        store.demote(new Damage(SHA256, 0, Extents.NONE), SHA256);
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(store.open(SHA256)).isEmpty();
        assertThatThrownBy(() -> store.demote(new Damage(SHA256, BYTES.length, Extents.upTo(3)), SHA256))
                .isInstanceOf(IOException.class);
        assertStartsEmpty();
    }

    @Test
    void contentWithAWriterIsRemoved() throws IOException {
        keep(store, BYTES);
        try (BlobWriter writer = writer(SHA256)) {
            assertThatThrownBy(() -> store.demote(new Damage(SHA256, BYTES.length, Extents.upTo(HALF)), SHA256))
                    .isInstanceOf(IOException.class);
            assertThat(store.open(SHA256)).isEmpty();
            fill(writer);
            assertThat(writer.verify()).isTrue();
            writer.commit();
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }
}
