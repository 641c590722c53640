package io.artifactvault.origin.wire;

import io.artifactvault.http.Fields;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalLong;

/** Converts Netty's response head to the vault's values; {@link ResponseFraming} has checked its framing. */
final class OriginResponseHead {
    private OriginResponseHead() {}

    /** @throws IllegalArgumentException when the head is not valid; the message names the error, never a value */
    static Inbox.Head of(HttpResponse response, boolean bodiless) {
        return new Inbox.Head(
                response.status().code(),
                fields(response.headers()),
                bodiless ? OptionalLong.empty() : contentLength(response));
    }

    /** Whether the body is framed by other means than the end of the connection. */
    static boolean isFramed(HttpResponse response) {
        return HttpUtil.isTransferEncodingChunked(response)
                || response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    private static OptionalLong contentLength(HttpResponse response) {
        String value = response.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        boolean chunked = HttpUtil.isTransferEncodingChunked(response);
        return value == null || chunked ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    }

    private static Fields fields(HttpHeaders headers) {
        Fields.Builder builder = Fields.builder();
        Iterator<Map.Entry<CharSequence, CharSequence>> lines = headers.iteratorCharSequence();
        while (lines.hasNext()) {
            Map.Entry<CharSequence, CharSequence> line = lines.next();
            builder.add(line.getKey().toString(), line.getValue().toString());
        }
        return builder.build();
    }
}
