package io.artifactvault.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.artifactvault.http.Digest;
import io.artifactvault.store.KeptStore;
import io.artifactvault.store.StoredContent;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultLock;
import io.artifactvault.store.disk.VaultLockTest;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache folder of a running vault is emptied, replaced or unmounted. */
final class FolderWatchTest {
    @TempDir
    Path parent;

    private Path dir;
    private VaultLock lock;
    private KeptStore store;
    private FolderWatch watch;
    private Object device = "disk 1";

    @BeforeEach
    void open() throws IOException {
        dir = parent.resolve("cache");
        lock = VaultLock.take(dir);
        store = new KeptStore(dir);
        watch = new FolderWatch(StoredContent.settings(dir), lock, store.blobs, store.index, _ -> Optional.of(device));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        lock.close();
    }

    private static void empty(Path root) throws IOException {
        try (Stream<Path> found = Files.walk(root)) {
            found.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static long files(Path root) throws IOException {
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(path -> !path.equals(root)).count();
        }
    }

    private BlobWriter writer() throws IOException {
        return store.blobs.create(OptionalLong.empty(), Optional.empty());
    }

    @Test
    void aFolderInWhichNothingChangedIsLeftAsItIs() throws IOException {
        Digest kept = store.keep(1);
        assertThat(watch.look()).isTrue();
        assertThat(store.holds(kept)).isTrue();
        assertThat(store.blobs.trouble()).isEmpty();
    }

    @Test
    void anEmptiedFolderIsMadeAgainWithoutWhatItHeld() throws IOException {
        Digest kept = store.keep(1);
        empty(dir);
        assertThat(watch.look()).isTrue();
        assertThat(store.holds(kept)).isFalse();
        assertThat(store.holds(store.keep(2))).isTrue();
    }

    @Test
    void theMountPointOfAnUnmountedFileSystemStaysEmpty() throws IOException {
        Digest kept = store.keep(1);
        Path mounted = Files.move(dir, parent.resolve("elsewhere"));
        Files.createDirectory(dir);
        device = "disk 2";
        assertThat(watch.look()).isFalse();
        assertThat(store.blobs.trouble())
                .hasValueSatisfying(why -> assertThat(why).contains(dir.toString(), "no longer mounted"));
        assertThatIOException().isThrownBy(this::writer).withMessageContaining("no longer mounted");
        assertThatIOException().isThrownBy(() -> store.blobs.delete(kept));
        assertThat(watch.look()).isFalse();
        assertThat(files(dir)).isZero();
        Files.delete(dir);
        Files.move(mounted, dir);
        device = "disk 1";
        assertThat(watch.look()).isTrue();
        assertThat(store.blobs.trouble()).isEmpty();
        assertThat(store.holds(kept)).isTrue();
        assertThat(store.holds(store.keep(2))).isTrue();
    }

    @Test
    void anUnmountedFileSystemWithoutItsMountPointIsNotMadeAgain() throws IOException {
        empty(dir);
        device = "disk 2";
        assertThat(watch.look()).isFalse();
        assertThat(dir).doesNotExist();
        device = "disk 1";
        assertThat(watch.look()).isTrue();
    }

    @Test
    void filesOfAnotherVaultInTheFolderAreNotTouched() throws Exception {
        Digest kept = store.keep(1);
        BlobWriter writer = writer();
        writer.write(0, ByteBuffer.allocate(KeptStore.SIZE));
        empty(dir);
        Process other = VaultLockTest.holder(dir);
        try {
            assertThat(VaultLockTest.isHeldBy(other)).isTrue();
            Path its = new VaultLayout(dir).blob(kept);
            Files.createDirectories(its.getParent());
            Files.writeString(its, "its own");
            assertThat(watch.look()).isFalse();
            assertThat(store.blobs.trouble())
                    .hasValueSatisfying(why -> assertThat(why).contains("another Artifact Vault process"));
            assertThatIOException().isThrownBy(() -> store.blobs.delete(kept));
            assertThatIOException()
                    .isThrownBy(() -> store.blobs.demote(new Damage(kept, KeptStore.SIZE, Extents.NONE), kept));
            assertThatIOException().isThrownBy(() -> {
                writer.verify();
                writer.commit();
            });
            writer.close();
            assertThat(its).hasContent("its own");
            assertThat(files(new VaultLayout(dir).blobs())).isEqualTo(2);
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(watch.look()).isTrue();
        assertThat(store.blobs.trouble()).isEmpty();
        assertThat(store.holds(store.keep(2))).isTrue();
    }

    @Test
    void aFolderThatCannotBeMadeAgainIsTroubleUntilItCan() throws IOException {
        empty(dir);
        Files.writeString(dir, "a file in its place");
        assertThat(watch.look()).isFalse();
        assertThat(store.blobs.trouble())
                .hasValueSatisfying(why -> assertThat(why).contains("cannot be created again"));
        Files.delete(dir);
        assertThat(watch.look()).isTrue();
        assertThat(store.holds(store.keep(2))).isTrue();
    }

    @Test
    void theLibraryOfTheIndexIsNotNeededOnceItIsLoaded() throws IOException {
        Path library = new VaultLayout(dir).nativeLibraries();
        if (Files.exists(library)) {
            empty(library);
        }
        Files.delete(new VaultLayout(dir).index());
        assertThat(watch.look()).isTrue();
        assertThat(store.holds(store.keep(2))).isTrue();
    }
}
