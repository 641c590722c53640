package io.artifactvault.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
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
 * The SQLite file behind the index: one connection that writes, a few that read. {@link #read} is for worker threads, the
 * rest for the index-writer thread and for whoever opens and closes the index.
 *
 * <p>A database that is no database is moved to quarantine, and a fresh one takes its place: at the start, and whenever
 * SQLite finds the file damaged later. What was stored as blobs stays.
 *
 * <p>Durability is {@code WAL} with {@code synchronous=FULL}: every commit is forced to the disk. With NORMAL a power cut
 * forgets every commit since the last checkpoint, thus minutes of downloads; FULL costs one fsync per group of writes, at
 * most twenty a second, on a thread that nobody waits for.
 */
final class IndexDatabase {
    private static final Logger log = LoggerFactory.getLogger(IndexDatabase.class);
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 5_000;
    private static final int WAL_KEPT_BYTES = 32 << 20;

    // SQLite's primary result codes that mean: this file is not, or no longer, our database.
    private static final int SQLITE_ERROR = 1; // only while opening, where it is a table that is missing
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_NOTADB = 26;

    private final VaultLayout layout;
    private final Quarantine quarantine;
    private final List<IndexReader> readers =
            IntStream.range(0, READERS).mapToObj(_ -> new IndexReader()).toList();
    private @Nullable IndexTransaction transaction;

    private IndexDatabase(VaultLayout layout, Quarantine quarantine) {
        this.layout = layout;
        this.quarantine = quarantine;
    }

    /**
     * Opens the database of the folder, makes it when it is missing, replaces it when it is junk.
     *
     * @throws VaultRefusedException when a newer version wrote it; then nothing was changed
     */
    static IndexDatabase open(VaultLayout layout, Quarantine quarantine) throws IOException {
        SqliteLibrary.load(layout.nativeLibraries());
        IndexDatabase database = new IndexDatabase(layout, quarantine);
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

    /** Opens the database of a folder that another process may be using: nothing can be written. */
    static IndexDatabase readOnly(VaultLayout layout) throws IOException {
        SqliteLibrary.load(layout.nativeLibraries());
        IndexDatabase database = new IndexDatabase(layout, new Quarantine(layout, new LocalDisk(), Clock.systemUTC()));
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
                + ". Look at the disk and at who owns the folder.");
    }

    private void connectOrStartAfresh() throws IOException, SQLException {
        try {
            connect();
        } catch (SQLException e) {
            if (!isDamage(e) && code(e) != SQLITE_ERROR) {
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
            // SQLite gives the files beside it the mode of this one.
            Files.createFile(file, VaultLayout.fileMode(file));
        }
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
            reader.use(readOnly().createConnection(url()));
        }
    }

    private void prepare(Connection writing) throws IOException, SQLException {
        // The schema is made before WAL is turned on, so that the format stands in the file's own head at once.
        Schema.bring(writing, layout.index());
        for (Table<?> table : Tables.ALL) {
            writing.prepareStatement(table.selectSql()).close();
        }
        try (Statement statement = writing.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setJournalSizeLimit(WAL_KEPT_BYTES);
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
    <V> Optional<V> read(Table<V> table, String key) throws SQLException {
        int turn = Math.floorMod(Thread.currentThread().threadId(), READERS);
        return readers.get(turn).read(table, key);
    }

    /** The keys in that table that begin so; see {@link IndexReader#keys}. */
    List<String> keys(Table<?> table, String prefix) throws SQLException {
        int turn = Math.floorMod(Thread.currentThread().threadId(), READERS);
        return readers.get(turn).keys(table, prefix);
    }

    /** A connection for one long question; the caller closes it. */
    Connection openReadOnly() throws SQLException {
        return readOnly().createConnection(url());
    }

    /** For the index-writer thread. */
    IndexTransaction transaction() throws SQLException {
        if (transaction == null) {
            throw new SQLException("the index is closed");
        }
        return transaction;
    }

    /** Whether the failure means that the file is damaged, rather than that the disk refuses. */
    static boolean isDamage(SQLException e) {
        return code(e) == SQLITE_CORRUPT || code(e) == SQLITE_NOTADB;
    }

    private static int code(SQLException e) {
        return e.getErrorCode() & 0xff;
    }

    /** Puts a fresh database in the place of a damaged one. For the index-writer thread. */
    void startAfresh() throws IOException, SQLException {
        close();
        moveAside();
        connect();
    }

    private void moveAside() throws IOException {
        for (Path file : layout.indexFiles()) {
            if (Files.exists(file)) {
                Path place = quarantine.take(file);
                log.warn(
                        "The index {} is damaged; it was moved to {} and a fresh one begun. Stored content stays and is"
                                + " found again; names have to be asked for again.",
                        file,
                        place);
            }
        }
    }

    /** Readers first: the last connection to close, the writing one, folds the WAL into the database. */
    void close() {
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
