package io.artifactvault.server;

import io.artifactvault.server.wire.RequestFraming;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What {@code server} reads of strangers. */
public final class ServerParsers implements Supplier<Map<String, Consumer<String>>> {
    @Override
    public Map<String, Consumer<String>> get() {
        Map<String, Consumer<String>> all = new TreeMap<>();
        all.put("Host", value -> {
            HostField.isSound(value);
            HostField.isSound("[" + value + "]");
            HostField.isSound("a:" + value);
            HostField.host(value);
            request("/", value);
        });
        all.put("absolute targets", value -> {
            ClientRequests.originForm("http://" + value);
            request("http://" + value, "a.test");
        });
        all.put("request lines", value -> head(value + "\r\n\r\n"));
        all.put("targets", value -> head("GET /" + value + " HTTP/1.1\r\n\r\n"));
        for (String name : new String[] {"Transfer-Encoding", "Content-Length", "X"}) {
            all.put("a request's " + name, value -> head("GET / HTTP/1.1\r\n" + name + ": " + value + "\r\n\r\n"));
        }
        all.put("more codings", value -> head("GET / HTTP/1.1\r\nTransfer-Encoding: a" + value + ", chunked\r\n\r\n"));
        all.put(
                "chunk lines",
                value -> head(
                        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;" + value + "\r\nhello\r\n0\r\n\r\n"));
        return all;
    }

    private static void head(String octets) {
        new RequestFraming(128 * 1024).advance(0, octets.length(), octets::charAt);
    }

    private static void request(String target, String host) {
        if (target.chars().anyMatch(c -> c <= ' ')) {
            // The framing has refused it.
            return;
        }
        HttpRequest head = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.GET,
                target,
                DefaultHttpHeadersFactory.headersFactory().withValidation(false));
        head.headers().set("Host", host);
        try {
            new ClientRequests(Optional.empty()).read(head, Optional.empty());
        } catch (ClientRequests.BadRequestException e) {
            // Refused with 400.
        }
    }
}
