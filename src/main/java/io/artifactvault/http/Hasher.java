package io.artifactvault.http;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes one {@link Digest} over bytes as they pass. Confined to one thread; {@link #finish} may be called once. */
public final class Hasher {
    private final Digest.Algorithm algorithm;
    private final MessageDigest digest;

    private Hasher(Digest.Algorithm algorithm, MessageDigest digest) {
        this.algorithm = algorithm;
        this.digest = digest;
    }

    /**
     * A new hasher.
     *
     * @param length the content's length in bytes; git's object id hashes it first, the others ignore it
     */
    public static Hasher of(Digest.Algorithm algorithm, long length) {
        try {
            MessageDigest digest = MessageDigest.getInstance(
                    switch (algorithm) {
                        case SHA256 -> "SHA-256";
                        case SHA512 -> "SHA-512";
                        case GIT_BLOB_SHA1 -> "SHA-1";
                        case VALIDATOR ->
                            throw new IllegalArgumentException("a validator is not computed from content");
                    });
            if (algorithm == Digest.Algorithm.GIT_BLOB_SHA1) {
                digest.update(("blob " + length + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            return new Hasher(algorithm, digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has this digest", e);
        }
    }

    /** Hashes the bytes between position and limit; the buffer's position is unchanged. */
    public void update(ByteBuffer bytes) {
        digest.update(bytes.duplicate());
    }

    /** A stream that hashes what is written to another one. */
    public OutputStream writingTo(OutputStream out) {
        return new DigestOutputStream(out, digest);
    }

    /** The digest of all bytes; the hasher cannot be used afterwards. */
    public Digest finish() {
        return new Digest(algorithm, HexFormat.of().formatHex(digest.digest()));
    }
}
