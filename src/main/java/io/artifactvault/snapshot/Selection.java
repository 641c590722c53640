package io.artifactvault.snapshot;

import io.artifactvault.backend.Glob;
import java.util.List;

/**
 * Selects files of a snapshot: those that match one of the patterns to include (all files if there is none) and no
 * pattern to exclude. The syntax is that of the Hub's clients: {@code *} and {@code ?} match slashes too, {@code [ab]}
 * matches one of the characters, and a trailing slash matches everything below.
 */
public record Selection(List<String> include, List<String> exclude) {
    public static final Selection ALL = new Selection(List.of(), List.of());

    public Selection {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    public boolean contains(String path) {
        return (include.isEmpty() || matches(include, path)) && !matches(exclude, path);
    }

    private static boolean matches(List<String> patterns, String path) {
        return patterns.stream().anyMatch(pattern -> Glob.of(pattern).matches(path));
    }
}
