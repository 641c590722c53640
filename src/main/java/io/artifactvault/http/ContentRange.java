package io.artifactvault.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Content-Range field that says all there is to know (RFC 9110 §14.4).
 *
 * @param range the part that the answer holds
 * @param completeLength of the representation, in bytes; beyond the range
 */
public record ContentRange(ByteRange range, long completeLength) {
    private static final Pattern FORM = Pattern.compile("(?i:bytes) ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    /** Of a 206; empty when the field is missing, repeated, malformed, or does not tell the length. */
    public static Optional<ContentRange> of(Fields fields) {
        Matcher form =
                FORM.matcher(String.join(",", fields.all("Content-Range")).strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(form.group(1));
        long last = Long.parseLong(form.group(2));
        long length = Long.parseLong(form.group(3));
        return first <= last && last < length
                ? Optional.of(new ContentRange(new ByteRange(first, last), length))
                : Optional.empty();
    }
}
