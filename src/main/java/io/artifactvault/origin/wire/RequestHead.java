package io.artifactvault.origin.wire;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OutboundProxy;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Converts a request to Netty's head, with the target unchanged, one Host field and one framing. Pure. */
public final class RequestHead {
    /** Fields that the vault sets itself, or that describe another connection. */
    private static final Set<String> NOT_FORWARDED = Set.of(
            "host",
            "authorization",
            "proxy-authorization",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "expect");

    private static final Set<String> METHODS_WITH_CONTENT = Set.of("POST", "PUT", "PATCH");

    private RequestHead() {}

    /**
     * @param forwarder the proxy that forwards the request, if any; the request to it has the absolute form and
     *     contains its login
     */
    public static HttpRequest of(OriginRequest request, Optional<OutboundProxy> forwarder) {
        HttpMethod method = HttpMethod.valueOf(request.method());
        String origin = forwarder.isPresent() ? OriginId.of(request.uri()).toString() : "";
        String target = origin + target(request.uri());
        HttpRequest head = request.body().isPresent()
                ? new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target)
                : new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target, Unpooled.EMPTY_BUFFER);
        HttpHeaders headers = head.headers();
        headers.set(HttpHeaderNames.HOST, OriginId.of(request.uri()).authority());
        addFields(headers, request.fields());
        request.credential()
                .ifPresent(credential -> headers.set(HttpHeaderNames.AUTHORIZATION, latin1(credential.reveal())));
        forwarder
                .flatMap(OutboundProxy::login)
                .ifPresent(login -> headers.set(
                        HttpHeaderNames.PROXY_AUTHORIZATION, login.basic().reveal()));
        frame(headers, request);
        return head;
    }

    /** The path and query in origin form, unchanged (RFC 9112 §3.2.1). */
    public static String target(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static void addFields(HttpHeaders headers, Fields fields) {
        fields.forEach((name, value) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                headers.add(name, latin1(value));
            }
        });
    }

    private static void frame(HttpHeaders headers, OriginRequest request) {
        if (request.body().isEmpty()) {
            if (METHODS_WITH_CONTENT.contains(request.method())) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
            }
            return;
        }
        OptionalLong length = request.body().get().length();
        if (length.isPresent()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length.getAsLong()));
        } else {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    /**
     * Netty encodes a String as ASCII and replaces other characters with question marks; octets above 127 must be
     * preserved (obs-text).
     */
    private static CharSequence latin1(String value) {
        return value.chars().allMatch(c -> c < 0x80) ? value : new AsciiString(value);
    }
}
