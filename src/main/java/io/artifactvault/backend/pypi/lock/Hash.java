package io.artifactvault.backend.pypi.lock;

import io.artifactvault.http.Digest;
import java.util.Locale;
import java.util.Optional;

/**
 * A hash as lists and indexes write it.
 *
 * @param algorithm in lower case, such as sha256
 * @param hex in lower case
 */
public record Hash(String algorithm, String hex) {
    public Hash {
        algorithm = algorithm.toLowerCase(Locale.ROOT);
        hex = hex.toLowerCase(Locale.ROOT);
    }

    /** Parses {@code sha256:ab12…}; empty for other text. */
    public static Optional<Hash> parse(String text) {
        int colon = text.indexOf(':');
        return colon > 0 && colon < text.length() - 1
                ? Optional.of(new Hash(text.substring(0, colon), text.substring(colon + 1)))
                : Optional.empty();
    }

    /** The digest by which the vault can verify content; empty for other algorithms, and values of a wrong length. */
    public Optional<Digest> digest() {
        return Digest.parse(toString()).filter(Digest::isProof);
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
