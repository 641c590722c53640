package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Turns Netty's response head into the house's values, and refuses framing that two readers could read differently. */
final class AnswerHead {
    private AnswerHead() {}

    /** @throws IllegalArgumentException when the head is not valid; the message names the fault, never a value */
    static Inbox.Head of(HttpResponse response, boolean bodiless) {
        checkFraming(response.headers());
        return new Inbox.Head(
                response.status().code(),
                fields(response.headers()),
                bodiless ? OptionalLong.empty() : contentLength(response));
    }

    /** Whether the end of the body is marked other than by the end of the connection. */
    static boolean isFramed(HttpResponse response) {
        return HttpUtil.isTransferEncodingChunked(response)
                || response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    private static void checkFraming(HttpHeaders headers) {
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (lengths.size() > 1 || !lengths.stream().allMatch(AnswerHead::isDigits)) {
            throw new IllegalArgumentException("not a Content-Length");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        // A coding other than chunked would have to be undone here, and we never ask for one (TE is not sent).
        if (codings.size() > 1
                || !codings.stream().allMatch(coding -> coding.strip().equalsIgnoreCase("chunked"))) {
            throw new IllegalArgumentException("a Transfer-Encoding other than chunked");
        }
    }

    private static boolean isDigits(String value) {
        return !value.isEmpty() && value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9');
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
