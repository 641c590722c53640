package io.artifactvault.backend.huggingface.route;

import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Target;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The query parameters of one route whose meaning the vault knows.
 *
 * @param flags true or false; a missing flag is false
 * @param singles texts, each at most once
 * @param lists texts, each any number of times and in any order
 * @param elsewhere parameters that the route takes in its body and not in its query
 */
public record KnownParameters(Set<String> flags, Set<String> singles, Set<String> lists, Set<String> elsewhere) {
    /** A repository's page. */
    static final KnownParameters PAGE =
            new KnownParameters(Set.of("blobs", "securityStatus"), Set.of(), Set.of("expand", "expand[]"), Set.of());

    public static final KnownParameters TREE =
            new KnownParameters(Set.of("recursive", "expand"), Set.of("limit", "cursor"), Set.of(), Set.of());

    static final KnownParameters COMMITS =
            new KnownParameters(Set.of(), Set.of("p", "limit", "cursor"), Set.of("expand", "expand[]"), Set.of());

    static final KnownParameters REFS = new KnownParameters(Set.of("include_prs"), Set.of(), Set.of(), Set.of());

    public static final KnownParameters PATHS_INFO =
            new KnownParameters(Set.of(), Set.of(), Set.of(), Set.of("paths", "expand"));

    /** A list of repositories. Other parameters that filter it keep their order, like unknown parameters. */
    public static final KnownParameters LISTING = new KnownParameters(
            Set.of(),
            Set.of("search", "sort", "direction", "limit", "cursor", "full", "config", "cardData"),
            Set.of("expand", "expand[]"),
            Set.of());

    static final KnownParameters NONE = new KnownParameters(Set.of(), Set.of(), Set.of(), Set.of());

    /** The parameters of requests for JSON about a repository, by the verb in the path. */
    public static KnownParameters of(String verb) {
        return switch (verb) {
            case "", "revision" -> PAGE;
            case "tree" -> TREE;
            case "commits" -> COMMITS;
            case "refs" -> REFS;
            case "paths-info" -> PATHS_INFO;
            default -> NONE;
        };
    }

    boolean contains(String name) {
        return flags.contains(name) || singles.contains(name) || lists.contains(name);
    }

    /**
     * The known name that the given decoded name might stand for: it has another case, an index, an encoded equals
     * sign, or is encoded twice. An origin might read it as the known name, so it must not count as a separate
     * parameter.
     */
    Optional<String> spelledBy(String name) {
        String plain = plain(name);
        return Stream.of(flags, singles, lists, elsewhere)
                .flatMap(Set::stream)
                .filter(known -> plain(known).equals(plain))
                .findFirst();
    }

    private static String plain(String name) {
        String decoded = name;
        for (int i = 0; i < 2 && decoded.indexOf('%') >= 0; i++) {
            decoded = decodedAgain(decoded);
        }
        String folded = Normalizer.normalize(decoded, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                letters.append(c);
            } else if (!letters.isEmpty() && "[=.;:,&".indexOf(c) >= 0) {
                break;
            }
        }
        return letters.toString();
    }

    private static String decodedAgain(String name) {
        try {
            return Target.decode(Target.encodeParameter(name).replace("%25", "%"));
        } catch (BadTargetException e) {
            return name;
        }
    }
}
