package io.artifactvault.origin;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * An HTTP proxy by which origins are reached: CONNECT for https, the absolute form for http (RFC 9110 §9.3.6, RFC 9112
 * §3.2.2).
 *
 * @param login the value of Proxy-Authorization
 */
public record OutboundProxy(String host, int port, Optional<Credential> login) {
    /**
     * Reads {@code http://user:password@host:port}; the scheme may be missing, as in the environment it often is.
     *
     * @throws IllegalArgumentException with a reason that goes on from the setting's name and never holds the value
     */
    public static OutboundProxy parse(String text) {
        URI uri = uri(text.contains("://") ? text : "http://" + text);
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw bad();
        }
        try {
            String user = uri.getRawUserInfo();
            URI bare = new URI("http", null, uri.getHost(), uri.getPort(), null, null, null);
            OriginId origin = OriginId.of(bare);
            return new OutboundProxy(
                    origin.host(), origin.port(), Optional.ofNullable(user).map(OutboundProxy::basic));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw bad();
        }
    }

    /** What is sent to have it connect. */
    String connectTo(OriginId origin) {
        String host = origin.host().contains(":") ? "[" + origin.host() + "]" : origin.host();
        String authority = host + ":" + origin.port();
        String authorization = login.map(credential -> "Proxy-Authorization: " + credential.reveal() + "\r\n")
                .orElse("");
        return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + authorization + "\r\n";
    }

    /** What an answer of the proxy's own means; empty for success. */
    static Optional<OriginFailure> refusal(int status) {
        if (status / 100 == 2) {
            return Optional.empty();
        }
        return Optional.of(
                switch (status) {
                    // tinyproxy says 401 where a login is wrong, and 407 only where there is none.
                    case 401, 407 -> OriginFailure.PROXY_LOGIN;
                    default -> status / 100 == 4 ? OriginFailure.PROXY_DENIED : OriginFailure.PROXY_FAILED;
                });
    }

    /**
     * Whether an answer to a request in absolute form is the proxy's own and not the origin's, as far as one can tell: 407 is, and
     * squid and tinyproxy mark their errors.
     */
    static Optional<OriginFailure> ownRefusal(int status, Fields fields) {
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
            // said below; the message of the exception would hold the password
        }
        throw bad();
    }

    private static IllegalArgumentException bad() {
        return new IllegalArgumentException("must be of the form http://host:port or http://user:password@host:port;"
                + " write what is special in a password as %40 and the like");
    }

    /** RFC 7617. */
    private static Credential basic(String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = decoded(colon < 0 ? "" : userInfo.substring(colon + 1));
        byte[] plain = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return Credential.ofAuthorization("Basic " + Base64.getEncoder().encodeToString(plain));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
