package io.artifactvault.store;

import static io.artifactvault.store.StoredContent.BYTES;
import static io.artifactvault.store.StoredContent.SHA256;
import static io.artifactvault.store.StoredContent.files;
import static io.artifactvault.store.StoredContent.keep;
import static io.artifactvault.store.StoredContent.read;
import static io.artifactvault.store.StoredContent.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Digest;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.blob.BlobInspectionTest;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Extents;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.store.upkeep.IndexView;
import io.artifactvault.store.upkeep.OrphanScan;
import io.artifactvault.store.upkeep.Scrubber;
import io.artifactvault.store.upkeep.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What cannot be opened, looked at, read or listed now proves nothing: no file goes for it, and all is there when it can again. */
final class UnreadableContentTest {
    private static final int HALF = 50_000;

    /** Why a disk refuses for a while. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Why {
        EMFILE(step -> new IOException("Too many open files")),
        ENFILE(step -> new IOException("Too many open files in system")),
        EIO(step -> new IOException("Input/output error")),
        ENOMEM(step -> new IOException("Cannot allocate memory")),
        EACCES(step -> new AccessDeniedException("a file")),
        INTERRUPT(step -> new ClosedByInterruptException());

        private final Function<Step, IOException> exception;

        Why(Function<Step, IOException> exception) {
            this.exception = exception;
        }
    }

    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();
    private final TestClock clock = new TestClock(Instant.parse("2026-11-23T12:00:00Z"));
    private FileBlobStore store;
    private SqliteEntryIndex index;

    @BeforeEach
    void open() throws IOException {
        store = disk.patientStore(StoredContent.settings(dir));
        index = SqliteEntryIndex.open(StoredContent.settings(dir), clock);
        keep(store, BYTES);
        index.putBlob(SHA256, BYTES.length, Optional.empty(), Optional.of(BlobInspectionTest.sums(BYTES)));
        index.flush();
        // What a restart finds is opened anew.
        store.close();
        store = disk.patientStore(StoredContent.settings(dir));
    }

    @AfterEach
    void close() {
        disk.heal();
        index.close();
        store.close();
    }

    private void assertAllIsThere() throws IOException {
        disk.heal();
        assertThat(read(store, SHA256)).hasValue(BYTES);
        assertThat(index.loadBlob(SHA256)).hasValue(SHA256);
        assertThat(dir.resolve("quarantine")).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource(Why.class)
    void aFileThatCannotBeOpenedOrLookedAtIsNotMissing(Why why) throws IOException {
        for (Step step : new Step[] {Step.OPEN, Step.STAT}) {
            disk.refuse(step, why.exception);
            assertThatIOException().isThrownBy(() -> store.open(SHA256));
            assertThat(store.unreadable()).isEqualTo(1);
            assertAllIsThere();
            store.close();
            store = disk.patientStore(StoredContent.settings(dir));
        }
    }

    @Test
    void aFileThatIsGoneIsMissing() throws IOException {
        Files.delete(new VaultLayout(dir).blob(SHA256));
        assertThat(store.open(SHA256)).isEmpty();
    }

    @Test
    void ifTheWholeFolderIsGoneTheStateOfAFileIsUnknown() throws IOException {
        VaultLayout layout = new VaultLayout(dir);
        Path aside = dir.resolve("aside");
        Files.move(layout.blobs(), aside);
        assertThatIOException().isThrownBy(() -> store.open(SHA256));
        Files.move(aside, layout.blobs());
        assertAllIsThere();
    }

    @ParameterizedTest
    @CsvSource({"OPEN,EMFILE", "STAT,EACCES", "READ,EIO", "READ,INTERRUPT"})
    void theScrubberReportsNoDamage(Step step, Why why) throws IOException {
        List<Damage> found = new ArrayList<>();
        disk.refuse(step, why.exception);
        try (Scrubber scrubber = new Scrubber(index.ledger(), index, store, 1 << 30, clock, found::add)) {
            for (int turn = 0; turn < 10; turn++) {
                scrubber.work();
            }
        }
        assertThat(found).isEmpty();
        assertAllIsThere();
    }

    @Test
    void theScrubberFindsTheDamageOfWhatItCanReadAgain() throws IOException {
        List<Damage> found = new ArrayList<>();
        disk.refuse(Step.READ, Why.EIO.exception);
        try (Scrubber scrubber = new Scrubber(index.ledger(), index, store, 1 << 30, clock, found::add)) {
            for (int turn = 0; turn < 5; turn++) {
                scrubber.work();
            }
            disk.heal();
            byte[] wrong = BYTES.clone();
            wrong[7] ^= 1;
            Files.write(new VaultLayout(dir).blob(SHA256), wrong);
            clock.advance(Duration.ofDays(2));
            for (int turn = 0; turn < 10; turn++) {
                scrubber.work();
            }
        }
        assertThat(found).containsExactly(Damage.ofAll(SHA256, BYTES.length));
    }

    @Test
    void verificationDistinguishesUnreadableFromDamagedAndRepairLeavesIt() throws IOException {
        Path blobs = new VaultLayout(dir).blobs();
        Path aside = dir.resolve("aside");
        Files.move(blobs, aside);
        try (IndexView view = IndexView.open(dir)) {
            Verification.Result found = new Verification(view, false, Duration.ZERO).run(_ -> {});
            assertThat(found.damaged()).isEmpty();
            assertThat(found.unreadable())
                    .extracting(Verification.Unreadable::sha256)
                    .containsExactly(SHA256);
            assertThat(found.isClean()).isFalse();
            Verification.repair(found.damaged(), index, store);
        }
        Files.move(aside, blobs);
        assertAllIsThere();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"OPEN", "STAT", "READ"})
    void aPartialThatCannotBeReadNowIsKept(Step step) throws IOException {
        Digest other = Digest.sha256("1".repeat(64));
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(other))) {
            writer.write(0, ByteBuffer.wrap(BYTES, 0, HALF));
        }
        store.close();
        store = disk.patientStore(StoredContent.settings(dir));
        disk.refuse(step, Why.EMFILE.exception);
        assertThatIOException().isThrownBy(() -> store.create(OptionalLong.of(BYTES.length), Optional.of(other)));
        store.close();
        disk.heal();
        store = disk.patientStore(StoredContent.settings(dir));
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(other))) {
            assertThat(writer.extents()).isEqualTo(Extents.upTo(HALF));
        }
    }

    @Test
    void aPartialThatCannotBeReadBackIsKept() throws IOException {
        Digest sha512 = StoredContent.SHA512;
        BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(sha512));
        write(writer, BYTES);
        writer.file().channel().close();
        writer.close();
        store.close();
        store = disk.patientStore(StoredContent.settings(dir));
        assertThat(store.hasPartial(sha512)).isTrue();
    }

    @Test
    void unreadableFilesAtStartupAreNotLeftovers() throws IOException {
        Digest other = Digest.sha256("1".repeat(64));
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(other))) {
            writer.write(0, ByteBuffer.wrap(BYTES, 0, HALF));
        }
        store.close();
        List<Path> before = files(dir.resolve("partial"));
        disk.refuse(Step.STAT, Why.EIO.exception);
        store = disk.patientStore(StoredContent.settings(dir));
        store.close();
        assertThat(files(dir.resolve("partial"))).containsExactlyInAnyOrderElementsOf(before);
        disk.refuse(Step.LIST, Why.EMFILE.exception);
        assertThatIOException().isThrownBy(() -> disk.patientStore(StoredContent.settings(dir)));
        disk.heal();
        assertThat(files(dir.resolve("partial"))).containsExactlyInAnyOrderElementsOf(before);
        store = disk.patientStore(StoredContent.settings(dir));
    }

    @Test
    void aFolderOfContentThatCannotBeLookedAtDoesNotGoToQuarantine() throws IOException {
        disk.refuse(Step.STAT, Why.EIO.exception);
        byte[] more = BYTES.clone();
        more[0] ^= 1;
        assertThatIOException().isThrownBy(() -> keep(store, more));
        assertAllIsThere();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"OPEN", "STAT", "READ"})
    void adoptionAndEvictionRemoveNothingThatTheyCannotLookAt(Step step) throws IOException {
        disk.refuse(step, Why.EMFILE.exception);
        OrphanScan adoption = new OrphanScan(StoredContent.settings(dir), index);
        for (int folder = 0; folder < 256; folder++) {
            adoption.work();
        }
        assertAllIsThere();
    }

    @Test
    void damagedPinnedContentThatCannotBecomeAPartialGoesToQuarantineAsAWhole() throws IOException {
        store.keep(Set.of(SHA256)::contains);
        disk.refuse(Step.CREATE, Why.EMFILE.exception);
        assertThatIOException()
                .isThrownBy(() -> store.demote(new Damage(SHA256, BYTES.length, Extents.upTo(HALF)), SHA256));
        disk.heal();
        assertThat(store.open(SHA256)).isEmpty();
        assertThat(files(dir.resolve("quarantine")))
                .singleElement()
                .satisfies(file -> assertThat(file).hasBinaryContent(BYTES));
    }

    @Test
    void thePartialOfPinnedContentIsNotTooOldOrTooMuch() throws IOException {
        store.keep(Set.of(SHA256)::contains);
        assertThat(store.overhead().giveUp(1)).isZero();
        store.demote(new Damage(SHA256, BYTES.length, Extents.upTo(HALF)), SHA256);
        assertThat(store.partialBytes()).isPositive();
        assertThat(store.overhead().giveUp(Long.MAX_VALUE)).isZero();
        assertThat(store.hasPartial(SHA256)).isTrue();
    }
}
