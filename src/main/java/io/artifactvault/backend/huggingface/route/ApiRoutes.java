package io.artifactvault.backend.huggingface.route;

import static io.artifactvault.backend.huggingface.route.PathSegments.join;
import static io.artifactvault.backend.huggingface.route.PathSegments.rest;

import java.util.List;
import java.util.Set;

/**
 * Parses the path after {@code /api/}. Ids have one or two segments, and an owner may call a repository {@code refs} or
 * {@code tree}: the longer id is used if the segments after it form a valid route. Only {@code models/gpt2/refs} is
 * ambiguous. It is stored under its own path, which is correct for both readings.
 */
final class ApiRoutes {
    private static final Set<String> TYPES = Set.of("models", "datasets", "spaces", "kernels");

    /** Verbs that are valid only with a revision or a similar argument after them. */
    private static final Set<String> WITH_ARGUMENT = Set.of(
            "revision",
            "tree",
            "paths-info",
            "commits",
            "treesize",
            "xet-read-token",
            "xet-write-token",
            "resolve-cache",
            "compare",
            "preupload",
            "commit",
            "branch",
            "tag",
            "super-squash");

    /** Verbs that are valid alone or with further segments. Their responses are never stored. */
    private static final Set<String> OTHERS = Set.of(
            "auth-check",
            "lfs-files",
            "discussions",
            "scan",
            "jwt",
            "notebook",
            "parquet",
            "croissant",
            "settings",
            "runtime");

    private ApiRoutes() {}

    static HubRoute route(List<String> segments) {
        String first = segments.isEmpty() ? "" : segments.getFirst();
        return switch (first) {
            case "buckets" -> new HubRoute.BucketApi();
            case "agent-harnesses" -> new HubRoute.AgentHarnesses();
            case "telemetry" -> new HubRoute.Telemetry();
            case "resolve-cache" -> resolveCache(rest(segments, 1));
            default -> TYPES.contains(first) ? repository(first, rest(segments, 1)) : new HubRoute.Other();
        };
    }

    /** The route of {@code resolve-cache}, which requires a commit: the Hub responds with an error to a branch. */
    private static HubRoute resolveCache(List<String> segments) {
        for (int commitAt = 3; commitAt >= 2 && segments.size() > 3; commitAt--) {
            if (TYPES.contains(segments.getFirst())
                    && segments.size() > commitAt + 1
                    && Revision.isCommit(segments.get(commitAt))) {
                Repository repository = new Repository(segments.getFirst(), join(segments.subList(1, commitAt)));
                return new HubRoute.File(repository, segments.get(commitAt), join(rest(segments, commitAt + 1)));
            }
        }
        return new HubRoute.Other();
    }

    private static HubRoute repository(String type, List<String> segments) {
        if (segments.isEmpty()) {
            return new HubRoute.Listing(type);
        }
        int idLength = idLength(segments);
        Repository repository = new Repository(type, join(segments.subList(0, idLength)));
        HubRoute.Api api = new HubRoute.Api(repository, join(rest(segments, idLength)));
        return api.verb().equals("xet-read-token") ? new HubRoute.XetToken() : api;
    }

    private static int idLength(List<String> segments) {
        boolean verbFollowsOne = isRoute(rest(segments, 1));
        return switch (segments.size()) {
            case 1 -> 1;
            case 2 -> verbFollowsOne && !segments.get(1).equals("refs") ? 1 : 2;
            default -> verbFollowsOne && !isRoute(rest(segments, 2)) ? 1 : 2;
        };
    }

    private static boolean isRoute(List<String> verbAndArguments) {
        if (verbAndArguments.isEmpty()) {
            return false;
        }
        String verb = verbAndArguments.getFirst();
        boolean alone = verbAndArguments.size() == 1;
        return OTHERS.contains(verb) || (alone ? verb.equals("refs") : WITH_ARGUMENT.contains(verb));
    }
}
