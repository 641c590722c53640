package io.artifactvault.app;

import io.artifactvault.app.doctor.Problem;
import io.artifactvault.app.doctor.TrustedAuthorities;
import io.artifactvault.backend.huggingface.snapshots.HubEtag;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.conditional.EntityTag;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** A client of a running vault that follows no redirects and keeps only digests. Blocking; for the command line. */
public final class EndpointClient {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int FIRST = 1024;
    private static final int STEP = 64 << 10;

    private final HttpClient client;
    private final URI endpoint;
    private final Optional<Credential> token;
    private final TrustedAuthorities authorities;

    /**
     * A response, read to its end.
     *
     * @param first the first bytes of the body, at most {@value #FIRST}
     * @param etagRight whether the body matches its ETag; empty when the ETag is not a digest
     */
    record Reply(
            HttpResponse<?> head,
            long length,
            Digest sha256,
            byte[] first,
            Optional<Boolean> etagRight,
            Duration took) {
        int status() {
            return head.statusCode();
        }

        Optional<String> field(String name) {
            return head.headers().firstValue(name);
        }

        /** The value of X-Cache, for example HIT; "no X-Cache" if the server is not a vault. */
        String xCache() {
            return field("X-Cache").orElse("no X-Cache");
        }
    }

    /**
     * @param endpoint without a slash at its end
     * @throws IOException when required certificates cannot be read
     */
    public EndpointClient(URI endpoint, Optional<Credential> token, TrustedAuthorities authorities) throws IOException {
        this.endpoint = endpoint;
        this.token = token;
        this.authorities = authorities;
        if (!authorities.findings().isEmpty() && endpoint.getScheme().equals("https")) {
            throw new IOException(authorities.findings().getFirst().fact());
        }
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(5))
                .proxy(HttpClient.Builder.NO_PROXY)
                .sslContext(authorities.context())
                .build();
    }

    URI endpoint() {
        return endpoint;
    }

    boolean hasToken() {
        return token.isPresent();
    }

    /** Requests a path below the endpoint; fields are alternating names and values. */
    Reply send(String method, String below, String... fields) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(URI.create(endpoint + below), method);
        token.ifPresent(credential -> request.header("Authorization", credential.reveal()));
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        return send(request);
    }

    /** Requests a path of the server itself, without the token: the server may not be a vault. */
    Reply sendOpenly(String path) throws IOException, InterruptedException {
        return send(request(endpoint.resolve(path), "GET"));
    }

    private static HttpRequest.Builder request(URI uri, String method) {
        return HttpRequest.newBuilder(uri).timeout(PATIENCE).method(method, BodyPublishers.noBody());
    }

    private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try {
            return read(client.send(request.build(), BodyHandlers.ofInputStream()), start);
        } catch (ConnectException e) {
            throw new IOException(
                    "No server responds at " + endpoint + ". Start a vault, or pass its URL with --endpoint.", e);
        } catch (IOException e) {
            throw new IOException(Problem.of(endpoint, e, authorities).line(), e);
        }
    }

    private static Reply read(HttpResponse<InputStream> head, long start) throws IOException {
        Optional<Digest> etag = head.headers()
                .firstValue("ETag")
                .flatMap(EntityTag::parse)
                .flatMap(tag -> HubEtag.digest(tag.opaque()));
        long announced = head.headers().firstValueAsLong("Content-Length").orElse(0);
        Hasher sha256 = Hasher.of(Digest.Algorithm.SHA256, announced);
        Optional<Hasher> own = etag.map(digest -> Hasher.of(digest.algorithm(), announced));
        byte[] first = new byte[0];
        long length = 0;
        byte[] buffer = new byte[STEP];
        try (InputStream body = head.body()) {
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                sha256.update(bytes);
                own.ifPresent(hasher -> hasher.update(bytes));
                first = first.length > 0 ? first : Arrays.copyOf(buffer, Math.min(count, FIRST));
                length += count;
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Optional<Boolean> right = own.map(hasher -> hasher.finish().equals(etag.orElseThrow()));
        return new Reply(head, length, sha256.finish(), first, right, took);
    }
}
