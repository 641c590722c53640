package io.artifactvault.http.conditional;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A complete Content-Range field: range and length (RFC 9110 §14.4).
 *
 * @param range the range that the response contains
 * @param completeLength length of the representation in bytes; greater than the last offset of the range
 */
public record ContentRange(ByteRange range, long completeLength) {
    private static final String UNIT = "bytes ";
    private static final int MOST_DIGITS = 18;

    /** The range of a 206; empty when the field is missing, repeated, malformed, or does not give the length. */
    public static Optional<ContentRange> of(Fields fields) {
        return of(fields, OptionalLong.empty());
    }

    /** The same, for a field with {@code *} as the length, if the length is known from elsewhere. */
    public static Optional<ContentRange> of(Fields fields, OptionalLong known) {
        String form = String.join(",", fields.all("Content-Range")).strip();
        int dash = form.indexOf('-');
        int slash = form.indexOf('/');
        boolean wellFormed = form.regionMatches(true, 0, UNIT, 0, UNIT.length()) && dash > 0 && dash < slash;
        return wellFormed
                ? of(
                        number(form.substring(UNIT.length(), dash)),
                        number(form.substring(dash + 1, slash)),
                        form.substring(slash).equals("/*") ? known.orElse(-1) : number(form.substring(slash + 1)))
                : Optional.empty();
    }

    /** The number that the text gives; negative when it is not a number. */
    private static long number(String text) {
        return Scan.isNumber(text, MOST_DIGITS) ? Long.parseLong(text) : -1;
    }

    private static Optional<ContentRange> of(long first, long last, long length) {
        return first >= 0 && first <= last && last < length
                ? Optional.of(new ContentRange(new ByteRange(first, last), length))
                : Optional.empty();
    }
}
