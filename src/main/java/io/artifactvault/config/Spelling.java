package io.artifactvault.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that is most similar to an unknown one. */
public final class Spelling {
    private Spelling() {}

    /** The known name most similar to the given one, if one or two typing errors would explain the difference. */
    public static Optional<String> nearest(String written, Collection<String> known) {
        String plain = plain(written);
        if (plain.length() > 64) {
            return Optional.empty();
        }
        int tolerance = plain.length() < 4 ? 1 : Math.max(2, Math.min(3, plain.length() / 3));
        return known.stream()
                .filter(name -> distance(plain, plain(name)) <= tolerance)
                .min(Comparator.comparingInt(name -> distance(plain, plain(name))));
    }

    /** The name without hyphens and in lower case, because these do not distinguish settings. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * The Levenshtein distance: the number of insertions, deletions and replacements that turn one text into the other.
     */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
