package io.artifactvault.snapshot;

import java.util.List;

/**
 * Which files of a snapshot are meant: those that match one of the patterns to include (all when there is none) and none of those
 * to exclude. Patterns are the Hub clients': {@code *} and {@code ?} match slashes too, {@code [ab]} is one of them, and a trailing
 * slash means everything below.
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
