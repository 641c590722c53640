package io.artifactvault.store.blob;

import static io.artifactvault.store.StoredContent.BYTES;
import static io.artifactvault.store.StoredContent.SHA256;
import static io.artifactvault.store.StoredContent.files;
import static io.artifactvault.store.StoredContent.keep;
import static io.artifactvault.store.StoredContent.read;
import static io.artifactvault.store.StoredContent.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.Digest;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.StoredContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

public final class FileBlobStoreTest extends BlobStoreContract {
    private final FaultyDisk disk = new FaultyDisk();

    @Override
    BlobStore open(Path dir) throws IOException {
        return disk.patientStore(StoredContent.settings(dir));
    }

    private void heal() {
        disk.heal();
        ((FileBlobStore) store).probe();
    }

    private Path path() {
        return folder().resolve(SHA256.hex());
    }

    private Path folder() {
        return dir.resolve("blobs/sha256").resolve(SHA256.hex().substring(0, 2));
    }

    @Test
    void aBlobLiesUnderItsDigestAndNothingElseIsLeft() throws IOException {
        keep(store, BYTES);
        assertThat(files(dir)).containsExactly(path());
    }

    enum Change {
        CUT,
        FLIPPED,
        GROWN,
        REPLACED;

        void make(Path file) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            switch (this) {
                case CUT -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
                case FLIPPED -> Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
                case GROWN -> Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
                case REPLACED -> {
                    Path other = file.resolveSibling("other");
                    Files.write(other, new byte[bytes.length]);
                    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** Between its verification and its first reader, however soon. */
    @ParameterizedTest
    @EnumSource
    void aFileThatIsChangedAsItAppearsIsNotTakenForVerified(Change change) throws IOException {
        disk.afterMove(change::make);
        keep(store, BYTES);
        try (BlobFile file = store.open(SHA256).orElseThrow()) {
            assertThat(store.isVerified(SHA256, file)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "REPLACED", mode = EnumSource.Mode.EXCLUDE)
    void aFileThatIsChangedRightAfterItAppearedIsNotTakenForVerified(Change change) throws IOException {
        keep(store, BYTES);
        change.make(path());
        try (BlobFile file = store.open(SHA256).orElseThrow()) {
            assertThat(store.isVerified(SHA256, file)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "REPLACED", mode = EnumSource.Mode.EXCLUDE)
    void readersOfTheGrowingFileStopThere(Change change) throws IOException {
        disk.afterMove(change::make);
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.empty())) {
            write(writer, BYTES);
            assertThat(writer.verify()).isTrue();
            BlobFile reader = writer.file();
            assertThat(reader.retain()).isTrue();
            writer.commit();
            assertThatThrownBy(reader::requireSameBytes).isInstanceOf(ChangedFileException.class);
            reader.close();
        }
    }

    @Test
    void aFileThatIsChangedBetweenVerificationAndCommitIsNotTakenForVerified() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.empty())) {
            write(writer, BYTES);
            assertThat(writer.verify()).isTrue();
            Change.FLIPPED.make(files(dir.resolve("partial")).getFirst());
            writer.commit();
        }
        try (BlobFile file = store.open(SHA256).orElseThrow()) {
            assertThat(store.isVerified(SHA256, file)).isFalse();
        }
    }

    @Test
    void anUnchangedFileIsVerified() throws IOException {
        keep(store, BYTES);
        try (BlobFile file = store.open(SHA256).orElseThrow()) {
            assertThat(store.isVerified(SHA256, file)).isTrue();
        }
    }

    @Test
    void aSecondCommitKeepsTheFileThatIsThere() throws IOException {
        keep(store, BYTES);
        Object first = Files.readAttributes(path(), "unix:ino").get("ino");
        keep(store, BYTES);
        assertThat(Files.readAttributes(path(), "unix:ino")).containsEntry("ino", first);
        assertThat(files(dir)).containsExactly(path());
    }

    @Test
    void aFileOfAnotherLengthIsReplaced() throws IOException {
        keep(store, BYTES);
        Files.write(path(), new byte[] {1, 2, 3});
        keep(store, BYTES);
        assertThat(Files.readAllBytes(path())).isEqualTo(BYTES);
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    /** As one is whose owner or mode somebody changed; this one's disk refuses it. */
    @Test
    void aFileThatCannotBeReadIsReplaced() throws IOException {
        keep(store, BYTES);
        Object first = Files.readAttributes(path(), "unix:ino").get("ino");
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.empty())) {
            write(writer, BYTES);
            assertThat(writer.verify()).isTrue();
            disk.refuse(Step.OPEN, "Permission denied");
            writer.commit();
        }
        disk.heal();
        assertThat(Files.readAttributes(path(), "unix:ino").get("ino")).isNotEqualTo(first);
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void anUnfinishedFileIsUnderARandomNameAndGoesWithItsWriter() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.of(SHA256))) {
            write(writer, BYTES);
            assertThat(files(dir)).singleElement().satisfies(file -> {
                assertThat(file.getParent()).isEqualTo(dir.resolve("partial"));
                assertThat(file.getFileName().toString()).matches("[0-9a-f]{32}\\.part");
            });
        }
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void foldersAndFilesAreForTheOwnerOnly() throws IOException {
        Path made = dir.resolve("below/cache");
        try (BlobStore other = open(made)) {
            keep(other, BYTES);
            for (String folder : List.of("", "blobs", "blobs/sha256", "partial", "quarantine")) {
                assertThat(mode(made.resolve(folder))).as(folder).isEqualTo("rwx------");
            }
            String prefix = SHA256.hex().substring(0, 2);
            assertThat(mode(made.resolve("blobs/sha256").resolve(prefix))).isEqualTo("rwx------");
            assertThat(files(made)).allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
        }
    }

