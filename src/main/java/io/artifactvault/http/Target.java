package io.artifactvault.http;

import java.util.List;
import java.util.Optional;

/**
 * The canonical request target in origin form (RFC 9112 §3.2.1): a raw, still percent-encoded path and query. The one
 * canonicaliser of the house; upstream's target is built from it, never from raw text.
 *
 * <p>Canonical means: the path starts with {@code /}; percent-encodings are upper case and well formed; encoded
 * unreserved characters are decoded; characters that RFC 3986 does not allow in a path or query are encoded (UTF-8);
 * {@code %2F} stays encoded, because a branch name with a slash is one segment; no segment is {@code .} or {@code ..},
 * encoded or not; no control characters, no backslash, no fragment. Double slashes are kept: only a backend knows what
 * they mean.
 *
 * @param path the raw path, at least {@code /}
 * @param query the raw query without its {@code ?}
 */
public record Target(String path, Optional<String> query) {
    /**
     * Canonicalises a target as it came on the wire.
     *
     * @throws BadTargetException naming what is wrong with the target, without repeating it
     */
    public static Target parse(String raw) throws BadTargetException {
        if (!raw.startsWith("/")) {
            throw new BadTargetException("the request target does not start with a slash");
        }
        int mark = raw.indexOf('?');
        return mark < 0
                ? new Target(raw, Optional.empty())
                : new Target(raw.substring(0, mark), Optional.of(raw.substring(mark + 1)));
    }

    /** The raw segments between slashes: {@code /a//b/} gives "a", "", "b", "". */
    public List<String> segments() {
        return List.of(path.substring(1).split("/", -1));
    }

    @Override
    public String toString() {
        return query.map(q -> path + "?" + q).orElse(path);
    }
}
