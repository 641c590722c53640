package io.artifactvault.store.sqlite;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The writing connection with its statements. Confined to the index-writer thread. */
final class IndexTransaction {
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Connection connection;

    IndexTransaction(Connection connection) {
        this.connection = connection;
    }

    /**
     * Writes a row.
     *
     * @param born the initial value of a new row's column {@code used}, if the table has one
     * @return false when this row must not replace the stored one
     */
    <V> boolean put(Table<V> table, String key, V value, long born) throws SQLException {
        Row row = table.row(value);
        PreparedStatement upsert = statement(table.upsertSql());
        upsert.setString(1, key);
        for (int i = 0; i < row.size(); i++) {
            @Nullable String column = row.column(i);
            if (table.isBinary() && column != null) {
                upsert.setBytes(i + 2, column.getBytes(StandardCharsets.ISO_8859_1));
            } else {
                upsert.setString(i + 2, column);
            }
        }
        upsert.setLong(row.size() + 2, row.sum(key));
        if (table.isAged()) {
            upsert.setLong(row.size() + 3, born);
        }
        return upsert.executeUpdate() > 0;
    }

    void delete(Table<?> table, String key) throws SQLException {
        for (String sql : table.deleteSql()) {
            PreparedStatement delete = statement(sql);
            delete.setString(1, key);
            delete.executeUpdate();
        }
    }

    /** Runs a single statement. */
    void update(String sql, Object... parameters) throws SQLException {
        PreparedStatement update = statement(sql);
        for (int i = 0; i < parameters.length; i++) {
            update.setObject(i + 1, parameters[i]);
        }
        update.executeUpdate();
    }

    private PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known != null) {
            return known;
        }
        PreparedStatement made = connection.prepareStatement(sql);
        statements.put(sql, made);
        return made;
    }

    Connection connection() {
        return connection;
    }

    void begin() throws SQLException {
        execute("BEGIN IMMEDIATE");
    }

    void commit() throws SQLException {
        execute("COMMIT");
    }

    /** Rolls back after a failure; SQLite may already have done so by itself. */
    void rollback() {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite had already rolled back.
        }
    }

    /**
     * Runs BEGIN, COMMIT or ROLLBACK explicitly, because the driver would begin the next transaction as soon as one
     * ends and thus always hold the lock.
     */
    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void close() throws SQLException {
        connection.close();
    }
}
