package io.artifactvault.backend.pypi.text;

import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** The URLs that indexes list: resolved, checked, and with a canonical path. Pure. */
public final class Urls {
    /** Besides the unreserved characters, which a target never escapes (RFC 3986 §3.3). */
    private static final String ALLOWED_IN_PATHS = "!$&'()*+,;=:@";

    private Urls() {}

    /**
     * An absolute http or https URL with a canonical path, without fragment and user information; empty for a link that
     * cannot be requested.
     *
     * @param base absolute
     */
    public static Optional<String> resolve(URI base, String link) {
        try {
            URI url = base.resolve(new URI(link.replace(" ", "%20")));
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            boolean usable = (scheme.equals("https") || scheme.equals("http"))
                    && url.getHost() != null
                    && url.getRawUserInfo() == null;
            if (!usable) {
                return Optional.empty();
            }
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            Target target = Target.parse(path + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()));
            String port = url.getPort() < 0 ? "" : ":" + url.getPort();
            return Optional.of(scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port + target);
        } catch (URISyntaxException | IllegalArgumentException | BadTargetException e) {
            return Optional.empty();
        }
    }

    /** The decoded last segment of an absolute URL's path, if an index may list such a file. */
    public static Optional<String> fileName(String url) {
        String path = URI.create(url).getRawPath();
        try {
            return Optional.of(Target.decode(path.substring(path.lastIndexOf('/') + 1)))
                    .filter(FileName::isLegal);
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }

    /**
     * The one spelling of a path: every character unescaped that may stand in a path as it is, because clients escape
     * plus signs, colons and exclamation marks or do not. A query stays as it is.
     */
    public static String canonical(String path) {
        int end = path.indexOf('?') < 0 ? path.length() : path.indexOf('?');
        StringBuilder plain = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int escaped = path.charAt(i) == '%' && i + 2 < end ? octet(path, i + 1) : -1;
            if (escaped > 0 && ALLOWED_IN_PATHS.indexOf(escaped) >= 0) {
                plain.append((char) escaped);
                i += 2;
            } else {
                plain.append(path.charAt(i));
            }
        }
        return plain.toString();
    }

    private static int octet(String text, int at) {
        return Character.digit(text.charAt(at), 16) * 16 + Character.digit(text.charAt(at + 1), 16);
    }
}
