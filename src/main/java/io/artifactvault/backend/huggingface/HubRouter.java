package io.artifactvault.backend.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the Hub's URL grammar (protocol reference §0.3) on the raw path: {@code %2F} in a revision is part of one segment,
 * ids have one or two segments, {@code refs/pr/1} may come unencoded, double slashes collapse.
 */
final class HubRouter {
    private static final Set<String> TYPES = Set.of("models", "datasets", "spaces", "kernels");
    private static final Set<String> FILE_TYPES = Set.of("datasets", "spaces", "kernels");
    private static final Set<String> NOT_AN_OWNER =
            Set.of("api", "buckets", "v2", "docs", "models", "settings", "join", "login", "oauth");
    private static final Set<String> API_VERBS = Set.of(
            "revision",
            "tree",
            "paths-info",
            "refs",
            "commits",
            "treesize",
            "auth-check",
            "xet-read-token",
            "xet-write-token",
            "lfs-files",
            "compare",
            "discussions",
            "scan",
            "jwt",
            "notebook",
            "parquet",
            "croissant",
            "preupload",
            "commit",
            "branch",
            "tag",
            "settings",
            "runtime",
            "resolve-cache",
            "super-squash");

    /** Without what follows them these are the names of repositories. */
    private static final Set<String> VERBS_WITH_REVISION =
            Set.of("revision", "tree", "paths-info", "commits", "treesize", "xet-read-token", "resolve-cache");

    private HubRouter() {}

    /** The route of a path below the mount, given without its leading slash. */
    static HubRoute route(String rawPath) {
        List<String> segments = segments(rawPath);
        if (segments.isEmpty()) {
            return new HubRoute.Other();
        }
        return segments.getFirst().equals("api") ? api(rest(segments, 1)) : file(segments);
    }

    private static HubRoute api(List<String> segments) {
        String first = segments.isEmpty() ? "" : segments.getFirst();
        if (first.equals("buckets") && segments.contains("xet-read-token")) {
            return new HubRoute.XetToken();
        }
        return switch (first) {
            case "agent-harnesses" -> new HubRoute.AgentHarnesses();
            case "telemetry" -> new HubRoute.Telemetry();
            case "resolve-cache" -> resolveCache(rest(segments, 1));
            default -> TYPES.contains(first) ? repositoryApi(first, rest(segments, 1)) : new HubRoute.Other();
        };
    }

    private static HubRoute resolveCache(List<String> segments) {
        boolean typed = segments.size() >= 5 && TYPES.contains(segments.getFirst());
        if (!typed || !Revision.isCommit(segments.get(3))) {
            return new HubRoute.Other();
        }
        Repository repository = new Repository(segments.get(0), segments.get(1) + "/" + segments.get(2));
        return new HubRoute.File(repository, segments.get(3), join(rest(segments, 4)));
    }

    private static HubRoute repositoryApi(String type, List<String> segments) {
        if (segments.isEmpty()) {
            return new HubRoute.Listing(type);
        }
        boolean needsMore = segments.size() == 2 && VERBS_WITH_REVISION.contains(segments.get(1));
        boolean oneSegment = segments.size() == 1 || (API_VERBS.contains(segments.get(1)) && !needsMore);
        int idLength = oneSegment ? 1 : 2;
        Repository repository = new Repository(type, join(segments.subList(0, idLength)));
        HubRoute.Api api = new HubRoute.Api(repository, join(rest(segments, idLength)));
        return api.verb().equals("xet-read-token") ? new HubRoute.XetToken() : api;
    }

    private static HubRoute file(List<String> segments) {
        boolean typed = FILE_TYPES.contains(segments.getFirst());
        String type = typed ? segments.getFirst() : "models";
        List<String> rest = typed ? rest(segments, 1) : segments;
        if (rest.isEmpty() || NOT_AN_OWNER.contains(rest.getFirst())) {
            return new HubRoute.Other();
        }
        for (int idLength = 1; idLength <= 2; idLength++) {
            if (rest.size() > idLength && isFileVerb(rest.get(idLength))) {
                Repository repository = new Repository(type, join(rest.subList(0, idLength)));
                return fileAt(repository, rest.get(idLength), rest(rest, idLength + 1));
            }
        }
        return new HubRoute.Other();
    }

    private static HubRoute fileAt(Repository repository, String verb, List<String> revisionAndPath) {
        int length = revisionLength(revisionAndPath);
        if (revisionAndPath.size() <= length || repository.id().contains("%2F")) {
            return new HubRoute.Other();
        }
        String revision = String.join("%2F", revisionAndPath.subList(0, length));
        String path = join(rest(revisionAndPath, length));
        return verb.equals("raw")
                ? new HubRoute.Raw(repository, revision, path)
                : new HubRoute.File(repository, revision, path);
    }

    /** Three segments for an unencoded {@code refs/pr/1} or {@code refs/convert/parquet}, else one. */
    private static int revisionLength(List<String> segments) {
        boolean unencodedRef = segments.size() >= 3
                && segments.getFirst().equals("refs")
                && (segments.get(1).equals("pr") || segments.get(1).equals("convert"));
        return unencodedRef ? 3 : 1;
    }

    private static boolean isFileVerb(String segment) {
        return segment.equals("resolve") || segment.equals("raw");
    }

    private static List<String> segments(String rawPath) {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private static List<String> rest(List<String> segments, int from) {
        return segments.subList(from, segments.size());
    }

    private static String join(List<String> segments) {
        return String.join("/", segments);
    }
}
