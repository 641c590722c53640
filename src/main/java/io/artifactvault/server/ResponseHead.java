package io.artifactvault.server;

import io.artifactvault.cache.Answer;
import io.artifactvault.http.HttpDate;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Instant;

/** Netty's response head for an answer: the answer's fields, how it is framed, and what every answer carries. */
final class ResponseHead {
    private ResponseHead() {}

    static HttpResponse of(Answer answer, HttpRequest request, String requestId, boolean keepAlive) {
        // Our Fields are validated when they are made; once is enough.
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        answer.fields().forEach(headers::add);
        headers.set(HttpHeaderNames.DATE, HttpDate.format(Instant.now()));
        headers.set("Cache-Status", answer.cacheStatus().toField());
        headers.set("X-Cache", answer.cacheStatus().word());
        headers.set("X-Request-Id", requestId);
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), headers);
        frame(response, request, keepAlive);
        return response;
    }

    /** Chunked where the length is not known; a 1.0 client reads until the connection closes. */
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
