package io.artifactvault.snapshot;

import java.util.List;
import java.util.regex.Pattern;

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
        return patterns.stream()
                .anyMatch(pattern -> expression(pattern).matcher(path).matches());
    }

    private static Pattern expression(String glob) {
        String whole = glob.endsWith("/") ? glob + "*" : glob;
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < whole.length(); i++) {
            char c = whole.charAt(i);
            int end = c == '[' ? whole.indexOf(']', i + 2) : -1;
            if (end > 0) {
                regex.append(set(whole.substring(i + 1, end)));
                i = end;
            } else {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String set(String inside) {
        boolean not = inside.startsWith("!");
        String members = (not ? inside.substring(1) : inside).replaceAll("[\\\\\\[\\]^&]", "\\\\$0");
        return "[" + (not ? "^" : "") + members + "]";
    }
}
