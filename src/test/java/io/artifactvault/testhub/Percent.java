package io.artifactvault.testhub;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of paths and queries, as UTF-8. A plus sign is a plus sign. */
public final class Percent {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private Percent() {}

    /** Encodes everything but unreserved characters, slashes too. */
    public static String encode(String text) {
        return encode(text, UNRESERVED);
    }

    /** Encodes everything but unreserved characters and slashes. */
    public static String encodePath(String path) {
        return encode(path, UNRESERVED + "/");
    }

    /** Decodes; a refusal (400) if the text is malformed. */
    static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.write(raw[i]);
            } else {
                bytes.write(octet(text, raw, i));
                i += 2;
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int octet(String text, byte[] raw, int at) {
        int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
        int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw HubError.badRequest("Malformed percent-encoding in " + text.length() + " characters")
                    .refusal();
        }
        return high * 16 + low;
    }

    private static String encode(String text, String plain) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && plain.indexOf(b) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append(String.format("%%%02X", b & 0xff));
            }
        }
        return encoded.toString();
    }
}
