package io.artifactvault.backend.huggingface;

import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Queries of the Hub's API, as the cache sees them; upstream gets them as the client wrote them. */
final class ApiQuery {
    /** "false" is what the Hub takes when they are not there. */
    private static final Set<String> FALSE_BY_DEFAULT =
            Set.of("recursive", "expand", "blobs", "securitystatus", "include_prs");

    private ApiQuery() {}

    /** The same for queries that mean the same: order, case of truth values (Python writes True), defaults. */
    static String canonical(String query) {
        return parameters(query)
                .map(ApiQuery::canonicalParameter)
                .filter(parameter -> !isDefault(parameter))
                .sorted()
                .collect(Collectors.collectingAndThen(
                        Collectors.joining("&"), joined -> joined.isEmpty() ? "" : "?" + joined));
    }

    private static String canonicalParameter(String parameter) {
        String decoded = decoded(parameter);
        String lower = decoded.toLowerCase(Locale.ROOT);
        boolean truth = lower.endsWith("=true") || lower.endsWith("=false");
        return encoded(truth ? lower : decoded, parameter).replace("%3D", "=");
    }

    /** What no path may hold, such as two dots, stays as it came. */
    private static String encoded(String text, String asItCame) {
        try {
            return Target.encodeSegment(text);
        } catch (IllegalArgumentException e) {
            return asItCame;
        }
    }

    private static boolean isDefault(String parameter) {
        int equals = parameter.indexOf('=');
        return equals > 0
                && parameter.endsWith("=false")
                && FALSE_BY_DEFAULT.contains(parameter.substring(0, equals).toLowerCase(Locale.ROOT));
    }

    /** Whether a repository's page under this query has its commit: with {@code expand} only what is named is there. */
    static boolean hasCommit(String query) {
        List<String> expanded = expanded(query);
        return expanded.isEmpty() || expanded.contains("sha");
    }

    static boolean isExpanded(String query) {
        return !expanded(query).isEmpty();
    }

    private static List<String> expanded(String query) {
        return parameters(query)
                .map(ApiQuery::decoded)
                .filter(parameter -> parameter.startsWith("expand=") || parameter.startsWith("expand[]="))
                .map(parameter -> parameter.substring(parameter.indexOf('=') + 1))
                .filter(value -> !value.equalsIgnoreCase("false"))
                .toList();
    }

    private static Stream<String> parameters(String query) {
        String bare = query.startsWith("?") ? query.substring(1) : query;
        return Arrays.stream(bare.split("&", -1)).filter(parameter -> !parameter.isEmpty());
    }

    private static String decoded(String parameter) {
        try {
            return Target.decode(parameter);
        } catch (BadTargetException e) {
            return parameter;
        }
    }
}
