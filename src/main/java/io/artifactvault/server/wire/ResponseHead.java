package io.artifactvault.server.wire;

import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.time.Instant;

/** Creates Netty's response head: the response's fields, its framing, and the fields that every response carries. */
public final class ResponseHead {
    private static final AsciiString CACHE_STATUS = AsciiString.cached("Cache-Status");
    private static final AsciiString X_CACHE = AsciiString.cached("X-Cache");
    private static final AsciiString X_REQUEST_ID = AsciiString.cached("X-Request-Id");

    /** The Date value that was formatted last; reused for one second. */
    private static volatile Second latest = new Second(0, HttpDate.format(Instant.EPOCH));

    private record Second(long sinceEpoch, String date) {}

    private ResponseHead() {}

    private static String date() {
        long now = System.currentTimeMillis() / 1000;
        Second known = latest;
        if (known.sinceEpoch() != now) {
            known = new Second(now, HttpDate.format(Instant.ofEpochSecond(now)));
            latest = known;
        }
        return known.date();
    }

    public static HttpResponse of(Answer answer, HttpRequest request, String requestId, boolean keepAlive) {
        // Fields were validated when they were created.
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        answer.fields().forEach(headers::add);
        // Upstream's Date is kept (RFC 9110 §6.6.1), unless it is not a date.
        String made = headers.get(HttpHeaderNames.DATE);
        if (made == null || HttpDate.parse(made).isEmpty()) {
            headers.set(HttpHeaderNames.DATE, date());
        }
        // The vault's member comes last, after those of upstream caches (RFC 9211 §2).
        headers.add(CACHE_STATUS, answer.cacheStatus().toField());
        headers.set(X_CACHE, answer.cacheStatus().word());
        headers.set(X_REQUEST_ID, requestId);
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), headers);
        frame(response, request, keepAlive);
        return response;
    }

    /** An interim response: the given fields, unchanged, and no others. */
    public static HttpResponse early(int status, Fields fields) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        fields.without("Content-Length").forEach(headers::add);
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE);
    }

    /** Chunked if the length is unknown; an HTTP/1.0 client reads until the connection closes. */
    private static void frame(HttpResponse response, HttpRequest request, boolean keepAlive) {
        boolean bodiless = response.status().code() == 204 || response.status().code() == 304;
        boolean unknown = !bodiless && !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        boolean old = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
        if (unknown && !old && !request.method().name().equals("HEAD")) {
            HttpUtil.setTransferEncodingChunked(response, true);
        }
        boolean persistent = keepAlive && !(unknown && old);
        if (!persistent) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (old) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }
}
