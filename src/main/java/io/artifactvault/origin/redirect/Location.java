package io.artifactvault.origin.redirect;

import io.artifactvault.http.OriginId;
import io.artifactvault.http.Scan;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the value of a Location field against the URI that gave it (RFC 3986 §5.2), keeping paths and queries byte
 * for byte: signed URLs and the Hub's odd queries break when they are re-encoded. {@code URI.resolve} follows the older
 * RFC 2396 and drops the path before {@code ?query}. Only characters that no URI may contain are encoded. Pure.
 */
public final class Location {
    private static final int LONGEST = 32 * 1024;

    private Location() {}

    /** The resolved target; empty when it is not acceptable: not http(s), with user information, or malformed. */
    public static Optional<URI> resolve(URI base, String location) {
        String reference = location.strip();
        boolean control = reference.chars().anyMatch(c -> c < 0x20 || c == 0x7f);
        if (reference.isEmpty() || reference.length() > LONGEST || control) {
            return Optional.empty();
        }
        try {
            return Optional.of(resolve(base, Reference.of(reference)));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The parts of a reference without its fragment (RFC 3986 appendix B), unchanged. */
    private record Reference(
            @Nullable String scheme,
            @Nullable String authority,
            String path,
            @Nullable String query) {
        static Reference of(String text) {
            String whole = text.substring(0, Scan.skip(text, 0, c -> c != '#'));
            int mark = whole.indexOf('?');
            String query = mark < 0 ? null : whole.substring(mark + 1);
            String hierarchy = mark < 0 ? whole : whole.substring(0, mark);
            int colon = Scan.skip(hierarchy, 0, c -> c != ':' && c != '/');
            boolean absolute = colon > 0 && colon < hierarchy.length() && hierarchy.charAt(colon) == ':';
            String rest = absolute ? hierarchy.substring(colon + 1) : hierarchy;
            String scheme = absolute ? hierarchy.substring(0, colon) : null;
            if (!rest.startsWith("//")) {
                return new Reference(scheme, null, rest, query);
            }
            int path = Scan.skip(rest, 2, c -> c != '/');
            return new Reference(scheme, rest.substring(2, path), rest.substring(path), query);
        }
    }

    private static boolean isScheme(String text) {
        return Scan.isMadeOf(text, c -> Scan.isLetter(c) || Scan.isDigit(c) || c == '+' || c == '.' || c == '-')
                && Scan.isLetter(text.charAt(0));
    }

    private static boolean isAuthority(String text) {
        int end = text.startsWith("[")
                ? text.indexOf(']') + 1
                : Scan.skip(text, 0, c -> Scan.isLetter(c) || Scan.isDigit(c) || c == '.' || c == '_' || c == '-');
        boolean literal = text.startsWith("[")
                && end > 0
                && Scan.isMadeOf(text.substring(1, end - 1), c -> Scan.isHexDigit(c) || c == ':' || c == '.');
        boolean host = text.startsWith("[") ? literal : end > 0;
        String port = text.substring(end);
        return host
                && (port.isEmpty()
                        || port.equals(":")
                        || (port.startsWith(":") && Scan.isNumber(port.substring(1), 5)));
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length() && Scan.isHexDigit(text.charAt(at + 1)) && Scan.isHexDigit(text.charAt(at + 2));
    }

    private static URI resolve(URI base, Reference parts) throws URISyntaxException {
        String scheme = parts.scheme();
        String authority = parts.authority();
        String path = parts.path();
        if (scheme != null && !isScheme(scheme)) {
            throw new URISyntaxException("", "not a scheme");
        }
        if (scheme != null || authority != null) {
            return absolute(scheme == null ? base.getScheme() : scheme, authority, path, parts.query());
        }
        String basePath = base.getRawPath() == null ? "" : base.getRawPath();
        if (path.isEmpty()) {
            String query = parts.query() == null ? base.getRawQuery() : parts.query();
            return absolute(base.getScheme(), base.getRawAuthority(), basePath, query);
        }
        String merged = path.startsWith("/") ? path : basePath.substring(0, basePath.lastIndexOf('/') + 1) + path;
        return absolute(base.getScheme(), base.getRawAuthority(), merged, parts.query());
    }

    private static URI absolute(String scheme, @Nullable String authority, String path, @Nullable String query)
            throws URISyntaxException {
        if (authority == null || !isAuthority(authority)) {
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

    /** Removes dot segments (RFC 3986 §5.2.4), segment by segment. */
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
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean stray = c == '%' && !isEscape(text, i);
            if (stray || forbidden.indexOf(c) >= 0 || c > 0x7e) {
                i += appendEncoded(out, text, i) - 1;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Field values hold one octet per character, so a character up to 255 is an octet. */
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
