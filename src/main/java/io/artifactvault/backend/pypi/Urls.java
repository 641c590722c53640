package io.artifactvault.backend.pypi;

import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** The URLs that indexes list: resolved, checked, and with a canonical path. Pure. */
final class Urls {
    private Urls() {}

    /**
     * An absolute http or https URL with a canonical path, without fragment and user information; empty for a link that
     * cannot be requested.
     *
     * @param base absolute
     */
    static Optional<String> resolve(URI base, String link) {
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
    static Optional<String> fileName(String url) {
        String path = URI.create(url).getRawPath();
        try {
            return Optional.of(Target.decode(path.substring(path.lastIndexOf('/') + 1)))
                    .filter(FileName::isLegal);
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }

    /** Clients spell a plus sign in a path in both ways; it is one key. */
    static String withPlus(String path) {
        return path.replace("%2B", "+");
    }
}
