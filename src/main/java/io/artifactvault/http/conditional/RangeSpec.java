package io.artifactvault.http.conditional;

import io.artifactvault.http.Scan;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The ranges that a Range field requests (RFC 9110 §14.2), before the length of the representation is known.
 *
 * <p>A field that is absent, malformed, in another unit than bytes, or that requests more than {@link #MOST_RANGES}
 * ranges or overlapping ones, requests the whole representation: a server may ignore Range.
 *
 * @param parts the range-specs in the requested order; none for the whole representation
 */
public record RangeSpec(List<Part> parts) {
    /** The maximum number of ranges in one field. */
    public static final int MOST_RANGES = 16;

    /** The whole representation. */
    public static final RangeSpec WHOLE = new RangeSpec(List.of());

    private static final String UNIT = "bytes=";
    private static final BigInteger BEYOND = BigInteger.valueOf(Long.MAX_VALUE);

    /**
     * The maximum number of digits that are parsed, more than any long has; longer numbers are cut, so that parsing
     * them takes no time.
     */
    private static final int MOST_DIGITS = 40;

    /** One range-spec: {@code a-b}, {@code a-} (last is {@link Long#MAX_VALUE}) or {@code -n} (suffix). */
    public sealed interface Part {
        /** Bytes from one offset to another, both inclusive; numbers too large for a long become its maximum. */
        record From(long first, long last) implements Part {}

        /** The last {@code length} bytes. */
        record Suffix(long length) implements Part {}

        /** The value of a Range field that requests only this part. */
        default String field() {
            return switch (this) {
                case From(long first, long last) -> UNIT + first + "-" + (last == Long.MAX_VALUE ? "" : last);
                case Suffix(long length) -> UNIT + "-" + length;
            };
        }
    }

    /** How to respond to a Range field, once the length of the representation is known. */
    public sealed interface Outcome {
        /** Respond 200 with the whole representation. */
        record Whole() implements Outcome {}

        /** Respond 206; ends beyond the representation are clamped, ranges beyond it are omitted. */
        record Satisfiable(List<ByteRange> ranges) implements Outcome {}

        /** Respond 416. */
        record Unsatisfiable() implements Outcome {}
    }

    /** Copies the list. */
    public RangeSpec {
        parts = List.copyOf(parts);
    }

    /** Parses a Range field. Never fails: malformed text gives {@link #WHOLE}. */
    public static RangeSpec parse(Optional<String> rangeField) {
        return rangeField.map(String::strip).flatMap(RangeSpec::rangeSet).orElse(WHOLE);
    }

    /** Whether the whole representation is requested: respond 200. */
    public boolean isWhole() {
        return parts.isEmpty();
    }

    /**
     * The ranges of a representation of that length, in the requested order.
     *
     * @param completeLength in bytes; an empty representation satisfies no range
     * @throws IllegalArgumentException when the length is negative
     */
    public Outcome resolve(long completeLength) {
        if (completeLength < 0) {
            throw new IllegalArgumentException("a length is not negative: " + completeLength);
        }
        if (isWhole()) {
            return new Outcome.Whole();
        }
        List<ByteRange> ranges = parts.stream()
                .flatMap(part -> resolve(part, completeLength).stream())
                .toList();
        if (ranges.isEmpty()) {
            return new Outcome.Unsatisfiable();
        }
        return overlap(ranges) ? new Outcome.Whole() : new Outcome.Satisfiable(ranges);
    }

    /**
     * The range of the part in a representation of that length; empty when the part lies beyond it (RFC 9110 §14.1.2).
     */
    private static Optional<ByteRange> resolve(Part part, long completeLength) {
        return switch (part) {
            case Part.From(long first, long last)
            when first < completeLength -> Optional.of(new ByteRange(first, Math.min(last, completeLength - 1)));
            case Part.Suffix(long length)
            when length > 0 && completeLength > 0 ->
                Optional.of(new ByteRange(Math.max(0, completeLength - length), completeLength - 1));
            default -> Optional.empty();
        };
    }

    private static Optional<RangeSpec> rangeSet(String field) {
        if (!field.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        for (String element : field.substring(UNIT.length()).split(",", -1)) {
            Optional<Part> part = part(element.strip());
            if (!element.isBlank() && (part.isEmpty() || parts.size() == MOST_RANGES)) {
                return Optional.empty();
            }
            part.ifPresent(parts::add); // empty elements must be tolerated, RFC 9110 §5.6.1.2
        }
        return overlap(known(parts)) ? Optional.empty() : Optional.of(new RangeSpec(parts));
    }

    private static Optional<Part> part(String text) {
        int dash = text.indexOf('-');
        String first = text.substring(0, Math.max(0, dash));
        String last = text.substring(dash + 1);
        if (dash == 0 && Scan.isMadeOf(last, Scan::isDigit)) {
            return Optional.of(new Part.Suffix(saturated(number(last))));
        }
        boolean range = Scan.isMadeOf(first, Scan::isDigit) && Scan.skip(last, 0, Scan::isDigit) == last.length();
        return range ? from(first, last) : Optional.empty();
    }

    private static Optional<Part> from(String firstDigits, String lastDigits) {
        BigInteger first = number(firstDigits);
        BigInteger last = lastDigits.isEmpty() ? first.max(BEYOND) : number(lastDigits);
        return last.compareTo(first) < 0
                ? Optional.empty()
                : Optional.of(new Part.From(saturated(first), saturated(last)));
    }

    /** The ranges whose position does not depend on the representation's length. */
    private static List<ByteRange> known(List<Part> parts) {
        Function<Part, Optional<ByteRange>> place = part -> switch (part) {
            case Part.From(long first, long last) -> Optional.of(new ByteRange(first, last));
            case Part.Suffix _ -> Optional.empty();
        };
        return parts.stream().flatMap(part -> place.apply(part).stream()).toList();
    }

    private static boolean overlap(List<ByteRange> ranges) {
        List<ByteRange> sorted = ranges.stream()
                .sorted(Comparator.comparingLong(ByteRange::first))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).first() <= sorted.get(i - 1).last()) {
                return true;
            }
        }
        return false;
    }

    private static BigInteger number(String digits) {
        String significant = Scan.significant(digits);
        return significant.length() > MOST_DIGITS ? BigInteger.TEN.pow(MOST_DIGITS) : new BigInteger(significant);
    }

    private static long saturated(BigInteger number) {
        return number.min(BEYOND).longValueExact();
    }
}
