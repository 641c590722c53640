package io.artifactvault.backend.huggingface.route;

import java.util.ArrayList;
import java.util.List;

/** The segments of a raw path, which stay encoded. Pure. */
public final class PathSegments {
    private PathSegments() {}

    /**
     * How many of these segments are the revision: three for an unencoded {@code refs/pr/1} or {@code
     * refs/convert/parquet}, else one.
     */
    public static int revisionLength(List<String> segments) {
        boolean unencodedRef = segments.size() >= 3
                && segments.getFirst().equals("refs")
                && (segments.get(1).equals("pr") || segments.get(1).equals("convert"));
        return unencodedRef ? 3 : 1;
    }

    /** The segments of a raw path, without empty ones. */
    public static List<String> of(String rawPath) {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** The path with each sequence of slashes collapsed to one, and without a leading slash. */
    public static String withoutDoubleSlashes(String rawPath) {
        StringBuilder path = new StringBuilder(rawPath.length());
        for (int i = 0; i < rawPath.length(); i++) {
            boolean surplus = path.isEmpty() || path.charAt(path.length() - 1) == '/';
            if (rawPath.charAt(i) != '/' || !surplus) {
                path.append(rawPath.charAt(i));
            }
        }
        return path.toString();
    }

    /** The segments from an index to the end. */
    public static List<String> rest(List<String> segments, int from) {
        return segments.subList(from, segments.size());
    }

    /** The path of these segments. */
    public static String join(List<String> segments) {
        return String.join("/", segments);
    }
}
