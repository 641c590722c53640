package io.artifactvault.testhub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** One request at the Hub, who sent it, and the forms in which the Hub answers. Confined to the connection's thread. */
record HubExchange(OriginRequest request, OriginReply reply, Caller caller, HubKnobs knobs, String base) {
    private static final String EXPOSED =
            "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,"
                    + "X-Linked-Size,X-Linked-ETag,X-Xet-Hash";

    Query query() {
        return Query.parse(request.query());
    }

    /** Adds what all answers of the Hub carry. */
    static void decorate(OriginRequest request, OriginReply reply) {
        String bucket = request.path().startsWith("/api/") && !request.path().startsWith("/api/resolve-cache/")
                ? "api"
                : "resolvers";
        String quota = bucket.equals("api") ? "500" : "3000";
        reply.field("X-Powered-By", "huggingface-moon")
                .field("X-Request-Id", "Root=1-" + Integer.toHexString(request.hashCode()) + "-testhub")
                .field("RateLimit", "\"" + bucket + "\";r=" + quota + ";t=123")
                .field("RateLimit-Policy", "\"fixed window\";\"" + bucket + "\";q=" + quota + ";w=300")
                .field("Access-Control-Allow-Origin", "https://huggingface.co")
                .field("Access-Control-Expose-Headers", EXPOSED)
                .field("Vary", "Origin, Accept")
                .field("Referrer-Policy", "strict-origin-when-cross-origin");
        if (bucket.equals("api")) {
            reply.field("Set-Cookie", "session=of-one-caller; Path=/; HttpOnly");
        }
    }

    void refuse(HubError error) throws IOException {
        reply.status(error.status()).field("X-Error-Message", error.message()).fields(error.fields());
        if (!error.code().isEmpty()) {
            reply.field("X-Error-Code", error.code());
        }
        if (request.path().startsWith("/api/") || error.status() == 400) {
            reply.field("Content-Type", "application/json; charset=utf-8").answer(HubJson.write(g -> {
                g.writeStartObject();
                g.writeStringField("error", error.message());
                g.writeEndObject();
            }));
        } else {
            reply.field("Content-Type", "text/plain; charset=utf-8").answer(error.message());
        }
    }

    /** A redirect whose Content-Length is that of its own text. */
    void redirect(int status, String location) throws IOException {
        reply.status(status)
                .field("Location", location)
                .field("Content-Type", "text/plain; charset=utf-8")
                .answer(Reasons.of(status) + ". Redirecting to " + location);
    }

    /** JSON with a weak validator; 304 if the caller has it. */
    void json(HubJson.Body body) throws IOException {
        byte[] bytes = HubJson.write(body);
        String text = new String(bytes, StandardCharsets.UTF_8);
        String tag = "W/\"" + Integer.toHexString(bytes.length) + "-"
                + Digests.hex("SHA-1", text).substring(0, 27) + "\"";
        reply.field("ETag", tag);
        if (isKnown(tag)) {
            reply.status(304);
            return;
        }
        reply.field("Content-Type", "application/json; charset=utf-8");
        if (compresses(bytes.length)) {
            sendCompressed(bytes);
        } else {
            reply.answer(bytes);
        }
    }

    /** Whether If-None-Match names that validator, compared weakly. */
    boolean isKnown(String tag) {
        return request.field("If-None-Match")
                .map(v -> v.equals("*") || v.contains(tag.startsWith("W/") ? tag.substring(2) : tag))
                .orElse(false);
    }

    boolean compresses(long length) {
        boolean asked = request.field("Accept-Encoding")
                .map(v -> v.toLowerCase(Locale.ROOT).contains("gzip"))
                .orElse(false);
        return length > 0 && (knobs.gzipUnasked || (knobs.gzip && asked));
    }

    /** Compressed on the fly: no Content-Length, no ranges. */
    void sendCompressed(byte[] bytes) throws IOException {
        reply.field("Content-Encoding", "gzip").chunked();
        reply.sendHead();
        reply.send(gzip(bytes));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
