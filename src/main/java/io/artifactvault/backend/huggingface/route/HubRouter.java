package io.artifactvault.backend.huggingface.route;

import static io.artifactvault.backend.huggingface.route.PathSegments.join;
import static io.artifactvault.backend.huggingface.route.PathSegments.rest;
import static io.artifactvault.backend.huggingface.route.PathSegments.revisionLength;

import io.artifactvault.http.Scan;
import java.util.List;
import java.util.Set;

/**
 * Parses the Hub's URL grammar (protocol reference §0.3) on the raw path: {@code %2F} in a revision is part of one
 * segment, ids have one or two segments, {@code refs/pr/1} may come unencoded, double slashes collapse.
 *
 * <p>If both lengths of an id form a valid route, the longer is used: {@code acme/raw/resolve/main/x} is a file of
 * {@code acme/raw}. The request to upstream has the same path either way.
 */
public final class HubRouter {
    private static final Set<String> FILE_TYPES = Set.of("datasets", "spaces", "kernels");
    private static final Set<String> FILE_VERBS = Set.of("resolve", "raw");
    private static final Set<String> NOT_AN_OWNER =
            Set.of("api", "buckets", "v2", "docs", "models", "settings", "join", "login", "oauth", "_lfs");
    private static final String SHA256 = "sha256:";

    private HubRouter() {}

    /** The route of a path below the mount, given without its leading slash. */
    public static HubRoute route(String rawPath) {
        List<String> segments = PathSegments.of(rawPath);
        String first = segments.isEmpty() ? "" : segments.getFirst();
        return switch (first) {
            case "" -> new HubRoute.Other();
            case "api" -> ApiRoutes.route(rest(segments, 1));
            case "v2" -> registry(rest(segments, 1));
            case "_lfs" -> lfsObject(rest(segments, 1));
            case "buckets" -> bucketFile(rest(segments, 1));
            default -> file(segments);
        };
    }

    /** {@code /v2/ns/name/manifests/tag} and {@code /v2/ns/name/blobs/digest}. */
    private static HubRoute registry(List<String> segments) {
        if (segments.isEmpty()) {
            return new HubRoute.RegistryPing();
        }
        if (segments.size() != 4) {
            return new HubRoute.Other();
        }
        Repository repository = new Repository("models", join(segments.subList(0, 2)));
        String what = segments.get(3);
        return switch (segments.get(2)) {
            case "manifests" -> new HubRoute.Manifest(repository, what);
            case "blobs" -> isDigest(what) ? new HubRoute.Layer(repository, what) : new HubRoute.Other();
            default -> new HubRoute.Other();
        };
    }

    /** {@code _lfs/models/acme/tiny/{oid}}, which only the vault creates. */
    private static HubRoute lfsObject(List<String> segments) {
        boolean whole = segments.size() >= 3 && isSha256(segments.getLast());
        return whole
                ? new HubRoute.LfsObject(
                        new Repository(segments.getFirst(), join(segments.subList(1, segments.size() - 1))),
                        segments.getLast())
                : new HubRoute.Other();
    }

    private static boolean isDigest(String text) {
        return text.startsWith(SHA256) && isSha256(text.substring(SHA256.length()));
    }

    private static boolean isSha256(String text) {
        return Scan.isLowerHex(text, 64);
    }

    /** {@code buckets/acme/bulk/resolve/…}. */
    private static HubRoute bucketFile(List<String> segments) {
        return segments.size() > 3 && segments.get(2).equals("resolve")
                ? new HubRoute.BucketFile(new Repository("buckets", join(segments.subList(0, 2))))
                : new HubRoute.Other();
    }

    private static HubRoute file(List<String> segments) {
        boolean typed = FILE_TYPES.contains(segments.getFirst());
        String type = typed ? segments.getFirst() : "models";
        List<String> rest = typed ? rest(segments, 1) : segments;
        if (rest.isEmpty() || NOT_AN_OWNER.contains(rest.getFirst())) {
            return new HubRoute.Other();
        }
        for (int idLength = 2; idLength >= 1; idLength--) {
            if (rest.size() > idLength && !rest.getFirst().contains("%2F")) {
                Repository repository = new Repository(type, join(rest.subList(0, idLength)));
                HubRoute route = of(repository, rest.get(idLength), rest(rest, idLength + 1));
                if (!(route instanceof HubRoute.Other)) {
                    return route;
                }
            }
        }
        return new HubRoute.Other();
    }

    private static HubRoute of(Repository repository, String verb, List<String> tail) {
        if (verb.equals("info") && join(tail).equals("lfs/objects/batch")) {
            return new HubRoute.LfsBatch(repository.withoutGit());
        }
        if (verb.equals("info") && join(tail).equals("refs")) {
            return new HubRoute.GitRefs(repository.withoutGit());
        }
        if (verb.equals("git-upload-pack") && tail.isEmpty()) {
            return new HubRoute.GitFetch(repository.withoutGit());
        }
        if (verb.equals("git-receive-pack") && tail.isEmpty()) {
            return new HubRoute.GitPush(repository.withoutGit());
        }
        int length = revisionLength(tail);
        if (!FILE_VERBS.contains(verb) || tail.size() <= length) {
            return new HubRoute.Other();
        }
        String revision = String.join("%2F", tail.subList(0, length));
        String path = join(rest(tail, length));
        return verb.equals("raw")
                ? new HubRoute.Raw(repository, revision, path)
                : new HubRoute.File(repository, revision, path);
    }
}
