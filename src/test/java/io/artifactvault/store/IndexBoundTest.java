package io.artifactvault.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.store.disk.EvictionSettings;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.EntryIndexContract;
import io.artifactvault.store.index.PointerValue;
import io.artifactvault.store.sqlite.KeeperTables;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index has a bound, whatever is asked for. */
class IndexBoundTest {
    private static final long MIB = 1 << 20;

    /** Bytes of the write-ahead log and of the shared memory beside the file, for a store of this size. */
    private static final long BESIDE = 256 << 10;

    private final TestClock clock = new TestClock(Instant.parse("2026-11-23T12:00:00Z"));

    @TempDir
    Path dir;

    private SqliteEntryIndex index;

    @BeforeEach
    void open() throws IOException {
        index = SqliteEntryIndex.open(StoreSettings.of(dir, MIB, 1 << 20, 8), clock);
    }

    @AfterEach
    void close() {
        index.close();
    }

    private static Entry missing(String key) {
        return new Entry(
                key,
                404,
                Fields.of("X-Error-Message", "Entry not found: ".repeat(50)),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                EntryIndexContract.NOON,
                EntryIndexContract.NOON);
    }

    private void flood(int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            index.put(missing("hub models/evil/m main missing-" + i));
            index.putPointer("variants evil " + i, new PointerValue("1234", EntryIndexContract.NOON));
            index.markPublic("evil " + i, EntryIndexContract.NOON);
            if (i % 500 == 499) {
                index.flush();
                index.evictRows();
            }
        }
    }

    private long onDisk() throws IOException {
        long bytes = 0;
        for (Path file : new VaultLayout(dir).indexFiles()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    @Test
    void aFloodOfMissingNamesTakesNoMoreThanTheBound() throws IOException {
        flood(0, 8_000);
        assertThat(onDisk()).isLessThan(EvictionSettings.SMALLEST_INDEX + BESIDE);
        assertThat(index.bytes()).isLessThan(EvictionSettings.SMALLEST_INDEX + BESIDE);
        assertThat(index.evictedRows()).isGreaterThan(5_000);
    }

    @Test
    void rowsThatWereUsedAgainOutliveAnyFlood() throws IOException {
        index.put(EntryIndexContract.ENTRY);
        index.putPointer("acme/tiny main", new PointerValue("1234", EntryIndexContract.NOON));
        index.markPublic("acme/tiny", EntryIndexContract.NOON);
        index.flush();
        index.evictRows();
        clock.advance(Duration.ofDays(2));
        assertThat(index.load(EntryIndexContract.ENTRY.key())).isPresent();
        assertThat(index.loadPointer("acme/tiny main")).isPresent();
        assertThat(index.loadPublic("acme/tiny")).isPresent();
        clock.advance(Duration.ofDays(20));
        flood(0, 4_000);
        assertThat(index.load(EntryIndexContract.ENTRY.key())).hasValue(EntryIndexContract.ENTRY);
        assertThat(index.loadPointer("acme/tiny main")).isPresent();
        assertThat(index.loadPublic("acme/tiny")).isPresent();
        assertThat(index.evictedRows()).isGreaterThan(2_000);
    }

    @Test
    void rowsOfPinnedContentAndPinnedRepositoriesStay() throws IOException {
        Digest sha256 = EntryIndexContract.SHA256;
        Entry ofContent = missing("some key").withBlob(sha256, 7);
        index.put(ofContent);
        index.put(missing("hub models/acme/kept main config.json"));
        index.pins().pin("hub models/acme/kept", "1234", Set.of(sha256));
        flood(0, 4_000);
        assertThat(index.load("some key")).isPresent();
        assertThat(index.load("hub models/acme/kept main config.json")).isPresent();
    }

    @Test
    void withoutEvictionNewRowsAreRefusedAtAQuarterAboveTheBound() {
        for (int i = 0; i < 5_000; i++) {
            index.put(missing("key " + i));
            if (i % 100 == 99) {
                index.flush();
            }
        }
        assertThat(index.refusedRows()).isPositive();
        assertThat(index.bytes()).isLessThan(EvictionSettings.SMALLEST_INDEX * 3 / 2 + BESIDE);
    }

    @Test
    void aKeyWithoutEndIsNotKept() {
        String key = "k".repeat(EntryIndex.LONGEST_KEY + 1);
        index.put(missing(key));
        index.putPointer(key, new PointerValue("1234", EntryIndexContract.NOON));
        index.markPublic(key, EntryIndexContract.NOON);
        assertThat(index.load(key)).isEmpty();
        assertThat(index.loadPointer(key)).isEmpty();
        assertThat(index.loadPublic(key)).isEmpty();
        assertThat(index.refusedRows()).isEqualTo(3);
    }

    @Test
    void theFileShrinksWhenBlobRowsGo() throws IOException {
        index.close();
        index = SqliteEntryIndex.open(StoreSettings.of(dir, 1L << 40, 1 << 20, 8), clock);
        for (int i = 0; i < 5_000; i++) {
            index.putBlob(
                    Digest.sha256("%064x".formatted(i)), 1, Optional.empty(), Optional.of(new Checksums(new int[50])));
        }
        index.flush();
        long before = index.bytes();
        for (int i = 0; i < 5_000; i++) {
            index.removeBlob(Digest.sha256("%064x".formatted(i)));
        }
        index.flush();
        index.evictRows();
        assertThat(index.bytes()).isLessThan(before / 4);
    }

    @Test
    void anIndexOfTheFormatBeforeShrinksTooAndKeepsItsRows() throws IOException, SQLException {
        index.put(EntryIndexContract.ENTRY);
        index.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + new VaultLayout(dir).index());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = DELETE");
            statement.execute("PRAGMA auto_vacuum = NONE");
            statement.execute("VACUUM");
            for (String table : new String[] {"entry", "pointer", "public_scope"}) {
                statement.execute("ALTER TABLE " + table + " DROP COLUMN used");
            }
            for (String trigger :
                    new String[] {"blob_added", "blob_changed", "blob_removed", "entry_added", "entry_removed"}) {
                statement.execute("DROP TRIGGER " + trigger);
            }
            statement.execute("ALTER TABLE total DROP COLUMN allocated");
            statement.execute("ALTER TABLE total DROP COLUMN entries");
            for (String sql : KeeperTables.CREATE) {
                statement.execute(sql);
            }
            statement.execute("PRAGMA user_version = 2");
        }
        index = SqliteEntryIndex.open(StoreSettings.of(dir, MIB, 1 << 20, 8), clock);
        assertThat(index.load(EntryIndexContract.ENTRY.key())).hasValue(EntryIndexContract.ENTRY);
        assertThat(index.ledger().entries()).isEqualTo(1);
        flood(0, 5_000);
        assertThat(index.bytes()).isLessThan(EvictionSettings.SMALLEST_INDEX + BESIDE);
    }
}
