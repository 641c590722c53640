package io.artifactvault.http.conditional;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The delimiters of a multipart/byteranges body (RFC 9110 §14.6): the text before each part, and after the last. The
 * caller writes the content of the parts in between.
 *
 * @param boundary the separator of the parts; unpredictable, so that an author of content cannot include it
 * @param parts in the requested order
 */
public record MultipartRanges(String boundary, List<Part> parts) {
    /** One part: the text before it and its range. */
    public record Part(byte[] head, ByteRange range) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Part part && range.equals(part.range) && java.util.Arrays.equals(head, part.head);
        }

        @Override
        public int hashCode() {
            return range.hashCode();
        }
    }

    /**
     * The delimiters for these ranges.
     *
     * <p>{@code contentType} is the Content-Type that each part repeats.
     */
    public static MultipartRanges of(String boundary, List<ByteRange> ranges, String contentType, long completeLength) {
        List<Part> parts = new ArrayList<>();
        for (ByteRange range : ranges) {
            String head = (parts.isEmpty() ? "" : "\r\n") + "--" + boundary + "\r\nContent-Type: " + contentType
                    + "\r\nContent-Range: " + range.contentRange(completeLength) + "\r\n\r\n";
            parts.add(new Part(head.getBytes(StandardCharsets.ISO_8859_1), range));
        }
        return new MultipartRanges(boundary, List.copyOf(parts));
    }

    /** The text after the last part. */
    public byte[] end() {
        return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The Content-Type of the whole response. */
    public String contentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /** The length of the whole body in bytes. */
    public long length() {
        return parts.stream()
                        .mapToLong(part -> part.head().length + part.range().length())
                        .sum()
                + end().length;
    }
}
