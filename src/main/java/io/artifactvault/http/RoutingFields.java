package io.artifactvault.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Request fields with which gateways convey to an origin another host, path, method or client address than that of the
 * request itself. They are not part of the cache key, so a client that sends one could choose the response that others
 * get (RFC 9111 §7.1).
 */
public final class RoutingFields {
    private static final List<String> BEGINNINGS = List.of(
            "x-original-",
            "x-rewrite-",
            "x-http-method",
            "x-http-verb",
            "x-http-host",
            "x-http-destination",
            "x-http-path",
            "x-http-url",
            "x-method",
            "x-override-",
            "x-invoke-",
            "x-now-",
            "x-vercel-",
            "x-akamai-",
            "x-arr-",
            "x-azure-",
            "x-ingress-",
            "x-proxy-",
            "x-real-",
            "x-request-ur",
            "cf-",
            "cloudfront-",
            "fastly-",
            "x-forward",
            "x-appengine-",
            "x-ms-original-",
            "x-envoy-",
            "x-middleware-");

    /**
     * Parts of field names: a field whose name contains one is never forwarded, because any gateway may use such a
     * name.
     */
    private static final List<String> PARTS = List.of("forwarded", "override");

    private static final Set<String> NAMES = Set.of(
            "destination",
            "-method",
            "base-url",
            "http-host",
            "http-url",
            "method",
            "proxy",
            "proxy-host",
            "proxy-url",
            "real-ip",
            "redirect",
            "request-uri",
            "script-name",
            "surrogate-capability",
            "uri",
            "url",
            "x-base-path",
            "x-base-url",
            "x-context-path",
            "x-host",
            "x-matched-path",
            "x-gateway-host",
            "x-orig-url",
            "x-path",
            "x-proto",
            "x-protocol",
            "x-proxyuser-ip",
            "x-replaced-path",
            "x-request-path",
            "x-requested-path",
            "x-rest-method",
            "x-server-port",
            "x-target-url",
            "x-request-method",
            "x-rewrite",
            "x-script-name",
            "x-server-name",
            "x-uri",
            "x-url-scheme",
            "x-scheme",
            "x-backend-host",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-custom-ip-authorization",
            "x-remote-addr",
            "x-remote-ip",
            "x-originating-ip",
            "client-ip",
            "true-client-ip",
            "front-end-https");

    private RoutingFields() {}

    /**
     * Whether the field is never forwarded from a client to an origin. Origins that map fields to variables treat an
     * underscore, and some a full stop, as a hyphen.
     */
    public static boolean contains(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
        return NAMES.contains(plain)
                || BEGINNINGS.stream().anyMatch(plain::startsWith)
                || PARTS.stream().anyMatch(plain::contains);
    }
}
