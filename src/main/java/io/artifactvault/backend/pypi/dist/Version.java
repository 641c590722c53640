package io.artifactvault.backend.pypi.dist;

import io.artifactvault.http.Scan;
import java.util.Locale;

/**
 * Versions as far as they must be recognised in several spellings (PEP 440): {@code 1.0-beta_2} and {@code 1.0b2} are
 * the same version. Pure.
 */
public final class Version {
    private Version() {}

    /** A form that two spellings of one version have in common; not meant for readers. */
    public static String normal(String spelled) {
        String text = spelled.strip().toLowerCase(Locale.ROOT).replace('-', '.').replace('_', '.');
        StringBuilder normal = new StringBuilder();
        int at = text.startsWith("v") ? 1 : 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Scan.isLetter(c)) {
                int end = Scan.skip(text, at, Scan::isLetter);
                trimDot(normal);
                normal.append(word(text.substring(at, end)));
                at = end < text.length() && text.charAt(end) == '.' ? end + 1 : end;
            } else if (Scan.isDigit(c)) {
                int end = Scan.skip(text, at, Scan::isDigit);
                normal.append(Scan.significant(text.substring(at, end)));
                at = end;
            } else {
                normal.append(c);
                at++;
            }
        }
        return normal.toString();
    }

    /**
     * Whether a version satisfies {@code ==} (PEP 440): trailing zeros do not count, nor does a local label that was not
     * asked for.
     */
    public static boolean matches(String wanted, String version) {
        String mine = normal(wanted);
        String other = normal(version);
        int label = other.indexOf('+');
        return withoutZeros(mine)
                .equals(withoutZeros(mine.indexOf('+') < 0 && label >= 0 ? other.substring(0, label) : other));
    }

    /** Without the zeros at the end of the release, the numbers at its beginning. */
    private static String withoutZeros(String normal) {
        int end = Scan.skip(normal, 0, c -> Scan.isDigit(c) || c == '.' || c == '!');
        int kept = end;
        while (kept >= 2 && normal.startsWith(".0", kept - 2)) {
            kept -= 2;
        }
        return normal.substring(0, kept) + normal.substring(end);
    }

    private static void trimDot(StringBuilder normal) {
        int last = normal.length() - 1;
        if (last >= 0 && normal.charAt(last) == '.') {
            normal.setLength(last);
        }
    }

    private static String word(String letters) {
        return switch (letters) {
            case "alpha" -> "a";
            case "beta" -> "b";
            case "c", "pre", "preview" -> "rc";
            case "rev", "r" -> "post";
            default -> letters;
        };
    }
}
