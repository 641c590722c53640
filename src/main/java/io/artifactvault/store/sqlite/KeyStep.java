package io.artifactvault.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites the rows of format 2 under the keys of format 3, within the caller's transaction; rows without an equivalent
 * key and rows with a wrong checksum are dropped. Confined to the thread that opens the index.
 */
final class KeyStep {
    private static final Logger log = LoggerFactory.getLogger(KeyStep.class);

    private final Connection connection;
    private int kept;
    private int dropped;

    KeyStep(Connection connection) {
        this.connection = connection;
    }

    void run() throws SQLException {
        rewrite(Tables.ENTRY, SchemaSql.ENTRY, FormerKeys::entry, (_, text) -> text);
        rewrite(
                Tables.POINTER,
                SchemaSql.POINTER,
                FormerKeys::pointer,
                (key, text) -> FormerKeys.isVariants(key) ? text + FormerKeys.formerLine(key) : text);
        rewrite(Tables.PUBLIC_SCOPE, SchemaSql.PUBLIC_SCOPE, FormerKeys::scope, (_, text) -> text);
        if (kept + dropped > 0) {
            log.info(
                    "Migrated the index to new keys: {} rows kept, {} dropped. The vault requests lists and pages of"
                            + " repositories again, but no files.",
                    kept,
                    dropped);
        }
    }

    /** @param first the new value of a row's first column, given its former key */
    private void rewrite(
            Table<?> table, String create, Function<String, Optional<String>> key, BinaryOperator<String> first)
            throws SQLException {
        String former = "former_" + table.name();
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("ALTER TABLE " + table.name() + " RENAME TO " + former);
            statement.executeUpdate(create);
        }
        try (Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT * FROM " + former);
                PreparedStatement upsert = connection.prepareStatement(insertSql(table))) {
            while (rows.next()) {
                copy(table, rows, upsert, key, first);
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DROP TABLE " + former);
        }
    }

    /** The statement that inserts a row of this format, with key, columns and sum; later formats have more columns. */
    private static String insertSql(Table<?> table) {
        return "INSERT OR REPLACE INTO " + table.name() + " VALUES ("
                + String.join(", ", Collections.nCopies(table.width() + 2, "?")) + ")";
    }

    private void copy(
            Table<?> table,
            ResultSet rows,
            PreparedStatement upsert,
            Function<String, Optional<String>> rename,
            BinaryOperator<String> first)
            throws SQLException {
        String former = rows.getString(1);
        @Nullable String[] columns = new @Nullable String[table.width()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = rows.getString(i + 2);
        }
        boolean whole = Row.of(columns).sum(former) == rows.getLong(columns.length + 2);
        Optional<String> key = whole ? rename.apply(former) : Optional.empty();
        if (key.isEmpty()) {
            dropped++;
            return;
        }
        String text = columns[0];
        columns[0] = text == null ? null : first.apply(former, text);
        upsert.setString(1, key.get());
        for (int i = 0; i < columns.length; i++) {
            upsert.setString(i + 2, columns[i]);
        }
        upsert.setLong(columns.length + 2, Row.of(columns).sum(key.get()));
        upsert.executeUpdate();
        kept++;
    }
}
