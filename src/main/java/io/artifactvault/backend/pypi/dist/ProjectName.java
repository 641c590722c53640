package io.artifactvault.backend.pypi.dist;

import io.artifactvault.http.Scan;
import java.util.Locale;
import java.util.Optional;

/**
 * The normalised name of a project (PEP 503): ASCII letters in lower case and digits, with one hyphen for each run of
 * hyphens, underscores and dots.
 */
public record ProjectName(String text) {
    private static final int LONGEST = 200;

    /** The name that a request, a file name or an index spells in any way; empty if no project can have it. */
    public static Optional<ProjectName> parse(String spelled) {
        boolean legal = Scan.isMadeOf(spelled, c -> isAlphanumeric(c) || isSeparator(c))
                && spelled.length() <= LONGEST
                && isAlphanumeric(spelled.charAt(0))
                && isAlphanumeric(spelled.charAt(spelled.length() - 1));
        return legal ? Optional.of(new ProjectName(normal(spelled))) : Optional.empty();
    }

    private static String normal(String spelled) {
        StringBuilder normal = new StringBuilder();
        boolean separated = false;
        for (int i = 0; i < spelled.length(); i++) {
            char c = spelled.charAt(i);
            if (isSeparator(c)) {
                separated = true;
                continue;
            }
            if (separated) {
                normal.append('-');
                separated = false;
            }
            normal.append(c);
        }
        return normal.toString().toLowerCase(Locale.ROOT);
    }

    private static boolean isAlphanumeric(char c) {
        return Scan.isLetter(c) || Scan.isDigit(c);
    }

    private static boolean isSeparator(char c) {
        return c == '-' || c == '_' || c == '.';
    }

    @Override
    public String toString() {
        return text;
    }
}
