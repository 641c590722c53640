package io.artifactvault.store.sqlite;

import io.artifactvault.store.disk.Blocks;
import java.util.List;

/**
 * The tables for maintenance of the store: last uses, pins, memos of the keeper, and totals. Triggers keep the totals
 * exact, so startup does not have to compute them. Their rows have no checksum, because a damaged one causes at most a
 * wrong eviction.
 */
public final class KeeperTables {
    /**
     * The statements that add these tables to those of the first format; content that is already stored counts as used
     * now.
     */
    public static final List<String> CREATE = List.of("""
            CREATE TABLE IF NOT EXISTS access(sha256 TEXT PRIMARY KEY NOT NULL, used_at INTEGER NOT NULL, uses INTEGER NOT NULL)
                WITHOUT ROWID
            """, """
            CREATE TABLE IF NOT EXISTS pin(
                repository TEXT NOT NULL, revision TEXT NOT NULL, sha256 TEXT NOT NULL,
                PRIMARY KEY(repository, revision, sha256)) WITHOUT ROWID
            """, """
            CREATE TABLE IF NOT EXISTS memo(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID
            """, """
            CREATE TABLE IF NOT EXISTS total(
                one INTEGER PRIMARY KEY CHECK(one = 1), blobs INTEGER NOT NULL, bytes INTEGER NOT NULL)
            """, """
            INSERT OR IGNORE INTO total(one, blobs, bytes) SELECT 1, count(*), coalesce(sum(length), 0) FROM blob
            """, """
            INSERT OR IGNORE INTO access(sha256, used_at, uses)
                SELECT sha256, CAST(strftime('%s', 'now') AS INTEGER) * 1000000000, 0 FROM blob
            """, """
            CREATE TRIGGER IF NOT EXISTS blob_added AFTER INSERT ON blob BEGIN
                UPDATE total SET blobs = blobs + 1, bytes = bytes + new.length;
            END
            """, """
            CREATE TRIGGER IF NOT EXISTS blob_changed AFTER UPDATE OF length ON blob BEGIN
                UPDATE total SET bytes = bytes + new.length - old.length;
            END
            """, """
            CREATE TRIGGER IF NOT EXISTS blob_removed AFTER DELETE ON blob BEGIN
                UPDATE total SET blobs = blobs - 1, bytes = bytes - old.length;
                DELETE FROM access WHERE sha256 = old.sha256;
            END
            """);

    /** The statements that add disk usage and the number of stored responses to the totals, for format 4. */
    static final List<String> COUNT_MORE = List.of(
            "ALTER TABLE total ADD COLUMN allocated INTEGER NOT NULL DEFAULT 0",
            "UPDATE total SET allocated = (SELECT coalesce(sum(" + Blocks.sql("") + "), 0) FROM blob)",
            "ALTER TABLE total ADD COLUMN entries INTEGER NOT NULL DEFAULT 0",
            "UPDATE total SET entries = (SELECT count(*) FROM entry)",
            "CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN UPDATE total SET entries = entries + 1; END",
            "CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN UPDATE total SET entries = entries - 1; END",
            "DROP TRIGGER blob_added",
            "DROP TRIGGER blob_changed",
            "DROP TRIGGER blob_removed",
            "CREATE TRIGGER blob_added AFTER INSERT ON blob BEGIN"
                    + " UPDATE total SET blobs = blobs + 1, bytes = bytes + new.length, allocated = allocated + "
                    + Blocks.sql("new.") + "; END",
            "CREATE TRIGGER blob_changed AFTER UPDATE OF length ON blob BEGIN"
                    + " UPDATE total SET bytes = bytes + new.length - old.length, allocated = allocated + "
                    + Blocks.sql("new.") + " - " + Blocks.sql("old.") + "; END",
            "CREATE TRIGGER blob_removed AFTER DELETE ON blob BEGIN"
                    + " UPDATE total SET blobs = blobs - 1, bytes = bytes - old.length, allocated = allocated - "
                    + Blocks.sql("old.") + "; DELETE FROM access WHERE sha256 = old.sha256; END");

    /**
     * Records a use.
     *
     * <p>Parameters: sha256, used_at, uses.
     */
    static final String TOUCH = """
            INSERT INTO access(sha256, used_at, uses)
                SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)
                ON CONFLICT(sha256) DO UPDATE SET
                    uses = uses + excluded.uses, used_at = max(used_at, excluded.used_at)
            """;

    static final String PIN = "INSERT OR IGNORE INTO pin(repository, revision, sha256) VALUES (?, ?, ?)";
    static final String UNPIN = "DELETE FROM pin WHERE repository = ? AND revision = ?";
    static final String MEMO =
            "INSERT INTO memo(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value";

    static final String TOTALS = "SELECT blobs, bytes FROM total";
    static final String ALLOCATED = "SELECT allocated FROM total";
    static final String ENTRIES = "SELECT entries FROM total";
    static final String PINS = "SELECT repository, revision, sha256 FROM pin";
    static final String MEMOS = "SELECT name, value FROM memo";
    static final String KEPT = """
            SELECT blob.sha256, blob.length, access.used_at, access.uses
                FROM blob LEFT JOIN access ON access.sha256 = blob.sha256
            """;
    static final String KEPT_AFTER = KEPT + " WHERE blob.sha256 > ? ORDER BY blob.sha256 LIMIT ?";

    private KeeperTables() {}
}
