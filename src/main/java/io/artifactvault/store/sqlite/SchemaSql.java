package io.artifactvault.store.sqlite;

import java.util.List;
import java.util.stream.Stream;

/** The statements that bring the index from one format to the next. {@link Schema} runs them in order. Stateless. */
final class SchemaSql {
    static final String ENTRY = """
            CREATE TABLE entry(
                key TEXT PRIMARY KEY NOT NULL, status INTEGER NOT NULL, fields TEXT NOT NULL, length INTEGER,
                content TEXT, blob TEXT, requested_at INTEGER NOT NULL, checked_at INTEGER NOT NULL, sum INTEGER NOT NULL)
            """;

    static final String POINTER = """
            CREATE TABLE pointer(
                name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, asked_at INTEGER NOT NULL, sum INTEGER NOT NULL)
                WITHOUT ROWID
            """;

    static final String PUBLIC_SCOPE = """
            CREATE TABLE public_scope(scope TEXT PRIMARY KEY NOT NULL, seen_at INTEGER NOT NULL, sum INTEGER NOT NULL)
                WITHOUT ROWID
            """;

    static final List<String> FORMAT_1 =
            List.of(ENTRY, POINTER, """
            CREATE TABLE blob(sha256 TEXT PRIMARY KEY NOT NULL, length INTEGER NOT NULL, sum INTEGER NOT NULL)
                WITHOUT ROWID
            """, """
            CREATE TABLE alias(digest TEXT PRIMARY KEY NOT NULL, sha256 TEXT NOT NULL, sum INTEGER NOT NULL)
                WITHOUT ROWID
            """, "CREATE INDEX alias_sha256 ON alias(sha256)", PUBLIC_SCOPE);

    /** The checksums of a blob's blocks, four bytes each, big-endian. */
    static final List<String> FORMAT_2 = Stream.concat(
                    Stream.of(
                            "CREATE TABLE checksum(sha256 TEXT PRIMARY KEY NOT NULL, crc32c BLOB NOT NULL, sum INTEGER NOT NULL)"),
                    KeeperTables.CREATE.stream())
            .toList();

    /** Adds the last use of rows and the disk space of content; rows of an older format count as used at that hour. */
    static List<String> format4(long hour) {
        Stream<String> uses = Stream.of("entry", "pointer", "public_scope")
                .map(table -> "ALTER TABLE " + table + " ADD COLUMN used INTEGER NOT NULL DEFAULT " + hour);
        return Stream.concat(uses, KeeperTables.COUNT_MORE.stream()).toList();
    }

    private SchemaSql() {}
}
