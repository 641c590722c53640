package io.artifactvault.backend.pypi.text;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Digests, as keys and as indexes write them. Pure. */
public final class Keys {
    private static final int DIGITS = 32;
    private static final int SHA256_DIGITS = 64;

    private Keys() {}

    /** 128 bits of the key's sha256, in hex: for an ETag. */
    public static String shortDigest(String key) {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
        return hasher.finish().hex().substring(0, DIGITS);
    }

    /** A digest of the wrong form is none: the file is then one that cannot be verified. */
    public static Optional<Digest> sha256(String hex) {
        String lower = hex.toLowerCase(Locale.ROOT);
        return lower.length() == SHA256_DIGITS ? Digest.parse("sha256:" + lower) : Optional.empty();
    }
}
