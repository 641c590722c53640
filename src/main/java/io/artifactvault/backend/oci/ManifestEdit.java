package io.artifactvault.backend.oci;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Copies a manifest unchanged, and refuses what is none: content that is too long, does not begin as JSON, or has
 * another digest. The manifest is stored before its first byte is sent. Blocks.
 *
 * @param expected the digest by which it was requested, or that the registry states
 */
record ManifestEdit(Optional<Digest> expected) implements BodyEdit {
    /** The limit that the distribution specification recommends to registries. */
    static final int MOST_BYTES = 4 << 20;

    private static final int CHUNK = 16 * 1024;

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        Hasher hasher = Hasher.of(expected.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256), 0);
        OutputStream hashed = hasher.writingTo(out);
        byte[] chunk = new byte[CHUNK];
        int length = 0;
        boolean begun = false;
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            length += count;
            if (length > MOST_BYTES) {
                throw new IOException("a manifest has at most " + MOST_BYTES + " bytes");
            }
            begun = begun || begins(chunk, count);
            hashed.write(chunk, 0, count);
        }
        if (!begun) {
            throw new IOException("a manifest is a JSON object");
        }
        Digest actual = hasher.finish();
        if (expected.isPresent() && !expected.get().equals(actual)) {
            throw new IOException("its digest is " + actual + ", not " + expected.get());
        }
        return Fields.of(RegistryResource.CONTENT_DIGEST, actual.toString());
    }

    @Override
    public boolean keepsBody() {
        return true;
    }

    /** Whether the first character that is no space opens an object; says so once there is one. */
    private static boolean begins(byte[] chunk, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            byte c = chunk[i];
            if (c == '{') {
                return true;
            }
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
                throw new IOException("a manifest is a JSON object");
            }
        }
        return false;
    }
}
