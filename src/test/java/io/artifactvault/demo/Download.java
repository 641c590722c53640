package io.artifactvault.demo;

import io.artifactvault.http.conditional.EntityTag;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;

/**
 * One download of the demo.
 *
 * @param isWhole whether its bytes have the sha256 that X-Linked-Etag names
 * @param sentByHub bytes of content that Hub and CDN sent meanwhile
 */
record Download(long bytes, Duration took, String xCache, boolean isWhole, long sentByHub) {
    static Download of(URI uri) throws IOException, InterruptedException {
        long start = System.nanoTime();
        MessageDigest sha256 = sha256();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
            long bytes;
            try (InputStream body = new DigestInputStream(answer.body(), sha256)) {
                bytes = body.transferTo(OutputStream.nullOutputStream());
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            String hex = HexFormat.of().formatHex(sha256.digest());
            boolean whole = answer.headers()
                    .firstValue("X-Linked-Etag")
                    .flatMap(EntityTag::parse)
                    .filter(tag -> tag.opaque().equals(hex))
                    .isPresent();
            return new Download(
                    bytes, took, answer.headers().firstValue("X-Cache").orElse("-"), whole, 0);
        }
    }

    Download sentByHub(long octets) {
        return new Download(bytes, took, xCache, isWhole, octets);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d bytes in %.3f s, X-Cache: %-4s  Hub and CDN sent %,d bytes of content",
                bytes,
                took.toNanos() / 1e9,
                xCache,
                sentByHub);
    }
}
