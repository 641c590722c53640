package io.artifactvault.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.store.KeptStore;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Inventory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store stays open throughout, as that of a running vault does; the view beside it sees its files only. */
class VerificationTest {
    @TempDir
    Path dir;

    private KeptStore store;
    private IndexView view;

    @BeforeEach
    void open() throws IOException {
        store = new KeptStore(dir);
        view = IndexView.open(dir);
    }

    @AfterEach
    void close() {
        view.close();
        store.close();
    }

    private void flip(Digest sha256) throws IOException {
        byte[] bytes = Files.readAllBytes(store.path(sha256));
        bytes[5] ^= 1;
        Files.write(store.path(sha256), bytes);
    }

    private List<Digest> damaged(boolean deep) throws IOException {
        return new Verification(view, deep, Duration.ZERO)
                .run(_ -> {}).damaged().stream().map(Damage::sha256).toList();
    }

    @Test
    void whatIsDamagedIsFoundAndRepaired() throws IOException {
        store.keep(1);
        Digest flipped = store.keep(2);
        store.index.flush();
        flip(flipped);
        for (boolean deep : new boolean[] {false, true}) {
            List<Long> read = new ArrayList<>();
            Verification verification = new Verification(view, deep, Duration.ZERO);
            List<Damage> found = verification.run(read::add).damaged();
            assertThat(found).extracting(Damage::sha256).containsExactly(flipped);
            assertThat(read).hasSize(2);
        }
        Verification.repair(
                new Verification(view, false, Duration.ZERO).run(_ -> {}).damaged(), store.index, store.blobs);
        assertThat(damaged(true)).isEmpty();
        assertThat(store.index.loadBlob(flipped)).isEqualTo(Optional.empty());
    }

    @Test
    void whatIsEvictedBetweenTheTwoLooksIsNoDamage() throws IOException {
        Digest evicted = store.keep(1);
        Digest lost = store.keep(2);
        store.index.flush();
        // As an eviction does: the file goes first, and the index a moment later.
        Files.delete(store.path(evicted));
        Files.delete(store.path(lost));

        List<Damage> found = new Verification(view, false, Duration.ZERO)
                .run(_ -> {
                    store.index.removeBlob(evicted);
                    store.index.flush();
                })
                .damaged();

        assertThat(found).extracting(Damage::sha256).containsExactly(lost);
    }

    @Test
    void whatIsMendedBetweenTheTwoLooksIsNoDamage() throws IOException {
        Digest mended = store.keep(1);
        store.index.flush();
        byte[] good = Files.readAllBytes(store.path(mended));
        flip(mended);

        List<Damage> found = new Verification(view, false, Duration.ZERO)
                .run(_ -> write(store.path(mended), good))
                .damaged();

        assertThat(found).isEmpty();
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theViewSeesWhatIsStoredWhileItIsOpen() throws IOException {
        assertThat(view.stats().blobs().blobs()).isZero();
        store.keep(1);
        store.index.flush();
        assertThat(view.stats().blobs()).isEqualTo(new Inventory.Totals(1, KeptStore.SIZE));
        flip(store.keep(2));
        store.index.flush();
        assertThat(damaged(false)).hasSize(1);
    }

    @Test
    void theViewChangesNothing() throws IOException {
        store.keep(1);
        store.index.flush();
        byte[] before = Files.readAllBytes(new VaultLayout(dir).index());
        assertThat(view.stats().blobs().blobs()).isEqualTo(1);
        assertThat(damaged(true)).isEmpty();
        assertThat(Files.readAllBytes(new VaultLayout(dir).index())).isEqualTo(before);
    }
}
