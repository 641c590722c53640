package io.artifactvault.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * Percent-encoding (RFC 3986 §2.1) for {@link Target}: canonical form, decoding and encoding. Characters of raw text
 * represent octets, as in a request line: 0x80 to 0xFF are raw bytes, and there are no higher values.
 */
final class PercentCoding {
    /** {@code ALPHA / DIGIT / "-" / "." / "_" / "~"} (RFC 3986 §2.3). */
    private static final BitSet UNRESERVED =
            characters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static final BitSet PATH = union(UNRESERVED, characters("!$&'()*+,;=:@/"));
    private static final BitSet QUERY = union(PATH, characters("?"));

    /** RFC 3986 has no brackets in a query, but clients send them, and every server accepts them. */
    private static final BitSet SENT_QUERY = union(QUERY, characters("[]"));

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentCoding() {}

    /**
     * The canonical form of a raw path: slashes are separators and stay, all other characters are pchar (RFC 3986
     * §3.3).
     */
    static String canonicalPath(String raw) throws BadTargetException {
        return canonical(raw, PATH, false);
    }

    /**
     * The canonical form of a raw query without its question mark (RFC 3986 §3.4). Encoded controls are data, such as a
     * text's lines.
     */
    static String canonicalQuery(String raw) throws BadTargetException {
        return canonical(raw, QUERY, true);
    }

    /**
     * A path that {@link #canonicalPath} accepts, unchanged, except that characters which no path may contain are
     * percent-encoded.
     */
    static String sentPath(String raw) {
        return sent(raw, PATH);
    }

    /** A query, unchanged, except that characters which no query may contain are percent-encoded. */
    static String sentQuery(String raw) {
        return sent(raw, SENT_QUERY);
    }

    private static String sent(String raw, BitSet allowed) {
        StringBuilder out = new StringBuilder(raw.length() + 16);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                out.append(c);
            } else {
                append(out, c, allowed);
            }
        }
        return out.toString();
    }

    /** Decodes every percent-encoding; the octets must be UTF-8. A plus sign is a plus sign. */
    static String decode(String raw) throws BadTargetException {
        ByteBuffer octets = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                octets.put((byte) octetAt(raw, i));
                i += 2;
            } else if (c < 0x80) {
                octets.put((byte) c);
            } else {
                throw new BadTargetException("a percent-encoded text contains a character outside ASCII");
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new BadTargetException("a percent-encoded text is not UTF-8");
        }
    }

    /**
     * Percent-encodes the UTF-8 octets of every character that is not unreserved, as Python's {@code quote(text,
     * safe="")} does.
     */
    static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        ByteBuffer octets = utf8(text);
        while (octets.hasRemaining()) {
            append(out, octets.get() & 0xFF, UNRESERVED);
        }
        return out.toString();
    }

    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the text contains half a surrogate pair", e);
        }
    }

    private static String canonical(String raw, BitSet allowed, boolean encodedControls) throws BadTargetException {
        if (isPlain(raw, allowed)) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length() + 16);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int octet = octetAt(raw, i);
                if (!encodedControls) {
                    refuseControl(octet);
                }
                append(out, octet, UNRESERVED);
                i += 2;
            } else {
                refuseRaw(c);
                append(out, c, allowed);
            }
        }
        return out.toString();
    }

    private static boolean isPlain(String raw, BitSet allowed) {
        for (int i = 0; i < raw.length(); i++) {
            if (!allowed.get(raw.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static void refuseRaw(char c) throws BadTargetException {
        refuseControl(c);
        switch (c) {
            case ' ' -> throw new BadTargetException("the request target contains a space");
            case '\\' -> throw new BadTargetException("the request target contains a backslash");
            case '#' -> throw new BadTargetException("the request target contains a fragment");
            default -> {
                if (c > 0xFF) {
                    throw new BadTargetException("the request target contains a character beyond one octet");
                }
            }
        }
    }

    private static void refuseControl(int octet) throws BadTargetException {
        if (octet < 0x20 || octet == 0x7F) {
            throw new BadTargetException("the request target contains a control character");
        }
    }

    private static void append(StringBuilder out, int octet, BitSet plain) {
        if (plain.get(octet)) {
            out.append((char) octet);
        } else {
            out.append('%').append(HEX.toHexDigits((byte) octet));
        }
    }

    private static int octetAt(String raw, int percent) throws BadTargetException {
        boolean wellFormed = percent + 2 < raw.length()
                && HexFormat.isHexDigit(raw.charAt(percent + 1))
                && HexFormat.isHexDigit(raw.charAt(percent + 2));
        if (!wellFormed) {
            throw new BadTargetException("a percent sign in the request target is not followed by two hex digits");
        }
        return HexFormat.fromHexDigits(raw, percent + 1, percent + 3);
    }

    private static BitSet characters(String all) {
        BitSet set = new BitSet(256);
        all.chars().forEach(set::set);
        return set;
    }

    private static BitSet union(BitSet one, BitSet other) {
        BitSet both = new BitSet(256);
        both.or(one);
        both.or(other);
        return both;
    }
}
