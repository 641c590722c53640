package io.artifactvault.backend.oci;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.fixtures.TestClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A vault in front of a test registry, which it calls {@code hub} and whose images are those of {@code docker.io}. */
final class OciStage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final TestClock clock = new TestClock();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final VaultServer vault;

    /** With a registry that may redirect to the storage. */
    OciStage(Path dir, TestRegistry registry) throws Exception {
        this(dir, registry, ", allow_private_redirects: true");
    }

    /** @param more further settings of the backend, each after a comma */
    OciStage(Path dir, TestRegistry registry, String more) throws Exception {
        Path file = Files.writeString(
                dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_revalidate_interval: 0, stale_after: 0}
                origin: {retry_tries: 1, breaker_failures: 1000}
                backends: [{type: dockerhub, name: hub, config: {base_url: "%s", metadata_ttl: 60, access_ttl: 300,
                            negative_ttl: 1, listen: "127.0.0.1:0" %s}}]
                """.formatted(dir.resolve("cache"), registry.api.base(), more));
        vault = VaultServer.start(
                new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none()), clock, _ -> {});
    }

    int ownPort() {
        return vault.port("hub").orElseThrow();
    }

    HttpRequest request(int port, String method, String target, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) {
            request.headers(fields);
        }
        return request.build();
    }

    HttpResponse<byte[]> send(String method, String target, String... fields) throws IOException, InterruptedException {
        return client.send(request(vault.port(), method, target, fields), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String target, String... fields) throws IOException, InterruptedException {
        return send("GET", target, fields);
    }

    /** What an operator reads at the admin listener. */
    String admin(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                client.send(request(vault.adminPort(), "GET", path), BodyHandlers.ofByteArray());
        return text(response);
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Waits for the work that continues after a response. */
    void awaitQuiet() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (vault.openFills() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        vault.close();
        client.close();
    }
}
