package io.artifactvault.store.sqlite;

import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.Quarantine;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The SQLite file behind the index: one connection that writes, a few that read. {@link #read} is called on worker
 * threads, the other methods on the index-writer thread and by the code that opens and closes the index.
 *
 * <p>A file that is not a valid database is moved to quarantine and replaced by a new one, at startup and whenever
 * SQLite later finds the file damaged. Stored blobs stay.
 *
 * <p>Durability is {@code WAL} with {@code synchronous=FULL}: every commit is forced to the disk. With NORMAL, a power
 * cut loses every commit since the last checkpoint, which can be minutes of downloads. FULL costs one fsync per group
 * of writes, at most twenty per second, on a thread that no request waits for.
 */
public final class IndexDatabase {
    private static final Logger log = LoggerFactory.getLogger(IndexDatabase.class);
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 5_000;

    /**
     * The smallest size in bytes at which the write-ahead log is checkpointed, and to which it is truncated. It is
     * small because the log counts towards the store's limit.
     */
    private static final long SMALLEST_WAL = 128L << 10;

    private static final long LARGEST_WAL = 4L << 20;
    private static final int WAL_PART = 64;
    private static final int PAGE = 4096;

    /** An index of an older format is rewritten at startup up to this size in bytes, so that it can shrink. */
    private static final long QUICKLY_REWRITTEN = 64L << 20;

    /** The number of free pages that one step releases, so that the writer is never blocked for long. */
    private static final int SHRINK_STEP = 5_000;

    private static final int BUSY_WHILE_SHRINKING_MILLIS = 250;

    // SQLite's primary result codes which mean that this file is not, or no longer, a valid index.
    private static final int SQLITE_ERROR = 1; // while the tables are checked, it means that one is missing
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_NOTADB = 26;

    private final VaultLayout layout;
    private final Quarantine quarantine;
    private final long walBytes;
    private final List<IndexReader> readers =
            IntStream.range(0, READERS).mapToObj(_ -> new IndexReader()).toList();
    private @Nullable IndexTransaction transaction;
    private volatile Optional<Object> identity = Optional.empty();

    private IndexDatabase(VaultLayout layout, Quarantine quarantine, long maxSize) {
        this.layout = layout;
        this.quarantine = quarantine;
        this.walBytes = Math.clamp(maxSize / WAL_PART, SMALLEST_WAL, LARGEST_WAL);
    }

    /**
     * Opens the database of the folder, creates it when it is missing, and replaces it when it is invalid.
     *
     * @param maxSize the maximum size of the whole store, which determines the size of the write-ahead log
     * @throws VaultRefusedException when a newer version wrote it; then nothing was changed
     */
    static IndexDatabase open(VaultLayout layout, Quarantine quarantine, long maxSize) throws IOException {
        SqliteLibrary.load(layout.nativeLibraries());
        IndexDatabase database = new IndexDatabase(layout, quarantine, maxSize);
        try {
            if (Schema.look(layout.index()) == Schema.State.JUNK) {
                database.moveAside();
            }
            database.connectOrStartAfresh();
            return database;
        } catch (SQLException e) {
            database.close();
            throw couldNotOpen(layout, e);
        }
    }

    /** Opens the database read-only, because another process may be using the folder. */
    public static IndexDatabase readOnly(VaultLayout layout) throws IOException {
        SqliteLibrary.load(layout.nativeLibraries());
        IndexDatabase database =
                new IndexDatabase(layout, new Quarantine(layout, new LocalDisk(), Clock.systemUTC()), Long.MAX_VALUE);
        try {
            database.connectReaders();
            return database;
        } catch (SQLException e) {
            database.close();
            throw couldNotOpen(layout, e);
        }
    }

    private static IOException couldNotOpen(VaultLayout layout, SQLException e) {
        return new IOException("Could not open the index " + layout.index() + ": " + e.getMessage()
                + ". Check the disk and the owner of the folder.");
    }

    private void connectOrStartAfresh() throws IOException, SQLException {
        try {
            connect();
        } catch (SQLException e) {
            if (!isDamage(e)) {
                throw e;
            }
            close();
            moveAside();
            connect();
        }
    }

    private void connect() throws IOException, SQLException {
        Path file = layout.index();
        if (!Files.exists(file)) {
            // SQLite creates the files beside the database with the mode of this file.
            Files.createFile(file, VaultLayout.fileMode(file));
        }
        identity = VaultLayout.identity(file);
        Connection writing = config().createConnection(url());
        try {
            prepare(writing);
            transaction = new IndexTransaction(writing);
        } catch (IOException | SQLException | RuntimeException e) {
            writing.close();
            throw e;
        }
        connectReaders();
    }

    private void connectReaders() throws SQLException {
        for (IndexReader reader : readers) {
            Connection reading = readOnly().createConnection(url());
            reader.use(reading);
            // SQLite opens the files beside the index at the first read, so one is made now, while descriptors are
            // available.
            number(reading, "SELECT count(*) FROM sqlite_schema");
        }
    }

    private void prepare(Connection writing) throws IOException, SQLException {
        try (Statement statement = writing.createStatement()) {
            // This setting applies only to a file without tables.
            statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
            // The schema is created before WAL is enabled, so that the format is in the file's own header immediately.
            bringTables(writing);
            if (number(writing, "PRAGMA auto_vacuum") == 0 && Files.size(layout.index()) <= QUICKLY_REWRITTEN) {
                rewrite(statement);
            }
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = " + walBytes / PAGE);
        }
    }

    private void bringTables(Connection writing) throws IOException, SQLException {
        try {
            Schema.bring(writing, layout.index());
            for (Table<?> table : Tables.ALL) {
                writing.prepareStatement(table.selectSql()).close();
            }
        } catch (SQLException e) {
            throw code(e) == SQLITE_ERROR ? new SQLException(e.getMessage(), e.getSQLState(), SQLITE_CORRUPT) : e;
        }
    }

    /** Rewrites the file so that its free pages can be released; temporarily needs the same space again. */
    private void rewrite(Statement statement) {
        try {
            statement.execute("PRAGMA temp_store = FILE");
            statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
            statement.execute("VACUUM");
        } catch (SQLException e) {
            log.warn("Could not rewrite the index {} to make it shrink: {}", layout.index(), e.toString());
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /**
     * Returns free pages to the file system if there are enough, and empties the write-ahead log. For the index-writer
     * thread, outside of a transaction.
     */
    void shrink() throws SQLException {
        Connection writing = transaction().connection();
        long free = number(writing, "PRAGMA freelist_count");
        if (free * 8 <= number(writing, "PRAGMA page_count")) {
            return;
        }
        try (Statement statement = writing.createStatement()) {
            if (number(writing, "PRAGMA auto_vacuum") == 0) {
                rewrite(statement);
            } else {
                giveBack(statement, free);
            }
            statement.execute("PRAGMA busy_timeout = " + BUSY_WHILE_SHRINKING_MILLIS);
            try {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            } finally {
                statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
            }
        }
    }

    /**
     * Releases free pages. Uses {@code executeUpdate} because it runs the statement to its end, and each of its steps
     * releases one page.
     */
    private static void giveBack(Statement statement, long pages) throws SQLException {
        for (long left = pages; left > 0; left -= SHRINK_STEP) {
            statement.executeUpdate("PRAGMA incremental_vacuum(" + Math.min(left, SHRINK_STEP) + ")");
        }
    }

    /** The size of the index in bytes without the files beside it, which stay small. */
    long fileBytes() {
        return layout.index().toFile().length();
    }

    /** The size of the index in bytes with the files beside it. */
    long bytes() {
        long bytes = 0;
        for (Path file : layout.indexFiles()) {
            bytes += Blocks.of(file.toFile().length());
        }
        return bytes;
    }

    private SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setJournalSizeLimit((int) walBytes);
        return config;
    }

    private static SQLiteConfig readOnly() {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        return config;
    }

    private String url() {
        return "jdbc:sqlite:" + layout.index();
    }

    /** The value in that table; see {@link IndexReader#read}. */
    public <V> Optional<V> read(Table<V> table, String key) throws SQLException {
        int turn = Math.floorMod(Thread.currentThread().threadId(), READERS);
        return readers.get(turn).read(table, key);
    }

    /** The keys in that table with that prefix; see {@link IndexReader#keys}. */
    List<String> keys(Table<?> table, String prefix) throws SQLException {
        int turn = Math.floorMod(Thread.currentThread().threadId(), READERS);
        return readers.get(turn).keys(table, prefix);
    }

    /** A connection for one long query; the caller closes it. */
    Connection openReadOnly() throws SQLException {
        return readOnly().createConnection(url());
    }

    /** The transaction, for the index-writer thread only. */
    IndexTransaction transaction() throws SQLException {
        if (transaction == null) {
            throw new SQLException("the index is closed");
        }
        return transaction;
    }

    /** Whether the failure means that the file is damaged, as opposed to a failure of the disk. */
    public static boolean isDamage(SQLException e) {
        return code(e) == SQLITE_CORRUPT || code(e) == SQLITE_NOTADB;
    }

    private static int code(SQLException e) {
        return e.getErrorCode() & 0xff;
    }

    /** Replaces a damaged database with a new one. Called on the index-writer thread. */
    void startAfresh() throws IOException, SQLException {
        close();
        moveAside();
        connect();
    }

    /** Whether the open file is no longer the one at its path. */
    boolean isGone() throws IOException {
        try {
            return !VaultLayout.identity(layout.index()).equals(identity);
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /**
     * Replaces the open file, which was removed, with the one at its path or a new one. Called on the index-writer
     * thread.
     */
    void openAgain() throws IOException, SQLException {
        close();
        connectOrStartAfresh();
    }

    private void moveAside() throws IOException {
        for (Path file : layout.indexFiles()) {
            if (Files.exists(file)) {
                Path place = quarantine.take(file);
                log.warn(
                        "The index {} is damaged; moved it to {} and created a new one. Stored content stays, and the"
                                + " vault finds it by its digest; it requests names from upstream again.",
                        file,
                        place);
            }
        }
    }

    /**
     * Closes the readers first: the connection that is closed last, the writing one, moves the WAL into the database.
     */
    public void close() {
        for (IndexReader reader : readers) {
            closeQuietly(reader::close);
        }
        IndexTransaction closing = transaction;
        transaction = null;
        if (closing != null) {
            closeQuietly(closing::close);
        }
    }

    private interface Closing {
        void close() throws SQLException;
    }

    private static void closeQuietly(Closing closing) {
        try {
            closing.close();
        } catch (SQLException e) {
            log.debug("Could not close a connection to the index: {}", e.toString());
        }
    }
}
