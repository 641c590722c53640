package io.artifactvault.store.sqlite;

import static io.artifactvault.store.KeptStore.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.store.KeptStore;
import io.artifactvault.store.StoredContent;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.Quarantine;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.KeptBlob;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.index.Savings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteInventoryTest {
    private KeptStore store;

    @BeforeEach
    void openStore(@TempDir Path dir) throws IOException {
        store = new KeptStore(dir);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private List<KeptBlob> all() throws IOException {
        List<KeptBlob> all = new ArrayList<>();
        store.index.ledger().forEach(all::add);
        return all;
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store.dir.resolve("index.sqlite"));
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.executeUpdate(one);
            }
        }
    }

    @Test
    void totalsCountContentOnceWhateverItsNames() throws IOException {
        Digest sha256 = store.keep(1);
        store.index.putBlob(sha256, SIZE, Optional.of(StoredContent.GIT_SHA1), Optional.empty());
        store.index.putBlob(sha256, SIZE, Optional.of(StoredContent.SHA512), Optional.empty());
        store.keep(2);
        assertThat(store.index.ledger().totals()).isEqualTo(new Inventory.Totals(2, 2 * SIZE));
        store.index.removeBlob(sha256);
        assertThat(store.index.ledger().totals()).isEqualTo(new Inventory.Totals(1, SIZE));
        store.reopen();
        assertThat(store.index.ledger().totals()).isEqualTo(new Inventory.Totals(1, SIZE));
    }

    @Test
    void usesAreCountedAndTheLatestIsKept() throws IOException {
        Instant came = store.clock.instant();
        Digest sha256 = store.keep(1);
        assertThat(all()).containsExactly(new KeptBlob(sha256, SIZE, came, 0));
        store.index.touch(sha256, came.plusSeconds(9));
        store.index.touch(sha256, came.plusSeconds(5));
        assertThat(all()).containsExactly(new KeptBlob(sha256, SIZE, came.plusSeconds(9), 2));
        store.index.touch(sha256, came.plusSeconds(1));
        store.reopen();
        assertThat(all()).containsExactly(new KeptBlob(sha256, SIZE, came.plusSeconds(9), 3));
    }

    @Test
    void usesOfWhatIsNotStoredLeaveNothing() throws IOException {
        store.index.touch(StoredContent.SHA256, store.clock.instant());
        Digest sha256 = store.keep(1);
        store.index.touch(sha256, store.clock.instant());
        store.index.removeBlob(sha256);
        assertThat(all()).isEmpty();
        assertThat(store.index.stats().newestUse()).isEmpty();
        store.keep(1);
        assertThat(all()).singleElement().extracting(KeptBlob::uses).isEqualTo(0L);
    }

    @Test
    void usesAreWrittenOnceAMinuteAtMost() throws Exception {
        VaultLayout layout = new VaultLayout(store.dir.resolve("other"));
        layout.prepare(new LocalDisk());
        IndexDatabase database =
                IndexDatabase.open(layout, new Quarantine(layout, new LocalDisk(), store.clock), 1L << 40);
        IndexTransaction transaction = database.transaction();
        List<Instant> signals = new ArrayList<>();
        AccessTimes accesses = new AccessTimes(() -> signals.add(store.clock.instant()));
        transaction.put(Tables.BLOB, StoredContent.SHA256.toString(), 7L, 0);
        Instant start = store.clock.instant();
        for (int second = 0; second <= 120; second++) {
            accesses.touch(StoredContent.SHA256, start.plusSeconds(second));
            store.clock.advance(Duration.ofSeconds(1));
            List<Runnable> afterCommit = new ArrayList<>();
            accesses.writeTo(transaction, afterCommit);
            afterCommit.forEach(Runnable::run);
        }
        assertThat(signals).containsExactly(start, start.plusSeconds(60), start.plusSeconds(120));
        database.close();
    }

    @Test
    void blobsComeInTheOrderOfTheirDigests() throws IOException {
        List<Digest> kept = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            kept.add(store.keep(i));
        }
        kept.sort((a, b) -> a.hex().compareTo(b.hex()));
        Inventory ledger = store.index.ledger();
        assertThat(KeptStore.names(ledger.after(Optional.empty(), 12))).isEqualTo(kept.subList(0, 12));
        assertThat(KeptStore.names(ledger.after(Optional.of(kept.get(11)), 12))).isEqualTo(kept.subList(12, 20));
    }

    @Test
    void aFolderOfTheFirstFormatIsTakenOver() throws IOException, SQLException {
        store.keep(1);
        store.keep(2);
        store.index.close();
        sql(
                "DROP TRIGGER blob_added",
                "DROP TRIGGER blob_changed",
                "DROP TRIGGER blob_removed",
                "DROP TRIGGER entry_added",
                "DROP TRIGGER entry_removed",
                "ALTER TABLE entry DROP COLUMN used",
                "ALTER TABLE pointer DROP COLUMN used",
                "ALTER TABLE public_scope DROP COLUMN used",
                "DROP TABLE checksum",
                "DROP TABLE access",
                "DROP TABLE pin",
                "DROP TABLE memo",
                "DROP TABLE total",
                "PRAGMA user_version = 1");
        store.reopen();
        store.keep(3);
        assertThat(store.index.ledger().totals()).isEqualTo(new Inventory.Totals(3, 3 * SIZE));
        assertThat(store.index.ledger().allocated()).isEqualTo(3 * SIZE);
        assertThat(all()).hasSize(3);
    }

    @Test
    void savingsAreExactAndOutliveTheProcess() throws IOException {
        Savings savings = Savings.load(store.index.ledger());
        savings.add(5_000_000_000L);
        savings.add(7);
        savings.keep();
        store.reopen();
        Savings later = Savings.load(store.index.ledger());
        assertThat(later.sinceStart()).isZero();
        later.add(1);
        assertThat(later.total()).isEqualTo(5_000_000_008L);
        assertThat(store.index.stats().bytesSaved()).isEqualTo(5_000_000_007L);
    }

    @Test
    void aPinHoldsUntilTheLastOneGoes() throws IOException {
        Digest one = StoredContent.SHA256;
        Digest two = Digest.sha256("0".repeat(64));
        store.index.pins().pin("openai/gpt-x", "main", Set.of(one, two));
        store.index.pins().pin("openai/gpt-y", "1234", Set.of(one));
        store.reopen();
        Pins pins = store.index.pins();
        assertThat(pins.size()).isEqualTo(2);
        assertThat(pins.unpin("openai/gpt-x", "main")).isTrue();
        assertThat(pins.unpin("openai/gpt-x", "main")).isFalse();
        assertThat(pins.isPinned(one)).isTrue();
        assertThat(pins.isPinned(two)).isFalse();
        store.reopen();
        assertThat(store.index.pins().isPinned(one)).isTrue();
        assertThat(store.index.pins().isPinned(two)).isFalse();
    }

    @Test
    void aFreshIndexInPlaceOfADamagedOneCountsFromNothing() throws IOException, SQLException {
        store.index.pins().pin("openai/gpt-x", "main", Set.of(StoredContent.SHA256));
        store.index.close();
        sql("DROP TABLE entry");
        store.reopen();
        assertThat(store.index.pins().size()).isZero();
        assertThat(store.index.ledger().totals()).isEqualTo(new Inventory.Totals(0, 0));
    }
}
