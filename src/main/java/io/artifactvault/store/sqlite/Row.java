package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.DamagedRowException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one row except its key, as text; SQLite turns the numbers among them into numbers. Immutable.
 *
 * <p>Instants are whole nanoseconds since 1970, so that {@code datetime(checked_at / 1000000000, 'unixepoch')} shows
 * them; instants outside the years 1677 to 2262 are clamped to that range.
 */
final class Row {
    private static final long NANOS = 1_000_000_000L;

    private final @Nullable String[] columns;

    private Row(@Nullable String[] columns) {
        this.columns = columns;
    }

    static Row of(@Nullable String... columns) {
        return new Row(columns);
    }

    int size() {
        return columns.length;
    }

    @Nullable
    String column(int index) {
        return columns[index];
    }

    /** @throws DamagedRowException when the column is missing */
    String text(int index) {
        String text = columns[index];
        if (text == null) {
            throw new DamagedRowException("a value is missing");
        }
        return text;
    }

    /** @throws DamagedRowException when the column is not a number */
    long number(int index) {
        try {
            return Long.parseLong(text(index));
        } catch (NumberFormatException e) {
            throw new DamagedRowException("not a number");
        }
    }

    OptionalLong optionalNumber(int index) {
        return columns[index] == null ? OptionalLong.empty() : OptionalLong.of(number(index));
    }

    Digest digest(int index) {
        return Digest.parse(text(index)).orElseThrow(() -> new DamagedRowException("not a digest"));
    }

    Optional<Digest> optionalDigest(int index) {
        return columns[index] == null ? Optional.empty() : Optional.of(digest(index));
    }

    Instant instant(int index) {
        return instant(number(index));
    }

    /** The instant that is so many nanoseconds after the beginning of 1970. */
    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    static String text(Instant instant) {
        return Long.toString(nanos(instant));
    }

    static long nanos(Instant instant) {
        try {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS), instant.getNano());
        } catch (ArithmeticException | DateTimeException e) {
            return instant.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }

    static @Nullable String text(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : null;
    }

    static @Nullable String text(Optional<Digest> digest) {
        return digest.isPresent() ? digest.get().toString() : null;
    }

    /** The checksum that is stored with the row. It detects a flipped bit in a page, which SQLite does not. */
    long sum(String key) {
        CRC32C crc = new CRC32C();
        add(crc, key);
        for (@Nullable String column : columns) {
            add(crc, column);
        }
        return crc.getValue();
    }

    private static void add(CRC32C crc, @Nullable String text) {
        crc.update(text == null ? 0 : 1);
        if (text != null) {
            crc.update(text.getBytes(StandardCharsets.UTF_8));
            crc.update(0);
        }
    }
}
