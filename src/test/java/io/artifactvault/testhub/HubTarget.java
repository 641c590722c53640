package io.artifactvault.testhub;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A raw path that names a repository, taken apart: {@code prefix + id + rest}, where the rest is a verb and raw segments.
 * Never decodes before it splits, so that an encoded slash stays part of its segment.
 */
record HubTarget(boolean api, String prefix, String type, String id, String verb, List<String> tail) {
    private static final Set<String> TYPES = Set.of("models", "datasets", "spaces", "kernels");
    private static final Set<String> FILE_VERBS = Set.of("resolve", "raw");
    private static final Set<String> API_VERBS = Set.of(
            "tree",
            "revision",
            "refs",
            "commits",
            "paths-info",
            "treesize",
            "auth-check",
            "xet-read-token",
            "discussions",
            "scan",
            "preupload",
            "commit",
            "parquet");
    private static final Set<String> THREE_SEGMENTS = Set.of("pr", "convert");

    /** The repository target in a raw path; empty if the path names none. */
    static Optional<HubTarget> parse(String rawPath) {
        List<String> segments = Arrays.asList(rawPath.substring(1).split("/", -1));
        if (!segments.get(0).equals("api")) {
            return file(segments);
        }
        boolean cached = segments.size() > 1 && segments.get(1).equals("resolve-cache");
        int at = cached ? 3 : 2;
        boolean named = segments.size() > at && TYPES.contains(segments.get(at - 1));
        return named ? Optional.of(cached ? cached(segments) : api(segments)) : Optional.empty();
    }

    /** The revision: one raw segment, or three if it starts with refs/pr or refs/convert; decoded. */
    String revision() {
        if (tail.isEmpty()) {
            throw HubError.NO_ROUTE.refusal();
        }
        return tail.stream().limit(revisionLength()).map(Percent::decode).collect(Collectors.joining("/"));
    }

    /** The path after the revision, decoded. */
    String path() {
        return tail.stream().skip(revisionLength()).map(Percent::decode).collect(Collectors.joining("/"));
    }

    /** The same target with another id, raw. */
    String withId(String other) {
        String verbPart = verb.isEmpty() || verb.equals("resolve-cache") ? "" : "/" + verb;
        String rest = tail.isEmpty() ? "" : "/" + String.join("/", tail);
        return prefix + other + verbPart + rest;
    }

    private int revisionLength() {
        boolean three = tail.size() >= 3 && tail.get(0).equals("refs") && THREE_SEGMENTS.contains(tail.get(1));
        return three ? 3 : 1;
    }

    private static Optional<HubTarget> file(List<String> segments) {
        boolean typed = TYPES.contains(segments.get(0));
        String type = typed ? segments.get(0) : "models";
        int at = typed ? 1 : 0;
        for (int idLength = 1; idLength <= 2; idLength++) {
            int verbAt = at + idLength;
            if (segments.size() > verbAt + 1 && FILE_VERBS.contains(segments.get(verbAt))) {
                return Optional.of(of(false, typed ? "/" + type + "/" : "/", type, segments, at, idLength));
            }
        }
        return Optional.empty();
    }

    private static HubTarget api(List<String> segments) {
        String type = segments.get(1);
        boolean verbTwice = segments.size() > 4 && API_VERBS.contains(segments.get(4));
        boolean legacy = segments.size() == 3 || (API_VERBS.contains(segments.get(3)) && !verbTwice);
        return of(true, "/api/" + type + "/", type, segments, 2, legacy ? 1 : 2);
    }

    private static HubTarget cached(List<String> segments) {
        String type = segments.get(2);
        int idEnd = Math.min(5, segments.size());
        List<String> tail = segments.subList(idEnd, segments.size());
        String id = String.join("/", segments.subList(3, idEnd));
        return new HubTarget(false, "/api/resolve-cache/" + type + "/", type, id, "resolve-cache", tail);
    }

    private static HubTarget of(boolean api, String prefix, String type, List<String> segments, int at, int idLength) {
        int verbAt = at + idLength;
        String id = String.join("/", segments.subList(at, verbAt));
        String verb = segments.size() > verbAt ? segments.get(verbAt) : "";
        List<String> tail = segments.size() > verbAt ? segments.subList(verbAt + 1, segments.size()) : List.of();
        return new HubTarget(api, prefix, type, id, verb, tail);
    }
}
