package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.policy.RateReport;
import io.artifactvault.origin.policy.RetryAfter;
import io.artifactvault.origin.redirect.Location;
import io.artifactvault.origin.wire.ResponseFraming;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What {@code origin} reads of strangers. */
public final class OriginParsers implements Supplier<Map<String, Consumer<String>>> {
    @Override
    public Map<String, Consumer<String>> get() {
        Map<String, Consumer<String>> all = new TreeMap<>();
        for (String name : new String[] {
            "RateLimit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Limit", "X-RateLimit-Reset"
        }) {
            all.put(name, value -> {
                RateReport.of(Fields.of(name, value));
                RateReport.of(Fields.of(name, "\"a\";" + value));
                RateReport.of(Fields.of(name, "1;" + value, "RateLimit-Remaining", "1"));
            });
        }
        all.put("Retry-After", value -> RetryAfter.of(Fields.of("Retry-After", value)));
        all.put("Location", value -> {
            Location.resolve(URI.create("http://a.test/b/c"), value);
            Location.resolve(URI.create("http://a.test/b/c"), "http://" + value);
        });
        all.put("status lines", value -> head("HTTP/1.1 200 " + value + "\r\n\r\n"));
        all.put("field names", value -> head("HTTP/1.1 200 OK\r\n" + value + ": a\r\n\r\n"));
        for (String name : new String[] {"Content-Length", "Transfer-Encoding", "X"}) {
            all.put("an answer's " + name, value -> head("HTTP/1.1 200 OK\r\n" + name + ": " + value + "\r\n\r\n"));
        }
        all.put(
                "chunk lines",
                value -> head(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + value + "\r\nhello\r\n0\r\n\r\n"));
        all.put(
                "chunk sizes",
                value -> head(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5" + value + "\r\nhello\r\n0\r\n\r\n"));
        all.put(
                "trailers",
                value -> head("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + value + "\r\n\r\n"));
        return all;
    }

    private static void head(String octets) {
        new ResponseFraming(128 * 1024).advance(Unpooled.wrappedBuffer(octets.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
