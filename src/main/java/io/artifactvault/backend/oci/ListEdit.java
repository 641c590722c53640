package io.artifactvault.backend.oci;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Copies a list of tags or referrers, and identifies it by the digest of its content. Blocks.
 *
 * @param artifactType the type to which a list of referrers is limited, if the registry has not done so
 */
record ListEdit(Optional<String> artifactType) implements BodyEdit {
    /** The field that identifies a stored list. */
    static final String DIGEST = "X-List-Digest";

    private static final int MOST_BYTES = 16 << 20;

    @Override
    public Fields copy(InputStream in, OutputStream out) throws IOException {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        OutputStream hashed = hasher.writingTo(out);
        if (artifactType.isPresent()) {
            var _ = new ReferrersEdit(artifactType.get()).copy(in, hashed);
        } else {
            var _ = new Limited(in).transferTo(hashed);
        }
        return Fields.of(DIGEST, hasher.finish().toString());
    }

    @Override
    public boolean keepsBody() {
        return artifactType.isEmpty();
    }

    /** A list that is longer than permitted. */
    private static final class Limited extends FilterInputStream {
        private long left = MOST_BYTES;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            left -= Math.max(count, 0);
            if (left < 0) {
                throw new IOException("a list of a registry has at most " + MOST_BYTES + " bytes");
            }
            return count;
        }
    }
}
