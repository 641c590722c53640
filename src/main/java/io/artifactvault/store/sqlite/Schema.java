package io.artifactvault.store.sqlite;

import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.VaultRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables' schema and its version. The number is SQLite's {@code user_version}, because it is in the first hundred
 * bytes of the file: a folder of a newer format is recognised without opening the database, and thus without changing
 * anything. A new format adds its steps to {@link #bring}, so that every older format can be migrated.
 */
public final class Schema {
    static final int FORMAT = 4;

    private static final String HOUR = "SELECT CAST(strftime('%s', 'now') AS INTEGER) / 3600";

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 100;
    private static final int USER_VERSION = 60;

    /** The result of the first inspection of the file. */
    public enum State {
        NEW,
        READABLE,
        JUNK
    }

    private Schema() {}

    /**
     * Reads only the file's header.
     *
     * @throws VaultRefusedException when a newer version wrote it
     */
    public static State look(Path file) throws IOException {
        Disk.Kind kind = new LocalDisk().kind(file);
        if (kind != Disk.Kind.FILE) {
            return kind == Disk.Kind.NOTHING ? State.NEW : State.JUNK;
        }
        ByteBuffer head = head(file);
        if (head.limit() == 0) {
            return State.NEW;
        }
        if (head.limit() < HEADER || !head.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            return State.JUNK;
        }
        refuseNewer(file, head.getInt(USER_VERSION));
        return State.READABLE;
    }

    private static ByteBuffer head(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int count = 0;
            while (head.hasRemaining() && count >= 0) {
                count = channel.read(head);
            }
        }
        return head.flip();
    }

    private static void refuseNewer(Path file, int format) throws VaultRefusedException {
        if (format > FORMAT) {
            throw new VaultRefusedException("The index " + file + " has format " + format
                    + ", which a newer version of Artifact Vault wrote; this version reads formats up to " + FORMAT
                    + ". Start the newer version, or set another cache.dir. Nothing was changed.");
        }
    }

    /** Migrates an open database to the current format, in one transaction. */
    static void bring(Connection connection, Path file) throws SQLException, VaultRefusedException {
        int format = format(connection);
        refuseNewer(file, format);
        if (format < 1) {
            step(connection, SchemaSql.FORMAT_1, 1);
        }
        if (format < 2) {
            step(connection, SchemaSql.FORMAT_2, 2);
        }
        if (format < 3) {
            step(connection, new KeyStep(connection)::run, 3);
        }
        if (format < 4) {
            step(connection, SchemaSql.format4(number(connection, HOUR)), 4);
        }
    }

    private static int format(Connection connection) throws SQLException {
        return (int) number(connection, "PRAGMA user_version");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /** The changes that one step of the migration makes, within its transaction. */
    @FunctionalInterface
    private interface Change {
        void run() throws SQLException;
    }

    private static void step(Connection connection, List<String> statements, int format) throws SQLException {
        step(
                connection,
                () -> {
                    try (Statement statement = connection.createStatement()) {
                        for (String sql : statements) {
                            statement.executeUpdate(sql);
                        }
                    }
                },
                format);
    }

    /**
     * Runs one step. If it fails, the transaction stays open and the caller closes the connection, so that none of the
     * step's changes remain.
     */
    private static void step(Connection connection, Change change, int format) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            change.run();
            statement.executeUpdate("PRAGMA user_version = " + format);
            statement.execute("COMMIT");
        }
    }
}
