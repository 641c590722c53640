package io.artifactvault.backend.pypi;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Short names for keys. Pure. */
final class Keys {
    private static final int DIGITS = 32;

    private Keys() {}

    /** 128 bits of the key's sha256, in hex: for an ETag. */
    static String shortDigest(String key) {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
        return hasher.finish().hex().substring(0, DIGITS);
    }
}
