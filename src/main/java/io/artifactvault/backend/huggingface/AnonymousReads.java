package io.artifactvault.backend.huggingface;

import io.artifactvault.backend.huggingface.route.HubRoute;
import io.artifactvault.backend.huggingface.route.HubRouter;
import io.artifactvault.backend.huggingface.route.Repository;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The closed list of requests that carry the server's own token for callers without one ({@code token_for_anonymous}):
 * reads of repositories, by method and route. All other requests are sent without it: writes, pages, identity, unknown
 * routes, and any request that another parser could read as a different one. docs/security.md contains the same list.
 */
final class AnonymousReads {
    private static final Set<String> ABOUT_REPOSITORIES = Set.of(
            "",
            "revision",
            "tree",
            "refs",
            "commits",
            "treesize",
            "paths-info",
            "auth-check",
            "parquet",
            "croissant",
            "compare",
            "discussions",
            "scan");

    private static final Set<String> OF_VIEWER = Set.of(
            "is-valid",
            "splits",
            "first-rows",
            "rows",
            "search",
            "filter",
            "parquet",
            "size",
            "statistics",
            "info",
            "croissant",
            "croissant-crumbs",
            "opt-in-out-urls");

    /** Request fields from which some servers take the method instead of the request line. */
    private static final List<String> OVERRIDES = List.of(
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X-HTTP-Verb",
            "X-Method-Override",
            "X-Method",
            "X-Override-Method",
            "X-Request-Method",
            "Method",
            "_method");

    private static final String OVERRIDE_PARAMETER = "_method";
    private static final String PACK = "application/x-git-upload-pack-request";
    private static final String LFS = "application/vnd.git-lfs+json";

    private AnonymousReads() {}

    /** @param below the path below the mount */
    static boolean include(Request request, String below) {
        return !isOverridden(request) && !climbs(below) && isListed(request, below);
    }

    private static boolean isListed(Request request, String below) {
        if (DatasetViewer.isFor(request)) {
            return request.isPlainRead() && OF_VIEWER.contains(below);
        }
        return switch (HubRouter.route(below)) {
            case HubRoute.File(Repository repository, String _, String _) -> reads(request, repository);
            case HubRoute.Raw(Repository repository, String _, String _) -> reads(request, repository);
            case HubRoute.Manifest(Repository repository, String _) -> reads(request, repository);
            case HubRoute.Layer(Repository repository, String _) -> reads(request, repository);
            case HubRoute.BucketFile(Repository bucket) -> reads(request, bucket);
            case HubRoute.Listing _ -> request.isPlainRead();
            case HubRoute.Api api -> asksAbout(request, api);
            case HubRoute.GitRefs(Repository repository) ->
                reads(request, repository) && request.target().query().equals(Optional.of("service=git-upload-pack"));
            case HubRoute.GitFetch(Repository repository) -> posts(request, PACK) && isPlain(repository);
            // The operation in the body of a batch request is checked too.
            case HubRoute.LfsBatch(Repository repository) -> posts(request, LFS) && isPlain(repository);
            default -> false;
        };
    }

    private static boolean asksAbout(Request request, HubRoute.Api api) {
        boolean reads = request.isPlainRead()
                || (request.method().equals("POST")
                        && api.verb().equals("paths-info")
                        && !request.fields().has("Content-Encoding"));
        return reads && ABOUT_REPOSITORIES.contains(api.verb()) && isPlain(api.repository());
    }

    private static boolean reads(Request request, Repository repository) {
        return request.isPlainRead() && isPlain(repository);
    }

    private static boolean posts(Request request, String contentType) {
        // Another server might parse a body with a content coding differently.
        return request.method().equals("POST")
                && !request.fields().has("Content-Encoding")
                && request.fields()
                        .first("Content-Type")
                        .filter(type -> isOf(type, contentType))
                        .isPresent();
    }

    /** Compares a media type without its parameters: git-lfs sends a charset. */
    private static boolean isOf(String type, String expected) {
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().equalsIgnoreCase(expected);
    }

    /**
     * Whether the name consists of characters that the Hub allows, so that no part of it has another meaning after
     * decoding.
     */
    private static boolean isPlain(Repository repository) {
        return repository.id().chars().allMatch(c -> c == '/' || isOfName(c));
    }

    private static boolean isOfName(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    private static boolean isOverridden(Request request) {
        return OVERRIDES.stream().anyMatch(request.fields()::has)
                || request.target()
                        .query()
                        .filter(query -> decoded(query).toLowerCase(Locale.ROOT).contains(OVERRIDE_PARAMETER))
                        .isPresent();
    }

    /** Whether a server that decodes the path before it resolves dot segments would see another path. */
    private static boolean climbs(String below) {
        String path = decoded(below);
        return List.of(path.replace('\\', '/').split("/", -1)).stream()
                .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    /** The decoded path; unchanged if it cannot be decoded, because upstream would refuse it. */
    private static String decoded(String raw) {
        try {
            return Target.decode(raw);
        } catch (BadTargetException e) {
            return raw;
        }
    }
}
