package io.artifactvault.store.index;

import io.artifactvault.http.conditional.ByteRange;
import java.util.ArrayList;
import java.util.List;

/** Which bytes of a blob are present: ranges in ascending order that neither overlap nor touch. Immutable. */
public record Extents(List<ByteRange> ranges) {
    public static final Extents NONE = new Extents(List.of());

    /** The first {@code length} bytes. */
    public static Extents upTo(long length) {
        return length == 0 ? NONE : new Extents(List.of(new ByteRange(0, length - 1)));
    }

    /** These extents with the given range added; ranges that touch are merged. */
    public Extents with(ByteRange added) {
        List<ByteRange> merged = new ArrayList<>(ranges.size() + 1);
        ByteRange grown = added;
        for (ByteRange range : ranges) {
            if (touches(range, grown)) {
                grown = new ByteRange(Math.min(range.first(), grown.first()), Math.max(range.last(), grown.last()));
            } else {
                merged.add(range);
            }
        }
        merged.add(grown);
        merged.sort((a, b) -> Long.compare(a.first(), b.first()));
        return new Extents(List.copyOf(merged));
    }

    /** The part of these extents within the first {@code length} bytes. */
    public Extents within(long length) {
        return new Extents(ranges.stream()
                .filter(range -> range.first() < length)
                .map(range -> new ByteRange(range.first(), Math.min(range.last(), length - 1)))
                .toList());
    }

    /**
     * The end (exclusive) of the bytes present without a gap from {@code offset} on; {@code offset} when there are
     * none.
     */
    public long contiguousFrom(long offset) {
        for (ByteRange range : ranges) {
            if (range.first() <= offset && offset <= range.last()) {
                return range.last() + 1;
            }
        }
        return offset;
    }

    public boolean covers(long length) {
        return contiguousFrom(0) >= length;
    }

    /** The missing ranges of the first {@code length} bytes, in ascending order. */
    public List<ByteRange> gaps(long length) {
        List<ByteRange> gaps = new ArrayList<>();
        long next = 0;
        for (ByteRange range : ranges) {
            if (range.first() > next && next < length) {
                gaps.add(new ByteRange(next, Math.min(range.first(), length) - 1));
            }
            next = Math.max(next, range.last() + 1);
        }
        if (next < length) {
            gaps.add(new ByteRange(next, length - 1));
        }
        return List.copyOf(gaps);
    }

    /** The end (exclusive) of the last byte present. */
    public long end() {
        return ranges.isEmpty() ? 0 : ranges.getLast().last() + 1;
    }

    /** The number of bytes present. */
    public long size() {
        return ranges.stream().mapToLong(ByteRange::length).sum();
    }

    private static boolean touches(ByteRange a, ByteRange b) {
        return a.first() <= b.last() + 1 && b.first() <= a.last() + 1;
    }
}
