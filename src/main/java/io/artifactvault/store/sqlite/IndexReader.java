package io.artifactvault.store.sqlite;

import io.artifactvault.store.index.DamagedRowException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One read-only connection with its statements. Called by worker threads through {@link IndexDatabase}, which has a few
 * of them; guarded by itself.
 */
final class IndexReader {
    private final Map<Table<?>, PreparedStatement> statements = new HashMap<>();
    private @Nullable Connection connection;

    synchronized void use(Connection opened) {
        connection = opened;
    }

    /**
     * The value in that table.
     *
     * @throws DamagedRowException when the row does not match its checksum
     * @throws SQLException when the disk or the database fails, or after {@link #close}
     */
    synchronized <V> Optional<V> read(Table<V> table, String key) throws SQLException {
        PreparedStatement select = statement(table);
        select.setString(1, key);
        try (ResultSet result = select.executeQuery()) {
            return result.next() ? Optional.of(value(table, key, result)) : Optional.empty();
        }
    }

    /** The keys in that table with that prefix, as far as they are on disk. */
    synchronized List<String> keys(Table<?> table, String prefix) throws SQLException {
        if (connection == null) {
            throw new SQLException("the index is closed");
        }
        List<String> keys = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(table.keysSql())) {
            select.setString(1, prefix);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    keys.add(result.getString(1));
                }
            }
        }
        return keys;
    }

    private PreparedStatement statement(Table<?> table) throws SQLException {
        PreparedStatement known = statements.get(table);
        if (known != null) {
            return known;
        }
        if (connection == null) {
            throw new SQLException("the index is closed");
        }
        PreparedStatement made = connection.prepareStatement(table.selectSql());
        statements.put(table, made);
        return made;
    }

    private static <V> V value(Table<V> table, String key, ResultSet result) throws SQLException {
        @Nullable String[] columns = new @Nullable String[table.width()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = table.isBinary() ? bytes(result.getBytes(i + 1)) : result.getString(i + 1);
        }
        return table.decode(key, Row.of(columns), result.getLong(columns.length + 1));
    }

    private static @Nullable String bytes(byte @Nullable [] column) {
        return column == null ? null : new String(column, StandardCharsets.ISO_8859_1);
    }

    synchronized void close() throws SQLException {
        statements.clear();
        Connection closing = connection;
        connection = null;
        if (closing != null) {
            closing.close();
        }
    }
}
