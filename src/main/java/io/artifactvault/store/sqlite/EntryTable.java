package io.artifactvault.store.sqlite;

import io.artifactvault.http.Fields;
import io.artifactvault.store.index.DamagedRowException;
import io.artifactvault.store.index.Entry;
import java.util.Locale;
import java.util.Set;

/** Stored responses; the fields are text, one {@code Name: value} per line, so that an operator can read them. */
public final class EntryTable extends Table<Entry> {
    private static final int LINE_OVERHEAD = 120;
    private static final int ENTRY_OVERHEAD = 600;

    /**
     * Fields with credentials, which are never stored even if a caller's allow-list contains them. RFC 9111 §7.3
     * permits storing Set-Cookie.
     */
    private static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization", "cookie");

    /** The common suffix of many names of token fields. */
    private static final String ACCESS_TOKEN = "access-token";

    EntryTable() {
        super("entry", "key", "status", "fields", "length", "content", "blob", "requested_at", "checked_at");
    }

    /** The entry in the form that may be stored. */
    public static Entry withoutCredentials(Entry entry) {
        Fields clean = withoutCredentials(entry.fields());
        return clean.equals(entry.fields())
                ? entry
                : new Entry(
                        entry.key(),
                        entry.status(),
                        clean,
                        entry.length(),
                        entry.content(),
                        entry.blob(),
                        entry.requestedAt(),
                        entry.checkedAt());
    }

    private static Fields withoutCredentials(Fields fields) {
        Fields.Builder clean = Fields.builder();
        fields.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!CREDENTIALS.contains(lower) && !lower.endsWith(ACCESS_TOKEN)) {
                clean.add(name, value);
            }
        });
        return clean.build();
    }

    @Override
    Row row(Entry entry) {
        return Row.of(
                Integer.toString(entry.status()),
                lines(entry.fields()),
                Row.text(entry.length()),
                Row.text(entry.content()),
                Row.text(entry.blob()),
                Row.text(entry.requestedAt()),
                Row.text(entry.checkedAt()));
    }

    @Override
    Entry value(String key, Row row) {
        return new Entry(
                key,
                Math.toIntExact(row.number(0)),
                fields(row.text(1)),
                row.optionalNumber(2),
                row.optionalDigest(3),
                row.optionalDigest(4),
                row.instant(5),
                row.instant(6));
    }

    @Override
    boolean isAged() {
        return true;
    }

    /** The size of a row; its key counts twice, because it is in the row and in the index of the table. */
    @Override
    String sizeSql() {
        return "2 * length(key) + length(fields) + 250";
    }

    @Override
    String blobSql() {
        return "blob";
    }

    @Override
    int weight(Entry entry) {
        int weight = ENTRY_OVERHEAD + entry.key().length();
        for (Fields.Field line : entry.fields().lines()) {
            weight += LINE_OVERHEAD + line.name().length() + line.value().length();
        }
        return weight;
    }

    private static String lines(Fields fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private static Fields fields(String text) {
        Fields.Builder fields = Fields.builder();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            int colon = text.indexOf(": ", start);
            if (colon < 0 || colon > end) {
                throw new DamagedRowException("not a field line");
            }
            fields.add(text.substring(start, colon), text.substring(colon + 2, end));
            start = end + 1;
        }
        return fields.build();
    }
}
