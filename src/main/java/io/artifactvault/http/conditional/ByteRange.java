package io.artifactvault.http.conditional;

/**
 * Bytes {@code first} to {@code last}, both inclusive, of a representation (RFC 9110 §14.1.2).
 *
 * @param first offset of the first byte, from 0
 * @param last offset of the last byte
 */
public record ByteRange(long first, long last) {
    /** @throws IllegalArgumentException when first is negative or beyond last */
    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("not a byte range: " + first + "-" + last);
        }
    }

    /** The length of the range in bytes, at least 1. */
    public long length() {
        return last - first + 1;
    }

    /** For logs. */
    @Override
    public String toString() {
        return first + "-" + last;
    }

    /** The value of a Content-Range field: {@code bytes 0-9/100}. */
    public String contentRange(long completeLength) {
        return "bytes " + first + "-" + last + "/" + completeLength;
    }
}
