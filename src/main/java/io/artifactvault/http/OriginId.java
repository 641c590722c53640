package io.artifactvault.http;

import java.net.Inet6Address;
import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port: the unit to which credentials and pooled connections belong (RFC 6454 §4). The host is lower
 * case, the port always explicit.
 *
 * @param scheme lower case
 * @param host a name, an IPv4 address, or an IPv6 address without its brackets
 * @param port 1 to 65535
 */
public record OriginId(String scheme, String host, int port) {
    /** @throws IllegalArgumentException when the port is out of range or the host is neither a name nor an address */
    public OriginId {
        scheme = scheme.toLowerCase(Locale.ROOT);
        host = withoutBrackets(host.toLowerCase(Locale.ROOT));
        if (!Scan.isMadeOf(host, OriginId::isNameCharacter) && !isIpv6(host)) {
            throw new IllegalArgumentException("not a host name or address without a zone");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is outside 1-65535");
        }
    }

    /**
     * The origin of a URI.
     *
     * @throws IllegalArgumentException when it is not an absolute http or https URI with a host, or when it contains a
     * user or password, which belong in the configuration and not in a URI
     */
    public static OriginId of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean known = scheme.equals("http") || scheme.equals("https");
        if (!known || uri.getHost() == null) {
            throw new IllegalArgumentException("not an absolute http(s) URI with a host");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the URI has a user or password before its host");
        }
        return new OriginId(scheme, uri.getHost(), uri.getPort() < 0 ? standardPort(scheme) : uri.getPort());
    }

    /** Whether connections to it are encrypted. */
    public boolean isTls() {
        return scheme.equals("https");
    }

    /** The value for a Host field: an IPv6 address in brackets, without the port when it is the scheme's own. */
    public String authority() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return port == standardPort(scheme) ? name : name + ":" + port;
    }

    /** Scheme and authority, such as {@code https://huggingface.co}. */
    @Override
    public String toString() {
        return scheme + "://" + authority();
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || Scan.isDigit(c) || c == '.' || c == '_' || c == '-';
    }

    /** Whether the host is an IPv6 address without a zone, which has no meaning on another machine. */
    private static boolean isIpv6(String host) {
        boolean perhaps =
                host.indexOf(':') >= 0 && Scan.isMadeOf(host, c -> Scan.isHexDigit(c) || c == ':' || c == '.');
        if (!perhaps) {
            return false;
        }
        try {
            var _ = Inet6Address.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int standardPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static String withoutBrackets(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return bracketed && host.contains(":") ? host.substring(1, host.length() - 1) : host;
    }
}
