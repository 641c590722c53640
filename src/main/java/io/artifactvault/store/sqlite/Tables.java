package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.time.Instant;
import java.util.List;

/** The tables of the index. */
public final class Tables {
    private static final int OBJECT = 64;

    /** Key → stored response. */
    static final Table<Entry> ENTRY = new EntryTable();

    /** Name → its target, from the response to the latest request. */
    public static final Table<PointerValue> POINTER = new Table<>("pointer", "name", "value", "asked_at") {
        @Override
        Row row(PointerValue pointer) {
            return Row.of(pointer.value(), Row.text(pointer.askedAt()));
        }

        @Override
        PointerValue value(String key, Row row) {
            return new PointerValue(row.text(0), row.instant(1));
        }

        @Override
        int weight(PointerValue pointer) {
            return pointer.value().length() + 2 * OBJECT;
        }

        @Override
        boolean isAged() {
            return true;
        }

        @Override
        String sizeSql() {
            return "length(name) + length(value) + 50";
        }

        @Override
        public boolean replaces(PointerValue offered, PointerValue kept) {
            return !offered.askedAt().isBefore(kept.askedAt());
        }

        @Override
        String replacesSql() {
            return " WHERE excluded.asked_at >= pointer.asked_at";
        }
    };

    /** The statement that selects names of pointers. Parameters: the first name, inclusive, and the end, exclusive. */
    static final String POINTERS = "SELECT name FROM pointer WHERE name >= ? AND name < ?";

    /** The sha256 of a stored blob → its length. */
    public static final Table<Long> BLOB = new Table<>("blob", "sha256", "length") {
        @Override
        Row row(Long length) {
            return Row.of(length.toString());
        }

        @Override
        Long value(String key, Row row) {
            return row.number(0);
        }

        @Override
        int weight(Long length) {
            return OBJECT;
        }

        @Override
        List<String> deleteSql() {
            return List.of(
                    "DELETE FROM blob WHERE sha256 = ?",
                    "DELETE FROM alias WHERE sha256 = ?",
                    "DELETE FROM checksum WHERE sha256 = ?");
        }
    };

    /** Another digest of some content → its sha256, whether a blob of that content is stored or not. */
    static final Table<Digest> ALIAS = new Table<>("alias", "digest", "sha256") {
        @Override
        Row row(Digest sha256) {
            return Row.of(sha256.toString());
        }

        @Override
        Digest value(String key, Row row) {
            return row.digest(0);
        }

        @Override
        int weight(Digest sha256) {
            return 2 * OBJECT + sha256.hex().length();
        }
    };

    /** Scope → when it was last seen public. */
    static final Table<Instant> PUBLIC_SCOPE = new Table<>("public_scope", "scope", "seen_at") {
        @Override
        Row row(Instant seenAt) {
            return Row.of(Row.text(seenAt));
        }

        @Override
        Instant value(String key, Row row) {
            return row.instant(0);
        }

        @Override
        int weight(Instant seenAt) {
            return OBJECT;
        }

        @Override
        boolean isAged() {
            return true;
        }

        @Override
        public boolean replaces(Instant offered, Instant kept) {
            return !offered.isBefore(kept);
        }

        @Override
        String replacesSql() {
            return " WHERE excluded.seen_at >= public_scope.seen_at";
        }
    };

    /**
     * The statement that deletes the scopes and states that were found open longest ago. Parameter: how many to keep.
     */
    static final String TRIM_PUBLIC_SCOPES =
            "DELETE FROM public_scope WHERE scope IN (SELECT scope FROM public_scope ORDER BY seen_at DESC LIMIT -1 OFFSET ?)";

    /** The sha256 of some content → the checksums of its blocks, whether a blob of it is stored or not. */
    public static final Table<Checksums> CHECKSUM = new ChecksumTable();

    static final List<Table<?>> ALL = List.of(PUBLIC_SCOPE, POINTER, ENTRY, ALIAS, CHECKSUM, BLOB);

    /** The statement for the number of bytes in the used pages of the index. */
    static final String BYTES_IN_USE = """
            SELECT (pages.page_count - free.freelist_count) * size.page_size
                FROM pragma_page_count AS pages, pragma_freelist_count AS free, pragma_page_size AS size
            """;

    private Tables() {}
}
