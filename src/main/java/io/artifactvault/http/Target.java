package io.artifactvault.http;

import java.util.List;
import java.util.Optional;

/**
 * The canonical request target in origin form (RFC 9112 §3.2.1): a raw, still percent-encoded path and query. Nothing
 * else in the vault canonicalises targets; upstream's target is built from this one, never from raw text.
 *
 * <p>Canonical means: the path starts with {@code /}; percent-encodings are upper case and well formed; encoded
 * unreserved characters are decoded; characters that RFC 3986 does not allow in a path or query are encoded (UTF-8);
 * {@code %2F} stays encoded, because a branch name with a slash is one segment; no segment is {@code .} or {@code ..},
 * encoded or not, nor is a part of one between encoded slashes or backslashes; no control characters, which only a
 * query may contain, encoded; no raw backslash or space, no fragment. Double slashes are kept: only a backend knows
 * what they mean.
 *
 * @param path the raw path, at least {@code /}
 * @param query the raw query without its {@code ?}
 * @param sent the target as the client spelled it, for backends that must not change a signed address: its
 *     percent-encodings and brackets are unchanged; only characters that no URI may contain are encoded
 */
public record Target(String path, Optional<String> query, String sent) {
    /** The longest target that {@link #parse} accepts, in characters, before and after canonicalisation. */
    public static final int MOST_CHARACTERS = 16_384;

    /** @throws IllegalArgumentException when the path or the query is not canonical already */
    public Target {
        if (!isCanonical(path, query)) {
            throw new IllegalArgumentException("not a canonical request target");
        }
    }

    /** A target that is spelled canonically. */
    public Target(String path, Optional<String> query) {
        this(path, query, path + query.map(q -> "?" + q).orElse(""));
    }

    /**
     * Canonicalises a target as received on the wire, one character per octet. Parsing the result of {@link #toString}
     * gives the same target.
     *
     * @throws BadTargetException whose message describes the error without repeating the target
     */
    public static Target parse(String raw) throws BadTargetException {
        refuseTooLong(raw.length());
        int mark = raw.indexOf('?');
        String rawPath = mark < 0 ? raw : raw.substring(0, mark);
        Optional<String> rawQuery = mark < 0 ? Optional.empty() : Optional.of(raw.substring(mark + 1));
        String path = canonicalPath(rawPath);
        Optional<String> query =
                rawQuery.isEmpty() ? Optional.empty() : Optional.of(PercentCoding.canonicalQuery(rawQuery.get()));
        refuseTooLong(path.length() + query.map(q -> q.length() + 1).orElse(0));
        String sent = PercentCoding.sentPath(rawPath)
                + rawQuery.map(q -> "?" + PercentCoding.sentQuery(q)).orElse("");
        return new Target(path, query, sent);
    }

    /**
     * The decoded text of a segment, or of the name or value of a query parameter. A plus sign stays a plus sign.
     *
     * @throws BadTargetException when a percent-encoding is malformed or the octets are not UTF-8
     */
    public static String decode(String segment) throws BadTargetException {
        return PercentCoding.decode(segment);
    }

    /**
     * Encodes the text as one canonical segment, which {@link #decode} converts back; only unreserved characters stay
     * unchanged, so a slash becomes {@code %2F}.
     *
     * @throws IllegalArgumentException when no target may contain the text: a dot segment, a control character or half
     *     a surrogate pair
     */
    public static String encodeSegment(String decoded) {
        String segment = PercentCoding.encode(decoded);
        if (!isCanonical("/" + segment, Optional.empty())) {
            throw new IllegalArgumentException("the text cannot be a path segment");
        }
        return segment;
    }

    /**
     * The name or value of a query parameter, as {@link #encodeSegment} encodes a segment. Dot segments have no meaning
     * in a query, so any text of whole characters has an encoding.
     *
     * @throws IllegalArgumentException when the text contains half a surrogate pair
     */
    public static String encodeParameter(String decoded) {
        return PercentCoding.encode(decoded);
    }

    /**
     * A copy with this query and another path.
     *
     * @throws IllegalArgumentException when the path is not canonical; build it from {@link #segments} and {@link
     *     #encodeSegment}
     */
    public Target withPath(String canonicalPath) {
        return new Target(canonicalPath, query);
    }

    /**
     * The target as the client spelled it, below a mount.
     *
     * @param prefix with a slash at both ends; this path begins with it, regardless of the client's spelling
     * @return path and query without a slash before them
     */
    public String sentBelow(String prefix) {
        // Slashes are never encoded or decoded, so both spellings of the prefix have the same number of them.
        int from = 0;
        for (int i = 0; i < prefix.length(); i++) {
            if (prefix.charAt(i) == '/') {
                from = sent.indexOf('/', from) + 1;
            }
        }
        return sent.substring(from);
    }

    /** The raw segments between slashes: {@code /a//b/} gives "a", "", "b", "". */
    public List<String> segments() {
        return List.of(path.substring(1).split("/", -1));
    }

    /**
     * The decoded value of the first query parameter of that decoded name, "" when it has no equals sign. Empty when
     * there is none, or when its value is not UTF-8.
     */
    public Optional<String> queryParameter(String name) {
        for (String pair : query.orElse("").split("&", -1)) {
            int equals = pair.indexOf('=');
            String rawName = equals < 0 ? pair : pair.substring(0, equals);
            if (!pair.isEmpty() && decoded(rawName).filter(name::equals).isPresent()) {
                return decoded(equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
        return Optional.empty();
    }

    /** Whether they are the same target, regardless of the spelling. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Target target && path.equals(target.path) && query.equals(target.query);
    }

    @Override
    public int hashCode() {
        return 31 * path.hashCode() + query.hashCode();
    }

    @Override
    public String toString() {
        return query.map(q -> path + "?" + q).orElse(path);
    }

    private static Optional<String> decoded(String raw) {
        try {
            return Optional.of(decode(raw));
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }

    private static boolean isCanonical(String path, Optional<String> query) {
        try {
            return canonicalPath(path).equals(path)
                    && (query.isEmpty()
                            || PercentCoding.canonicalQuery(query.get()).equals(query.get()));
        } catch (BadTargetException e) {
            return false;
        }
    }

    private static String canonicalPath(String raw) throws BadTargetException {
        if (!raw.startsWith("/")) {
            throw new BadTargetException("the request target does not start with a slash");
        }
        String path = PercentCoding.canonicalPath(raw);
        if (hasDotSegment(path)) {
            throw new BadTargetException("the request target has a dot segment");
        }
        return path;
    }

    /** Encoded slashes are also separators here: some origins decode before they resolve {@code ..}. */
    private static boolean hasDotSegment(String canonical) {
        if (canonical.indexOf("/.") < 0 && canonical.indexOf('%') < 0) {
            return false;
        }
        String divided = canonical.replace("%2F", "/").replace("%5C", "/") + "/";
        return divided.contains("/./") || divided.contains("/../");
    }

    private static void refuseTooLong(int characters) throws BadTargetException {
        if (characters > MOST_CHARACTERS) {
            throw new BadTargetException("the request target is longer than " + MOST_CHARACTERS + " characters");
        }
    }
}
