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
            "x-method-override",
            "x-http-host",
            "x-envoy-",
            "x-middleware-");

    private static final Set<String> NAMES = Set.of(
            "forwarded",
            "x-host",
            "x-override-url",
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