    public static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void leftoversOfACrashAreRemovedAtTheNextStart() throws IOException {
        Path left = Files.write(dir.resolve("partial/0123.part"), BYTES);
        store.close();
        store = open(dir);
        store.close();
        assertThat(left).doesNotExist();
    }

    @Test
    void committedContentIsAtHandWithoutAskingTheDisk() throws IOException {
        keep(store, BYTES);
        assertThat(store.peek(SHA256)).isInstanceOfSatisfying(Peek.Found.class, found -> {
            try (BlobFile file = (BlobFile) found.value()) {
                assertThat(file.channel().isOpen()).isTrue();
            }
        });
    }

    @Test
    void onlyTheConfiguredNumberOfFilesIsKeptOpenAndReadersOfTheOthersGoOn() throws IOException {
        try (BlobStore small = FileBlobStore.open(StoreSettings.of(dir, 1 << 20, 0, 1))) {
            Digest first = keep(small, BYTES);
            try (BlobFile reader = small.open(first).orElseThrow()) {
                Digest second = keep(small, new byte[] {1});
                keep(small, new byte[] {2});
                assertThat(List.of(small.peek(first), small.peek(second)))
                        .anyMatch(peek -> peek instanceof Peek.Unknown);
                assertThat(read(reader)).isEqualTo(BYTES);
            }
            assertThat(read(small, first)).hasValue(BYTES);
        }
    }

    @Test
    void aFileClosedByAnInterruptIsOpenedAnew() throws IOException {
        keep(store, BYTES);
        try (BlobFile file = store.open(SHA256).orElseThrow()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> file.channel().read(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(store.peek(SHA256)).isInstanceOf(Peek.Unknown.class);
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void anInterruptedWriterDoesNotDisturbItsReaders() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.empty())) {
            write(writer, BYTES);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> writer.write(writer.extents().end(), ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(read(writer.file())).startsWith(BYTES);
        }
    }

    @Test
    void aLinkInABlobsPlaceIsNotServedButReplaced() throws IOException {
        Path secret = Files.writeString(dir.resolve("secret"), "not for you");
        Files.createDirectories(folder());
        Files.createSymbolicLink(path(), secret);
        assertThat(store.open(SHA256)).isEmpty();
        keep(store, BYTES);
        assertThat(read(store, SHA256)).hasValue(BYTES);
        assertThat(secret).hasContent("not for you");
    }

    @Test
    void aFolderInABlobsPlaceIsNotServedButPutAside() throws IOException {
        Files.createDirectories(path().resolve("deep"));
        assertThat(store.open(SHA256)).isEmpty();
        keep(store, BYTES);
        assertThat(read(store, SHA256)).hasValue(BYTES);
        assertThat(dir.resolve("quarantine")).isDirectoryContaining(place -> Files.isDirectory(place.resolve("deep")));
    }

    @Test
    void aFileInAFoldersPlaceIsPutAside() throws IOException {
        Files.writeString(folder(), "junk");
        assertThat(store.open(SHA256)).isEmpty();
        keep(store, BYTES);
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @Test
    void quarantineKeepsTheNewestFew() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(path().resolve("deep"));
            store.delete(SHA256);
        }
        assertThat(dir.resolve("quarantine").toFile().list()).hasSize(16);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FORCE", "FORCE_FOLDER", "MOVE", "MAKE_FOLDER"})
    void aStepThatFailsInACommitLeavesNothing(Step step) throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.of(BYTES.length), Optional.of(SHA256))) {
            write(writer, BYTES);
            assertThat(writer.verify()).isTrue();
            disk.refuse(step);
            assertThatThrownBy(writer::commit).isInstanceOf(IOException.class).hasMessageContaining("No space");
            heal();
            assertThat(files(dir)).isEmpty();
            assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
            assertThat(read(writer.file())).isEqualTo(BYTES);
        }
        assertThat(store.peek(SHA256)).isInstanceOf(Peek.Unknown.class);
        assertThat(store.open(SHA256)).isEmpty();
        keep(store, BYTES);
        assertThat(read(store, SHA256)).hasValue(BYTES);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "OPEN"})
    void aFileThatCannotBeBegunLeavesNothing(Step step) {
        disk.refuse(step);
        assertThatThrownBy(() -> store.create(OptionalLong.empty(), Optional.empty()))
                .isInstanceOf(IOException.class);
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void aWriteThatFailsGivesTheBytesBackAndEndsTheFile() throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.empty(), Optional.empty())) {
            write(writer, BYTES);
            disk.refuse(Step.WRITE);
            ByteBuffer chunk = ByteBuffer.allocate(1000);
            assertThatThrownBy(() -> writer.write(writer.extents().end(), chunk))
                    .isInstanceOf(IOException.class);
            assertThat(chunk.remaining()).isEqualTo(1000);
            assertThat(writer.extents().end()).isEqualTo(BYTES.length);
            heal();
            assertThatThrownBy(() -> writer.write(writer.extents().end(), chunk))
                    .isInstanceOf(IOException.class);
            assertThat(writer.verify()).isFalse();
        }
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void aFileThatCannotBeRemovedDoesNotFailItsWriter() throws IOException {
        disk.refuse(Step.DELETE);
        store.create(OptionalLong.empty(), Optional.empty()).close();
        heal();
        store.close();
        store = open(dir);
        store.close();
        assertThat(files(dir)).isEmpty();
    }
}
