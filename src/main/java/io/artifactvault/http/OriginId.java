package io.artifactvault.http;

import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port: the unit to which credentials and pooled connections belong (RFC 6454 §4). The host is lower
 * case, the port always explicit.
 */
public record OriginId(String scheme, String host, int port) {
    public OriginId {
        scheme = scheme.toLowerCase(Locale.ROOT);
        host = host.toLowerCase(Locale.ROOT);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is outside 1-65535");
        }
    }

    /** @throws IllegalArgumentException when the URI is not an absolute http or https URI with a host */
    public static OriginId of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean known = scheme.equals("http") || scheme.equals("https");
        if (!known || uri.getHost() == null) {
            throw new IllegalArgumentException("not an absolute http(s) URI with a host");
        }
        int standard = scheme.equals("https") ? 443 : 80;
        return new OriginId(scheme, uri.getHost(), uri.getPort() < 0 ? standard : uri.getPort());
    }

    public boolean isTls() {
        return scheme.equals("https");
    }

    /** As it stands in a Host field: without the port when it is the scheme's own. */
    public String authority() {
        boolean standard = port == (isTls() ? 443 : 80);
        return standard ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority();
    }
}
