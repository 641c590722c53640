package io.artifactvault.testhub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Range field selects of a representation (RFC 9110, section 14). */
public sealed interface RangeSelection {
    /** A single range; anything else is ignored, as a server may. */
    Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** No range, or one that a server may ignore. */
    record Whole() implements RangeSelection {}

    /** One satisfiable range. */
    record Part(long first, long count) implements RangeSelection {
        String contentRange(long total) {
            return "bytes " + first + "-" + (first + count - 1) + "/" + total;
        }
    }

    /** A range outside the representation: 416. */
    record Unsatisfiable() implements RangeSelection {}

    /** What the field selects of {@code total} bytes. */
    static RangeSelection of(String field, long total) {
        Matcher range = SINGLE.matcher(field.strip());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new Whole();
        }
        if (range.group(1).isEmpty()) {
            return part(Math.max(0, total - Long.parseLong(range.group(2))), total - 1, total);
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? total - 1 : Math.min(total - 1, Long.parseLong(range.group(2)));
        return part(first, last, total);
    }

    private static RangeSelection part(long first, long last, long total) {
        boolean satisfiable = first < total && first <= last;
        return satisfiable ? new Part(first, last - first + 1) : new Unsatisfiable();
    }
}
