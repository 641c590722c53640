package io.artifactvault.backend.oci;

import java.util.Optional;

/**
 * The name of a repository (OCI distribution specification, "Pulling manifests"): components of lower-case letters and
 * digits, with single dots, one or two underscores or any number of hyphens between them, separated by slashes.
 */
record RepositoryName(String text) {
    /** Registries limit host and name together to 255 characters. */
    private static final int MOST_CHARACTERS = 255;

    static Optional<RepositoryName> parse(String text) {
        if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        for (String component : text.split("/", -1)) {
            if (!isComponent(component)) {
                return Optional.empty();
            }
        }
        return Optional.of(new RepositoryName(text));
    }

    private static boolean isComponent(String text) {
        int at = 0;
        while (at < text.length()) {
            int end = skipAlphanumeric(text, at);
            if (end == at) {
                return false;
            }
            at = skipSeparator(text, end);
            if (at < 0 || (at == text.length() && end < at)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static int skipAlphanumeric(String text, int from) {
        int at = from;
        while (at < text.length() && isAlphanumeric(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The position after one separator; -1 for anything else. */
    private static int skipSeparator(String text, int from) {
        int at = from;
        while (at < text.length() && !isAlphanumeric(text.charAt(at))) {
            at++;
        }
        String separator = text.substring(from, at);
        boolean isSeparator = separator.isEmpty()
                || separator.equals(".")
                || separator.equals("_")
                || separator.equals("__")
                || separator.chars().allMatch(c -> c == '-');
        return isSeparator ? at : -1;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    /** With the namespace of names that have only one component. */
    RepositoryName within(String namespace) {
        return namespace.isEmpty() || text.indexOf('/') >= 0 ? this : new RepositoryName(namespace + "/" + text);
    }

    @Override
    public String toString() {
        return text;
    }
}
