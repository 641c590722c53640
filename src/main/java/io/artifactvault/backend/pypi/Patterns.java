package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Glob;
import java.util.List;
import java.util.Locale;

/** Patterns of project names, such as {@code acme-*}. Pure. */
record Patterns(List<Glob> globs) {
    static final Patterns NONE = new Patterns(List.of());

    static Patterns of(List<String> spelled) {
        return new Patterns(
                spelled.stream().map(Patterns::normal).map(Glob::of).toList());
    }

    boolean isEmpty() {
        return globs.isEmpty();
    }

    boolean match(ProjectName name) {
        return globs.stream().anyMatch(glob -> glob.matches(name.text()));
    }

    /** Separators in patterns mean what they mean in names. */
    static String normal(String pattern) {
        return pattern.strip().toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }
}
