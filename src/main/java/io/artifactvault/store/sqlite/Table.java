package io.artifactvault.store.sqlite;

import io.artifactvault.store.index.DamagedRowException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One table of the index: its columns, how a value becomes a row and back, and the memory that a value takes.
 * Stateless, thread-safe. The last column of every table, {@code sum}, is the row's checksum.
 */
public abstract class Table<V> {
    private final String name;
    private final String key;
    private final List<String> columns;

    Table(String name, String key, String... columns) {
        this.name = name;
        this.key = key;
        this.columns = List.of(columns);
    }

    final String name() {
        return name;
    }

    final int width() {
        return columns.size();
    }

    abstract Row row(V value);

    /** @throws DamagedRowException when the row is invalid */
    abstract V value(String key, Row row);

    /** The approximate number of heap bytes that a value takes. */
    abstract int weight(V value);

    /** Whether its columns contain bytes rather than text; a row then has one byte in each character. */
    boolean isBinary() {
        return false;
    }

    /** Whether the offered value replaces the stored one. */
    public boolean replaces(V offered, V kept) {
        return true;
    }

    /**
     * The condition of {@link #replaces} in SQL, where the offered row is {@code excluded}; empty if it always holds.
     */
    String replacesSql() {
        return "";
    }

    final String selectSql() {
        return "SELECT " + String.join(", ", columns) + ", sum FROM " + name + " WHERE " + key + " = ?";
    }

    /**
     * The statement that selects the keys with a prefix: those between the prefix and the prefix followed by the
     * highest character.
     */
    final String keysSql() {
        return "SELECT " + key + " FROM " + name + " WHERE " + key + " >= ?1 AND " + key + " < ?1 || char(1114111)";
    }

    /** Whether its rows are evicted by their last use, which the column {@code used} holds; see {@link RowUses}. */
    boolean isAged() {
        return false;
    }

    /** An SQL expression for the approximate size of a row in bytes, for aged tables. */
    String sizeSql() {
        return "length(" + key + ") + 100";
    }

    /** The column of an aged table that names stored content, or {@code NULL}. */
    String blobSql() {
        return "NULL";
    }

    /** The statement that records the use of a row. Parameters: the hour, the key, the hour again. */
    final String useSql() {
        return "UPDATE " + name + " SET used = ? WHERE " + key + " = ? AND used < ?";
    }

    /** The statement that sums up the bytes of rows by the hour of their last use. */
    final String sizesSql() {
        return "SELECT used, sum(" + sizeSql() + ") FROM " + name + " GROUP BY used";
    }

    /**
     * The statement that selects rows which were last used in or before some hour, in the order of their keys.
     * Parameters: the previous key, the hour, the maximum number.
     */
    final String oldestSql() {
        return "SELECT " + key + ", used, " + sizeSql() + ", " + blobSql() + " FROM " + name + " WHERE " + key
                + " > ? AND used <= ? ORDER BY " + key + " LIMIT ?";
    }

    /**
     * The statement that inserts or replaces a row. Parameters: key, columns, sum, and for aged tables the initial hour
     * of a new row.
     */
    final String upsertSql() {
        int width = columns.size() + (isAged() ? 3 : 2);
        String marks = String.join(", ", Collections.nCopies(width, "?"));
        String updates =
                columns.stream().map(column -> column + " = excluded." + column).collect(Collectors.joining(", "));
        return "INSERT INTO " + name + "(" + key + ", " + String.join(", ", columns) + ", sum"
                + (isAged() ? ", used" : "") + ") VALUES (" + marks + ") ON CONFLICT(" + key + ") DO UPDATE SET "
                + updates + ", sum = excluded.sum" + replacesSql();
    }

    /** The statements that delete a row, with the key as their only parameter. */
    List<String> deleteSql() {
        return List.of("DELETE FROM " + name + " WHERE " + key + " = ?");
    }

    /** The value of a row, after its checksum was verified. */
    final V decode(String key, Row row, long sum) {
        if (row.sum(key) != sum) {
            throw new DamagedRowException("the checksum differs");
        }
        try {
            return value(key, row);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DamagedRowException("its values are invalid: " + e.getMessage());
        }
    }

    @Override
    public final String toString() {
        return name;
    }
}
