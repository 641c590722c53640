package io.artifactvault.store;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One table of the index: its columns, how a value becomes a row and back, and what a value weighs in memory. Stateless,
 * thread-safe. The last column of every table, {@code sum}, is the row's checksum.
 */
abstract class Table<V> {
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

    /** @throws DamagedRowException when the row makes no sense */
    abstract V value(String key, Row row);

    /** About how many bytes of heap a value takes. */
    abstract int weight(V value);

    /** Whether its columns are bytes rather than text; a row then holds one in each character. */
    boolean isBinary() {
        return false;
    }

    /** Whether the offered value takes the place of the one kept. */
    boolean replaces(V offered, V kept) {
        return true;
    }

    /** The same question for SQLite, which calls the offered row {@code excluded}; empty for always. */
    String replacesSql() {
        return "";
    }

    final String selectSql() {
        return "SELECT " + String.join(", ", columns) + ", sum FROM " + name + " WHERE " + key + " = ?";
    }

    /** The keys that begin with the parameter: up to the last of all characters. */
    final String keysSql() {
        return "SELECT " + key + " FROM " + name + " WHERE " + key + " >= ?1 AND " + key + " < ?1 || char(1114111)";
    }

    /** Parameters: key, columns, sum. */
    final String upsertSql() {
        String marks = String.join(", ", Collections.nCopies(columns.size() + 2, "?"));
        String updates =
                columns.stream().map(column -> column + " = excluded." + column).collect(Collectors.joining(", "));
        return "INSERT INTO " + name + "(" + key + ", " + String.join(", ", columns) + ", sum) VALUES (" + marks
                + ") ON CONFLICT(" + key + ") DO UPDATE SET " + updates + ", sum = excluded.sum" + replacesSql();
    }

    /** Statements with the key as their only parameter. */
    List<String> deleteSql() {
        return List.of("DELETE FROM " + name + " WHERE " + key + " = ?");
    }

    /** The checked value of a row. */
    final V decode(String key, Row row, long sum) {
        if (row.sum(key) != sum) {
            throw new DamagedRowException("the checksum differs");
        }
        try {
            return value(key, row);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DamagedRowException("its values make no sense: " + e.getMessage());
        }
    }

    @Override
    public final String toString() {
        return name;
    }
}
