package io.artifactvault.backend.pypi.dist;

import io.artifactvault.backend.Glob;
import io.artifactvault.backend.InvalidSettingException;
import io.artifactvault.http.Scan;
import java.util.List;
import java.util.Locale;

/** Patterns of project names, such as {@code acme-*}. Pure. */
public record Patterns(List<String> spelled, List<Glob> globs) {
    /** Matches no name. */
    public static final Patterns NONE = of(List.of());

    /**
     * Compiles patterns.
     *
     * @param normal checked by {@link #normal}
     */
    public static Patterns of(List<String> normal) {
        return new Patterns(List.copyOf(normal), normal.stream().map(Glob::of).toList());
    }

    /** Whether there is no pattern. */
    public boolean isEmpty() {
        return globs.isEmpty();
    }

    /** Whether any pattern matches the name. */
    public boolean match(ProjectName name) {
        return globs.stream().anyMatch(glob -> glob.matches(name.text()));
    }

    /**
     * The pattern that matches normalised names: separators in patterns mean what they mean in names.
     *
     * @throws InvalidSettingException for a text that matches no name
     */
    public static String normal(String pattern) throws InvalidSettingException {
        if (!Scan.isMadeOf(pattern, Patterns::mayContain)) {
            throw new InvalidSettingException("must be names of projects or patterns such as acme-*");
        }
        StringBuilder normal = new StringBuilder();
        for (char c : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
            boolean separator = c == '-' || c == '_' || c == '.';
            boolean again = separator && !normal.isEmpty() && normal.charAt(normal.length() - 1) == '-';
            if (!again) {
                normal.append(separator ? '-' : c);
            }
        }
        return normal.toString();
    }

    private static boolean mayContain(char c) {
        return Scan.isLetter(c) || Scan.isDigit(c) || "-_.*?[]!".indexOf(c) >= 0;
    }

    /** By its patterns: compiled ones cannot be compared. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Patterns patterns && spelled.equals(patterns.spelled);
    }

    @Override
    public int hashCode() {
        return spelled.hashCode();
    }
}
