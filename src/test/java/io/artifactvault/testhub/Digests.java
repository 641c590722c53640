package io.artifactvault.testhub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/** The digests the Hub names things by. */
final class Digests {
    private Digests() {}

    /** Takes pieces of what is to be hashed. */
    @FunctionalInterface
    interface Feed {
        void bytes(byte[] buffer, int count);
    }

    static String hex(String algorithm, Consumer<Feed> bytes) {
        MessageDigest digest = digest(algorithm);
        bytes.accept((buffer, count) -> digest.update(buffer, 0, count));
        return HexFormat.of().formatHex(digest.digest());
    }

    static String hex(String algorithm, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return hex(algorithm, feed -> feed.bytes(bytes, bytes.length));
    }

    /** The git blob id: sha1 of "blob", the length, a zero byte and the bytes. */
    static String gitBlob(Content content) {
        byte[] head = ("blob " + content.length() + "\0").getBytes(StandardCharsets.UTF_8);
        return hex("SHA-1", feed -> {
            feed.bytes(head, head.length);
            content.feed(feed);
        });
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }
}
