package io.artifactvault.http;

import java.util.Optional;

/**
 * Identifies content: an algorithm and its value in lower-case hex.
 *
 * <p>{@link Algorithm#GIT_BLOB_SHA1} is git's object id of a blob, {@code sha1("blob " + length + "\0" + bytes)}.
 *
 * @param algorithm how it was computed
 * @param hex the value in lower-case hex
 */
public record Digest(Algorithm algorithm, String hex) {
    /** The algorithm that computes the value. */
    public enum Algorithm {
        /** The name of every stored blob. */
        SHA256("sha256", 64),
        /** Some package indexes identify content by it. */
        SHA512("sha512", 128),
        /** Git's object id of a blob. */
        GIT_BLOB_SHA1("git-sha1", 40),
        /**
         * Not a digest of content but the sha256 of a target, a strong validator and a length. Identifies content
         * without proving it.
         */
        VALIDATOR("validator", 64);

        private final String label;
        private final int hexLength;

        Algorithm(String label, int hexLength) {
            this.label = label;
            this.hexLength = hexLength;
        }

        /** The name of the algorithm as written before the colon of a digest and in paths. */
        public String label() {
            return label;
        }
    }

    /** @throws IllegalArgumentException when the value is not lower-case hex of the right length */
    public Digest {
        if (!isHex(hex, algorithm.hexLength)) {
            throw new IllegalArgumentException("not a " + algorithm.label + " value: " + hex.length() + " characters");
        }
    }

    /** @throws IllegalArgumentException when it is not 64 lower-case hex digits */
    public static Digest sha256(String hex) {
        return new Digest(Algorithm.SHA256, hex);
    }

    /** @throws IllegalArgumentException when it is not 40 lower-case hex digits */
    public static Digest gitBlobSha1(String hex) {
        return new Digest(Algorithm.GIT_BLOB_SHA1, hex);
    }

    /** Parses the format of {@link #toString}, {@code sha256:ab12…}; empty for other text. */
    public static Optional<Digest> parse(String text) {
        int colon = text.indexOf(':');
        for (Algorithm algorithm : Algorithm.values()) {
            if (colon == algorithm.label.length()
                    && text.startsWith(algorithm.label)
                    && isHex(text.substring(colon + 1), algorithm.hexLength)) {
                return Optional.of(new Digest(algorithm, text.substring(colon + 1)));
            }
        }
        return Optional.empty();
    }

    /** Whether it can verify content. */
    public boolean isProof() {
        return algorithm != Algorithm.VALIDATOR;
    }

    /** Algorithm and value: {@code sha256:ab12…}. */
    @Override
    public String toString() {
        return algorithm.label + ":" + hex;
    }

    private static boolean isHex(String text, int length) {
        return text.length() == length && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
