package io.artifactvault.store.disk;

import static io.artifactvault.store.StoredContent.BYTES;
import static io.artifactvault.store.StoredContent.SHA256;
import static io.artifactvault.store.StoredContent.files;
import static io.artifactvault.store.StoredContent.keep;
import static io.artifactvault.store.StoredContent.read;
import static io.artifactvault.store.StoredContent.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.StoredContent;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that is full, broken or read-only, and well again. */
final class DiskTroubleTest {
    private static final int HALF = 50_000;

    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();
    private FileBlobStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = disk.patientStore(StoredContent.settings(dir));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private BlobWriter writer() throws IOException {
        return store.create(OptionalLong.of(BYTES.length), Optional.of(SHA256));
    }

    private void tryToKeep() {
        assertThatIOException().isThrownBy(() -> keep(store, BYTES));
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "WRITE", "FORCE", "MOVE", "FORCE_FOLDER"})
    void aRefusalOfTheDiskIsReportedUntilItRecovers(Step step) throws IOException {
        disk.refuse(step, "Input/output error");
        tryToKeep();
        assertThat(store.trouble())
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("Nothing can be stored in " + dir)
                        .contains("Input/output error"));
        store.probe();
        assertThat(store.trouble()).isPresent();
        disk.heal();
        assertThatIOException().isThrownBy(this::writer).withMessageContaining("Nothing can be stored");
        store.probe();
        assertThat(store.trouble()).isEmpty();
        keep(store, BYTES);
        assertThat(read(store, SHA256)).hasValue(BYTES);
        store.close();
        assertThat(files(dir)).hasSize(1);
    }

    @Test
    @Timeout(60)
    void theKeeperNoticesTheRecoveryByItself() throws IOException {
        store.close();
        store = disk.store(StoredContent.settings(dir), Clock.systemUTC(), Duration.ofMillis(1));
        disk.refuse(Step.WRITE, "Read-only file system");
        tryToKeep();
        assertThat(store.trouble()).isPresent();
        disk.heal();
        while (store.trouble().isPresent()) {
            Thread.onSpinWait();
        }
        keep(store, BYTES);
    }

    @Test
    void aMissingFileIsNoTrouble() throws IOException {
        assertThat(store.open(SHA256)).isEmpty();
        store.delete(SHA256);
        assertThat(store.trouble()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "WRITE"})
    void aFullDiskGetsOneChance(Step step) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        store.onFull(() -> {
            calls.incrementAndGet();
            disk.heal();
        });
        disk.refuse(step);
        keep(store, BYTES);
        assertThat(calls).hasValue(1);
        assertThat(store.trouble()).isEmpty();
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void aFullDiskGetsOnlyOneChance() {
        AtomicInteger calls = new AtomicInteger();
        store.onFull(calls::incrementAndGet);
        disk.refuse(Step.WRITE);
        tryToKeep();
        assertThat(calls).hasValue(1);
        assertThat(store.trouble()).isPresent();
    }

    @Test
    void aBrokenDiskIsNotAFullOne() {
        AtomicInteger calls = new AtomicInteger();
        store.onFull(calls::incrementAndGet);
        disk.refuse(Step.WRITE, "Input/output error");
        tryToKeep();
        assertThat(calls).hasValue(0);
    }

    @Test
    void aFailedEvictionDoesNoFurtherHarm() {
        store.onFull(() -> {
            throw new IllegalStateException("boom");
        });
        disk.refuse(Step.WRITE);
        tryToKeep();
    }

    @Test
    void whatWasWrittenBeforeTheDiskWasFullIsKept() throws IOException {
        try (BlobWriter writer = writer()) {
            writer.write(0, ByteBuffer.wrap(BYTES, 0, HALF));
            disk.refuse(Step.WRITE);
            assertThatIOException().isThrownBy(() -> writer.write(HALF, ByteBuffer.wrap(BYTES, HALF, 100)));
            disk.heal();
        }
        store.probe();
        try (BlobWriter writer = writer()) {
            assertThat(writer.extents()).isEqualTo(Extents.upTo(HALF));
            writer.write(HALF, ByteBuffer.wrap(BYTES, HALF, BYTES.length - HALF));
            assertThat(writer.verify()).isTrue();
            writer.commit();
        }
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void whatCannotBeForcedIsNotKept() throws IOException {
        try (BlobWriter writer = writer()) {
            writer.write(0, ByteBuffer.wrap(BYTES, 0, HALF));
            disk.refuse(Step.FORCE);
        }
        store.close();
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(store.trouble()).isPresent();
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void aCheckpointThatFailsEndsTheFile() throws IOException {
        long length = 1L << 30;
        BlobWriter writer = store.create(OptionalLong.of(length), Optional.of(SHA256));
        disk.refuse(Step.FORCE);
        writer.write(0, ByteBuffer.allocate(33 << 20));
        store.close();
        disk.heal();
        assertThatIOException().isThrownBy(() -> writer.write(33 << 20, ByteBuffer.allocate(1)));
        writer.close();
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void contentWhoseCheckpointFailedIsNotCommittedThoughALaterFsyncWouldWork() throws IOException {
        byte[] large = new byte[33 << 20];
        BlobWriter writer = store.create(
                OptionalLong.of(large.length), Optional.of(StoredContent.digest(SHA256.algorithm(), large)));
        disk.refuse(Step.FORCE);
        writer.write(0, ByteBuffer.wrap(large));
        assertThat(writer.verify()).isTrue();
        store.close();
        disk.heal();
        assertThatIOException().isThrownBy(writer::commit);
        writer.close();
        assertThat(files(dir)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "WRITE", "MOVE"})
    void contentThatCannotBeDemotedIsRemovedRatherThanFoundAgain(Step step) throws IOException {
        keep(store, BYTES);
        disk.refuse(step);
        assertThatIOException()
                .isThrownBy(() -> store.demote(new Damage(SHA256, BYTES.length, Extents.upTo(HALF)), SHA256));
        disk.heal();
        store.probe();
        assertThat(store.hasPartial(SHA256)).isFalse();
        assertThat(store.open(SHA256)).isEmpty();
        try (BlobWriter writer = writer()) {
            write(writer, BYTES);
            assertThat(writer.verify()).isTrue();
            writer.commit();
        }
    }
}
