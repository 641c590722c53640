package io.artifactvault.backend.huggingface.route;

import static io.artifactvault.backend.huggingface.route.AmbiguousRequestException.shown;

import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Scan;
import io.artifactvault.http.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The query of a cacheable route in canonical form: parsed strictly, put into the key, and sent upstream, each time as
 * the same text. A query with two meanings is refused: a known parameter that occurs twice, or under another spelling
 * of its name.
 *
 * <p>Known parameters come first, in the order of their names; flags in lower case (Python writes {@code True}) and
 * omitted if false, lists sorted. Unknown parameters follow in the order in which they were sent.
 *
 * @param text empty, or with its question mark
 * @param expanded the parts of a page that the query requests by name
 * @param isExpanded whether the response contains values that change although the commit does not
 */
public record ApiQuery(String text, List<String> expanded, boolean isExpanded) {
    private static final char DELETE = 0x7f;

    public static final ApiQuery NONE = new ApiQuery("", List.of(), false);

    /** @throws AmbiguousRequestException if it has no single meaning */
    public static ApiQuery read(Optional<String> raw, KnownParameters known) throws AmbiguousRequestException {
        Reader reader = new Reader(known);
        for (String pair : raw.orElse("").split("&", -1)) {
            if (!pair.isEmpty()) {
                reader.take(pair);
            }
        }
        return reader.query();
    }

    /**
     * Whether a repository's page under this query contains its commit: with {@code expand}, it contains only the named
     * parts.
     */
    public boolean hasCommit() {
        return expanded.isEmpty() || expanded.contains("sha");
    }

    /** Collects the parameters of one query. */
    private static final class Reader {
        private final KnownParameters known;
        private final TreeMap<String, String> once = new TreeMap<>();
        private final TreeMap<String, TreeSet<String>> lists = new TreeMap<>();
        private final List<String> unknown = new ArrayList<>();

        Reader(KnownParameters known) {
            this.known = known;
        }

        void take(String pair) throws AmbiguousRequestException {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(decoded(pair.substring(equals + 1)));
            if (!known.contains(name)) {
                refuseControl(name);
                refuseSpelling(name);
                unknown.add(encoded(name) + value.map(v -> "=" + encoded(v)).orElse(""));
            } else if (value.isEmpty()) {
                throw new AmbiguousRequestException(
                        "The query parameter " + name + " has no value; write " + name + "=VALUE or leave it out.");
            } else if (known.lists().contains(name)) {
                lists.computeIfAbsent(name, _ -> new TreeSet<>()).add(value.get());
            } else {
                takeOnce(name, known.flags().contains(name) ? flag(name, value.get()) : value.get());
            }
        }

        /**
         * Refuses a control character in a name: an origin might end the name there, or drop the character, and so read
         * a known name.
         */
        private static void refuseControl(String name) throws AmbiguousRequestException {
            if (Scan.skip(name, 0, c -> c >= ' ' && c != DELETE) < name.length()) {
                throw new AmbiguousRequestException(
                        "The name of the query parameter " + shown(name) + " contains a control character.");
            }
        }

        private void refuseSpelling(String name) throws AmbiguousRequestException {
            Optional<String> meant = known.spelledBy(name);
            if (meant.isPresent() && known.elsewhere().contains(meant.get())) {
                throw new AmbiguousRequestException(
                        "The parameter " + shown(name) + " is not allowed in the query; send it in the request body.");
            }
            if (meant.isPresent()) {
                throw new AmbiguousRequestException("The query parameter " + shown(name) + " is another spelling of "
                        + meant.get() + "; write " + meant.get() + ".");
            }
        }

        private void takeOnce(String name, String value) throws AmbiguousRequestException {
            if (once.put(name, value) != null) {
                throw new AmbiguousRequestException(
                        "The query parameter " + name + " appears more than once; send it once.");
            }
        }

        /**
         * The canonical text of a flag. {@code list_repo_refs} of huggingface_hub sends 1 for true; elsewhere the Hub
         * decides whether 1 means true, so it is kept.
         */
        private static String flag(String name, String value) throws AmbiguousRequestException {
            String lower = value.toLowerCase(Locale.ROOT);
            return switch (lower) {
                case "true", "false", "1", "0" -> lower;
                default ->
                    throw new AmbiguousRequestException(
                            "The query parameter " + name + " is " + shown(value) + "; it must be true or false.");
            };
        }

        ApiQuery query() {
            List<String> parameters = new ArrayList<>();
            TreeSet<String> names = new TreeSet<>(once.keySet());
            names.addAll(lists.keySet());
            for (String name : names) {
                if (lists.containsKey(name)) {
                    lists.get(name).forEach(value -> parameters.add(encoded(name) + "=" + encoded(value)));
                } else if (!isDefault(name)) {
                    parameters.add(encoded(name) + "=" + encoded(once.getOrDefault(name, "")));
                }
            }
            parameters.addAll(unknown);
            List<String> expanded =
                    lists.values().stream().flatMap(TreeSet::stream).toList();
            boolean expands = known.flags().contains("expand") && once.containsKey("expand") && !isDefault("expand");
            String text = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
            return new ApiQuery(text, expanded, expands || !expanded.isEmpty());
        }

        private boolean isDefault(String name) {
            return known.flags().contains(name) && "false".equals(once.get(name));
        }
    }

    /** The decoded text, in which a plus sign becomes a space: the Hub's servers decode queries like forms. */
    private static String decoded(String raw) throws AmbiguousRequestException {
        try {
            return Target.decode(raw.replace("+", "%20"));
        } catch (BadTargetException e) {
            throw new AmbiguousRequestException("The query parameter " + shown(raw)
                    + " is not UTF-8; percent-encode the UTF-8 of names and values.");
        }
    }

    private static String encoded(String text) {
        return Target.encodeParameter(text);
    }
}
