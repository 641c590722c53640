package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A proxy through which origins are reached. An HTTP proxy is contacted in plain text or over TLS; it receives CONNECT
 * for https and the absolute form for http (RFC 9110 §9.3.6, RFC 9112 §3.2.2). A SOCKS5 proxy gets the host name for
 * both (RFC 1928).
 */
public record OutboundProxy(Scheme scheme, String host, int port, Optional<ProxyLogin> login) {
    /** The protocol for the connection to the proxy itself. */
    public enum Scheme {
        HTTP,
        HTTPS,
        SOCKS5
    }

    /** RFC 1928; no registry assigns a port to socks5, but this one is in general use. */
    private static final int SOCKS_PORT = 1080;

    /** The maximum length of a user name or password for SOCKS5: RFC 1929 has one octet for it. */
    private static final int LONGEST_SOCKS_TEXT = 255;

    /**
     * Reads {@code http://user:password@host:port}, or the same with another scheme; the scheme may be missing, which
     * is common in environment variables.
     *
     * @throws IllegalArgumentException with a reason that continues a sentence which begins with the setting's name,
     *     and never contains the value
     */
    public static OutboundProxy parse(String text) {
        URI uri = uri(text.contains("://") ? text : "http://" + text);
        Scheme scheme = scheme(uri.getScheme());
        try {
            String user = uri.getRawUserInfo();
            int port = uri.getPort() < 0 && scheme == Scheme.SOCKS5 ? SOCKS_PORT : uri.getPort();
            String like = scheme == Scheme.HTTPS ? "https" : "http";
            OriginId origin = OriginId.of(new URI(like, null, uri.getHost(), port, null, null, null));
            Optional<ProxyLogin> login = Optional.ofNullable(user).map(OutboundProxy::login);
            if (scheme == Scheme.SOCKS5 && !login.stream().allMatch(OutboundProxy::fitsSocks)) {
                throw bad();
            }
            return new OutboundProxy(scheme, origin.host(), origin.port(), login);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw bad();
        }
    }

    /**
     * The scheme of that name. In other programs {@code socks5h} means that the proxy resolves names, which is always
     * the case here.
     */
    private static Scheme scheme(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "http" -> Scheme.HTTP;
            case "https" -> Scheme.HTTPS;
            case "socks5", "socks5h" -> Scheme.SOCKS5;
            default -> throw bad();
        };
    }

    private static boolean fitsSocks(ProxyLogin login) {
        return !login.user().isEmpty()
                && login.user().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKS_TEXT
                && login.password().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKS_TEXT;
    }

    /** The CONNECT request for that origin. */
    public String connectTo(OriginId origin) {
        String host = origin.host().contains(":") ? "[" + origin.host() + "]" : origin.host();
        String authority = host + ":" + origin.port();
        String authorization = login.map(
                        known -> "Proxy-Authorization: " + known.basic().reveal() + "\r\n")
                .orElse("");
        return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + authorization + "\r\n";
    }

    /** The failure that the proxy's own response indicates; empty for success. */
    public static Optional<OriginFailure> refusal(int status) {
        if (status / 100 == 2) {
            return Optional.empty();
        }
        return Optional.of(
                switch (status) {
                    // tinyproxy responds 401 to a wrong login, and 407 only to a missing one.
                    case 401, 407 -> OriginFailure.PROXY_LOGIN;
                    default -> status / 100 == 4 ? OriginFailure.PROXY_DENIED : OriginFailure.PROXY_FAILED;
                });
    }

    /**
     * The failure, if a response to a request in absolute form comes from the proxy and not from the origin, as far as
     * this is detectable: a 407 does, and squid and tinyproxy mark their errors.
     */
    public static Optional<OriginFailure> ownRefusal(int status, Fields fields) {
        boolean marked = fields.has("X-Squid-Error")
                || fields.first("Server")
                        .filter(name -> name.startsWith("tinyproxy"))
                        .isPresent();
        return status == 407 || (status >= 400 && marked) ? refusal(status) : Optional.empty();
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            boolean rest = uri.getRawQuery() != null
                    || uri.getRawFragment() != null
                    || !uri.getRawPath().replace("/", "").isEmpty();
            if (uri.getHost() != null && !rest) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // The error is reported below; the message of this exception would contain the password.
        }
        throw bad();
    }

    private static IllegalArgumentException bad() {
        return new IllegalArgumentException(
                "must be of the form http://host:port, https://host:port or socks5://host:port, optionally with"
                        + " user:password@ before the host; percent-encode special characters, such as @ as %40");
    }

    private static ProxyLogin login(String userInfo) {
        int colon = userInfo.indexOf(':');
        return new ProxyLogin(
                decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)),
                decoded(colon < 0 ? "" : userInfo.substring(colon + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
