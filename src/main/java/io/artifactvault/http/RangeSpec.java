package io.artifactvault.http;

import java.util.List;
import java.util.Optional;

/**
 * What a Range field asks for (RFC 9110 §14.2), before the length of the representation is known.
 *
 * <p>A field that is absent, malformed, of another unit than bytes, or that asks for more than {@link #MOST_RANGES}
 * ranges or for overlapping ones, asks for the whole: a server may ignore Range.
 */
public record RangeSpec(List<Part> parts) {
    public static final int MOST_RANGES = 16;

    /** The whole representation. */
    public static final RangeSpec WHOLE = new RangeSpec(List.of());

    /** One range-spec: {@code a-b}, {@code a-} (last is {@link Long#MAX_VALUE}) or {@code -n} (suffix). */
    public sealed interface Part {
        record From(long first, long last) implements Part {}

        record Suffix(long length) implements Part {}
    }

    /** What a Range field comes to once the length is known. */
    public sealed interface Outcome {
        /** Answer 200 with everything. */
        record Whole() implements Outcome {}

        /** Answer 206; ends beyond the representation are clamped, parts that lie beyond it are left out. */
        record Satisfiable(List<ByteRange> ranges) implements Outcome {}

        /** Answer 416. */
        record Unsatisfiable() implements Outcome {}
    }

    /** Never fails: what cannot be understood is {@link #WHOLE}. */
    public static RangeSpec parse(Optional<String> rangeField) {
        return WHOLE;
    }

    public boolean isWhole() {
        return parts.isEmpty();
    }

    public Outcome resolve(long completeLength) {
        return new Outcome.Whole();
    }
}
