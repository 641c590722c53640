package io.artifactvault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.sqlite.IndexDatabase;
import io.artifactvault.store.sqlite.IndexHealth;
import io.artifactvault.store.sqlite.PendingStatements;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.store.sqlite.SqliteInventory;
import io.artifactvault.store.sqlite.SqlitePins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which failures of the index are damage: only those for which a fresh one takes its place. */
class IndexFailureTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({
        "SQLITE_ERROR, 1, false",
        "SQLITE_PERM, 3, false",
        "SQLITE_BUSY, 5, false",
        "SQLITE_LOCKED, 6, false",
        "SQLITE_NOMEM, 7, false",
        "SQLITE_READONLY, 8, false",
        "SQLITE_IOERR, 10, false",
        "SQLITE_IOERR_READ, 266, false",
        "SQLITE_IOERR_SHORT_READ, 522, false",
        "SQLITE_CORRUPT, 11, true",
        "SQLITE_CORRUPT_INDEX, 779, true",
        "SQLITE_FULL, 13, false",
        "SQLITE_CANTOPEN, 14, false",
        "SQLITE_NOTADB, 26, true"
    })
    void onlyADatabaseThatIsNoneIsDamage(String name, int code, boolean damage) {
        assertThat(IndexDatabase.isDamage(new SQLException(name, "", code))).isEqualTo(damage);
    }

    @Test
    void pinsThatCannotBeReadAreNotTakenForNone() throws IOException {
        try (SqliteEntryIndex index = SqliteEntryIndex.open(StoredContent.settings(dir))) {
            index.pins().pin("openai/gpt-x", "main", Set.of(StoredContent.SHA256));
        }
        VaultLayout layout = new VaultLayout(dir);
        IndexDatabase database = IndexDatabase.readOnly(layout);
        Path aside = Files.move(layout.index(), dir.resolve("aside"));
        SqliteInventory ledger = new SqliteInventory(
                database, new IndexHealth(), () -> {}, new PendingStatements(() -> {}), Clock.systemUTC());
        assertThatIOException().isThrownBy(() -> SqlitePins.load(ledger, new PendingStatements(() -> {})));
        database.close();
        Files.move(aside, layout.index());
        try (SqliteEntryIndex index = SqliteEntryIndex.open(StoredContent.settings(dir))) {
            assertThat(index.pins().isPinned(StoredContent.SHA256)).isTrue();
        }
        assertThat(layout.quarantine()).isEmptyDirectory();
    }
}
