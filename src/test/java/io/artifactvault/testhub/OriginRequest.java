package io.artifactvault.testhub;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A request as an origin received it, and how many body bytes were sent in answer so far. Safe for any thread. */
public final class OriginRequest {
    private final String origin;
    private final int connection;
    private final String method;
    private final String target;
    private final Fields fields;
    private final byte[] body;
    private final AtomicLong bodyBytesSent = new AtomicLong();
    private final AtomicLong contentBytesSent = new AtomicLong();

    OriginRequest(String origin, int connection, String method, String target, Fields fields, byte[] body) {
        this.origin = origin;
        this.connection = connection;
        this.method = method;
        this.target = target;
        this.fields = fields;
        this.body = body;
    }

    /** The name of the origin that received it: {@code hub}, {@code cdn}, {@code cas} or what the test chose. */
    public String origin() {
        return origin;
    }

    /** The number of the connection at its origin, from 1. */
    public int connection() {
        return connection;
    }

    public String method() {
        return method;
    }

    public boolean isHead() {
        return method.equals("HEAD");
    }

    /** The request target byte for byte. */
    public String target() {
        return target;
    }

    /** The raw path: the target before the question mark. */
    public String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** The raw query without its question mark; empty if there is none. */
    public String query() {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    public Fields fields() {
        return fields;
    }

    /** The value of the first field of that name, whatever its case. */
    public Optional<String> field(String name) {
        return fields.first(name);
    }

    /** The body, at most its first MiB. */
    public byte[] body() {
        return body.clone();
    }

    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Body bytes sent in answer to this request; framing is not counted. */
    public long bodyBytesSent() {
        return bodyBytesSent.get();
    }

    /** Body bytes sent that are content of a file, rather than JSON, errors or the text of a redirect. */
    public long contentBytesSent() {
        return contentBytesSent.get();
    }

    boolean wantsClose() {
        return field("Connection")
                .map(v -> v.toLowerCase(Locale.ROOT).contains("close"))
                .orElse(false);
    }

    void countSent(long bytes, boolean content) {
        bodyBytesSent.addAndGet(bytes);
        if (content) {
            contentBytesSent.addAndGet(bytes);
        }
    }

    @Override
    public String toString() {
        return origin + "#" + connection + " " + method + " " + target;
    }
}
