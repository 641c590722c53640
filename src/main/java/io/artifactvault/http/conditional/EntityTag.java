package io.artifactvault.http.conditional;

import java.util.Optional;

/**
 * An entity tag (RFC 9110 §8.8.3): the opaque part without quotes, and whether it is weak.
 *
 * @param weak whether it is marked {@code W/}: the same meaning, but not necessarily the same octets
 * @param opaque the text between the quotes; printable octets without a double quote or a space, may be empty
 */
public record EntityTag(boolean weak, String opaque) {
    /** @throws IllegalArgumentException when the opaque part contains a character other than etagc (RFC 9110 §8.8.3) */
    public EntityTag {
        if (!isOpaque(opaque)) {
            throw new IllegalArgumentException("not the opaque part of an entity tag");
        }
    }

    /** Parses {@code "x"} or {@code W/"x"}, ignoring surrounding white space; empty for other text. */
    public static Optional<EntityTag> parse(String text) {
        String tag = text.strip();
        boolean weak = tag.startsWith("W/"); // case-sensitive, RFC 9110 §8.8.3
        String quoted = weak ? tag.substring(2) : tag;
        if (quoted.length() < 2 || !quoted.startsWith("\"") || !quoted.endsWith("\"")) {
            return Optional.empty();
        }
        String opaque = quoted.substring(1, quoted.length() - 1);
        return isOpaque(opaque) ? Optional.of(new EntityTag(weak, opaque)) : Optional.empty();
    }

    /** A strong tag. */
    public static EntityTag strong(String opaque) {
        return new EntityTag(false, opaque);
    }

    /** A weak tag. */
    public static EntityTag weak(String opaque) {
        return new EntityTag(true, opaque);
    }

    /** Strong comparison (RFC 9110 §8.8.3.2): equal and neither weak. */
    public boolean matchesStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** Weak comparison (RFC 9110 §8.8.3.2): equal, weak or not. */
    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /** The tag as in a field: {@code "x"} or {@code W/"x"}. */
    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + "\"";
    }

    private static boolean isOpaque(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isEtagCharacter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** {@code etagc = %x21 / %x23-7E / obs-text}. */
    static boolean isEtagCharacter(int c) {
        return c == 0x21 || (c >= 0x23 && c <= 0x7E) || (c >= 0x80 && c <= 0xFF);
    }
}
