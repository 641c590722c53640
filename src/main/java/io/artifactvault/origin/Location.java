package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the value of a Location field against the URI that gave it (RFC 3986 §5.2), keeping paths and queries byte for
 * byte: signed URLs and the Hub's odd queries break when they are encoded anew. {@code URI.resolve} follows the older RFC
 * 2396 and drops the path before {@code ?query}. Only what a URI may not hold at all is encoded. Pure.
 */
final class Location {
    /** RFC 3986 appendix B. */
    private static final Pattern REFERENCE =
            Pattern.compile("^(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?$", Pattern.DOTALL);

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final Pattern AUTHORITY = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{0,5})?");
    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final int LONGEST = 32 * 1024;

    private Location() {}

    /** Empty when it leads nowhere that we would go: no http(s), with user information, malformed. */
    static Optional<URI> resolve(URI base, String location) {
        String reference = location.strip();
        boolean control = reference.chars().anyMatch(c -> c < 0x20 || c == 0x7f);
        Matcher parts = REFERENCE.matcher(reference);
        if (reference.isEmpty() || reference.length() > LONGEST || control || !parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(resolve(base, parts));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static URI resolve(URI base, Matcher parts) throws URISyntaxException {
        String scheme = parts.group(1);
        String authority = parts.group(2);
        String path = parts.group(3);
        if (scheme != null && !SCHEME.matcher(scheme).matches()) {
            throw new URISyntaxException("", "not a scheme");
        }
        if (scheme != null || authority != null) {
            return absolute(scheme == null ? base.getScheme() : scheme, authority, path, parts.group(4));
        }
        String basePath = base.getRawPath() == null ? "" : base.getRawPath();
        if (path.isEmpty()) {
            String query = parts.group(4) == null ? base.getRawQuery() : parts.group(4);
            return absolute(base.getScheme(), base.getRawAuthority(), basePath, query);
        }
        String merged = path.startsWith("/") ? path : basePath.substring(0, basePath.lastIndexOf('/') + 1) + path;
        return absolute(base.getScheme(), base.getRawAuthority(), merged, parts.group(4));
    }

    private static URI absolute(String scheme, @Nullable String authority, String path, @Nullable String query)
            throws URISyntaxException {
        if (authority == null || !AUTHORITY.matcher(authority).matches()) {
            throw new URISyntaxException("", "no usable authority");
        }
        String rooted = path.startsWith("/") ? path : "/" + path;
        String text = scheme.toLowerCase(Locale.ROOT)
                + "://"
                + authority.toLowerCase(Locale.ROOT)
                + encode(withoutDots(rooted), "\"<>\\^`{|}[] ")
                + (query == null ? "" : "?" + encode(query, "\"<>\\^`{|} "));
        URI uri = new URI(text);
        OriginId.of(uri);
        return uri;
    }

    /** RFC 3986 §5.2.4, segment by segment. */
    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            boolean up = segments[i].equals("..");
            if (up) {
                kept.pollLast();
            }
            if (!up && !segments[i].equals(".")) {
                kept.addLast(segments[i]);
            } else if (last) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }

    /** Encodes the forbidden characters, octets above 127 and percent signs that encode nothing. */
    private static String encode(String text, String forbidden) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        Matcher escape = ESCAPE.matcher(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean stray = c == '%' && !escape.region(i, text.length()).lookingAt();
            if (stray || forbidden.indexOf(c) >= 0 || c > 0x7e) {
                i += appendEncoded(out, text, i) - 1;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Field values come as one character per octet, so that a character up to 255 is an octet. */
    private static int appendEncoded(StringBuilder out, String text, int at) {
        int point = text.codePointAt(at);
        byte[] octets = point <= 0xff
                ? new byte[] {(byte) point}
                : Character.toString(point).getBytes(StandardCharsets.UTF_8);
        for (byte octet : octets) {
            out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
        }
        return Character.charCount(point);
    }
}
