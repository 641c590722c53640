package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.KeptBlob;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Reads the inventory from the index's file, over a separate connection for each query, so that a scan of a million
 * rows delays no other reader. Thread-safe.
 */
public final class SqliteInventory implements Inventory {
    private final IndexDatabase database;
    private final IndexHealth health;
    private final Runnable flush;
    private final PendingStatements errands;
    private final Clock clock;
    private final Map<String, String> memos = new ConcurrentHashMap<>();

    public SqliteInventory(
            IndexDatabase database, IndexHealth health, Runnable flush, PendingStatements errands, Clock clock) {
        this.database = database;
        this.health = health;
        this.flush = flush;
        this.errands = errands;
        this.clock = clock;
    }

    /** Receives rows in the order in which they are read. */
    interface RowVisitor {
        void row(ResultSet row) throws SQLException;
    }

    /** Runs a query against everything written so far. */
    void query(String sql, RowVisitor visitor, Object... parameters) throws IOException {
        flush.run();
        queryFile(sql, visitor, parameters);
    }

    /** Runs a query against the current content of the file, without pending writes. */
    void queryFile(String sql, RowVisitor visitor, Object... parameters) throws IOException {
        try (Connection connection = database.openReadOnly();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    visitor.row(rows);
                }
            }
        } catch (SQLException e) {
            health.readFailed(e);
            throw new IOException("Could not read the index: " + e.getMessage() + ". Check the disk.", e);
        }
    }

    @Override
    public Totals totals() throws IOException {
        List<Totals> found = new ArrayList<>();
        query(KeeperTables.TOTALS, row -> found.add(new Totals(row.getLong(1), row.getLong(2))));
        return found.isEmpty() ? new Totals(0, 0) : found.getFirst();
    }

    @Override
    public long allocated() throws IOException {
        AtomicLong found = new AtomicLong();
        query(KeeperTables.ALLOCATED, row -> found.set(row.getLong(1)));
        return found.get();
    }

    @Override
    public long entries() throws IOException {
        AtomicLong found = new AtomicLong();
        queryFile(KeeperTables.ENTRIES, row -> found.set(row.getLong(1)));
        return found.get();
    }

    @Override
    public void forEach(Consumer<KeptBlob> visitor) throws IOException {
        Instant now = clock.instant();
        query(KeeperTables.KEPT, row -> kept(row, now).ifPresent(visitor));
    }

    @Override
    public List<KeptBlob> after(Optional<Digest> last, int most) throws IOException {
        Instant now = clock.instant();
        List<KeptBlob> found = new ArrayList<>();
        query(
                KeeperTables.KEPT_AFTER,
                row -> kept(row, now).ifPresent(found::add),
                last.map(Digest::toString).orElse(""),
                most);
        return List.copyOf(found);
    }

    /**
     * The blob of a row; empty if its digest is damaged, in which case the next load drops the row. A blob without a
     * recorded use counts as used now.
     */
    private static Optional<KeptBlob> kept(ResultSet row, Instant now) throws SQLException {
        Optional<Digest> sha256 = Digest.parse(row.getString(1));
        long length = row.getLong(2);
        long nanos = row.getLong(3);
        Instant usedAt = row.wasNull() ? now : Row.instant(nanos);
        long uses = row.getLong(4);
        return sha256.map(digest -> new KeptBlob(digest, length, usedAt, uses));
    }

    @Override
    public Optional<String> memo(String name) throws IOException {
        if (!memos.containsKey(name)) {
            query(KeeperTables.MEMOS, row -> memos.putIfAbsent(row.getString(1), row.getString(2)));
        }
        return Optional.ofNullable(memos.get(name));
    }

    @Override
    public void memo(String name, String value) {
        memos.put(name, value);
        errands.add(KeeperTables.MEMO, name, value);
    }
}
