package io.artifactvault.app.cli;

import io.artifactvault.app.doctor.HubAnswer;
import io.artifactvault.app.doctor.Problem;
import io.artifactvault.app.doctor.TrustedAuthorities;
import io.artifactvault.config.ConfigException;
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
import java.nio.charset.StandardCharsets;
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
    private final Optional<Token> token;
    private final Optional<Credential> upstream;

    /**
     * A token of the admin API.
     *
     * @param source its origin, for messages
     */
    record Token(Credential value, String source) {}

    /** The last argument is the credential that the vault sends upstream for the caller. */
    AdminClient(URI base, Optional<Token> token, Optional<Credential> upstream) {
        this.base = base;
        this.token = token;
        this.upstream = upstream;
    }

    Map<String, Object> get(String path) throws ConfigException, IOException, InterruptedException {
        return send(request(path).GET());
    }

    Map<String, Object> post(String path, Map<String, ?> json)
            throws ConfigException, IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(Json.text(json)));
        upstream.ifPresent(credential -> request.header("X-Upstream-Authorization", credential.reveal()));
        return send(request);
    }

    Map<String, Object> delete(String path) throws ConfigException, IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
        token.ifPresent(shown -> request.header("Authorization", shown.value().reveal()));
        return request;
    }

    private Map<String, Object> send(HttpRequest.Builder request)
            throws ConfigException, IOException, InterruptedException {
        HttpResponse<byte[]> answer = answer(request);
        if (isFromClientsPort(answer)) {
            throw new IOException(base + " is the vault's port for clients; pass the URL of its admin API, such as"
                    + " --endpoint http://127.0.0.1:8081.");
        }
        Map<String, Object> json = json(answer);
        if (answer.statusCode() < 300) {
            return json;
        }
        String error = String.valueOf(
                json.getOrDefault("error", "The vault responded with status " + answer.statusCode() + "."));
        switch (answer.statusCode()) {
            case 400 -> throw new ConfigException(error);
            case 401 -> throw new IOException(unauthorized());
            default -> throw new IOException(error);
        }
    }

    /**
     * Whether the response comes from the clients' port, which responds 404 at the paths of the admin API or forwards
     * them; the admin API never forwards.
     */
    private static boolean isFromClientsPort(HttpResponse<byte[]> answer) {
        boolean nothingMounted = answer.statusCode() == 404
                && new String(answer.body(), StandardCharsets.UTF_8).contains("Nothing is mounted at ");
        return nothingMounted
                || answer.headers()
                        .firstValue("X-Cache")
                        .filter(word -> !word.equals(HubAnswer.LOCAL))
                        .isPresent();
    }

    private String unauthorized() {
        return token.map(shown -> "The admin API at " + base + " rejects the token from " + shown.source()
                        + "; it must be the value of admin.token in the vault's configuration.")
                .orElse("The admin API at " + base
                        + " requires a token; set VAULT_ADMIN_TOKEN to the value of admin.token, or pass"
                        + " --config FILE.");
    }

    private HttpResponse<byte[]> answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw new IOException(
                    "No admin API of a vault responds at " + base
                            + ". Start a vault, or pass the URL of its admin API with --endpoint, or its configuration"
                            + " file with --config.",
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
                    "The server at " + base + " is not a vault's admin API; pass its URL, such as"
                            + " --endpoint http://127.0.0.1:8081.",
                    e);
        }
    }
}
