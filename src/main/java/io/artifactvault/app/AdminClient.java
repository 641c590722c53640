package io.artifactvault.app;

import io.artifactvault.app.doctor.Problem;
import io.artifactvault.app.doctor.TrustedAuthorities;
import io.artifactvault.http.Credential;
import io.artifactvault.snapshot.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A client of a running vault's admin API. Blocking; for the command line. */
final class AdminClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TrustedAuthorities authorities = TrustedAuthorities.of(System.getenv());
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .proxy(HttpClient.Builder.NO_PROXY)
            .sslContext(authorities.context())
            .build();
    private final URI base;
    private final Optional<Credential> token;
    private final Optional<Credential> upstream;

    /** The last argument is on whose behalf the vault shall ask upstream. */
    AdminClient(URI base, Optional<Credential> token, Optional<Credential> upstream) {
        this.base = base;
        this.token = token;
        this.upstream = upstream;
    }

    Map<String, Object> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Map<String, Object> post(String path, Map<String, ?> json) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(Json.text(json)));
        upstream.ifPresent(credential -> request.header("X-Upstream-Authorization", credential.reveal()));
        return send(request);
    }

    Map<String, Object> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
        token.ifPresent(credential -> request.header("Authorization", credential.reveal()));
        return request;
    }

    private Map<String, Object> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = answer(request);
        Map<String, Object> json = json(answer);
        if (answer.statusCode() >= 300) {
            throw new IOException(
                    String.valueOf(json.getOrDefault("error", "the vault answered " + answer.statusCode())));
        }
        return json;
    }

    private HttpResponse<byte[]> answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw new IOException(
                    "No vault's admin API answers at " + base
                            + "; start one, or say where it is by --endpoint URL or --config FILE.",
                    e);
        } catch (IOException e) {
            throw new IOException(Problem.of(base, e, authorities).line(), e);
        }
    }

    private Map<String, Object> json(HttpResponse<byte[]> answer) throws IOException {
        try {
            return Json.object(answer.body());
        } catch (IOException e) {
            throw new IOException(
                    "What answers at " + base + " is not a vault's admin API; its port is admin.port, usually 8081.",
                    e);
        }
    }
}
