package io.artifactvault.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Request fields by which gateways tell an origin another host, path, method or client address than the request itself has.
 * No cache key holds them, so a client that sends one could choose what others get (RFC 9111 §7.1).
 */
public final class RoutingFields {
    private static final List<String> BEGINNINGS = List.of(
            "x-forwarded",
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
            "x-azure-",
            "x-appengine-",
            "x-ms-original-",
            "x-envoy-",
            "x-middleware-");

    private static final Set<String> NAMES = Set.of(
            "forwarded",
            "-method",
            "base-url",
            "host-override",
            "http-host",
            "method",
            "request-uri",
            "script-name",
            "x-host",
            "x-host-override",
            "x-forward-for",
            "x-gateway-host",
            "x-path",
            "x-proxy-url",
            "x-request-method",
            "x-rewrite",
            "x-script-name",
            "x-server-name",
            "x-uri",
            "x-url-scheme",
            "x-scheme",
            "x-backend-host",
            "x-proxyuser-ip",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-custom-ip-authorization",
            "x-remote-addr",
            "x-remote-ip",
            "x-originating-ip",
            "client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "fastly-client-ip",
            "fastly-host",
            "front-end-https");

    private RoutingFields() {}

    /** Origins that read fields as variables see an underscore as a hyphen. */
    public static boolean contains(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return NAMES.contains(plain) || BEGINNINGS.stream().anyMatch(plain::startsWith);
    }
}
