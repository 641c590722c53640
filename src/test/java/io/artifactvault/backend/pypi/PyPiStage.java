package io.artifactvault.backend.pypi;

import io.artifactvault.backend.ConfiguredBackend;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.RetrySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A vault in front of a scripted index, with any settings. */
final class PyPiStage implements AutoCloseable {
    static final String JSON = "application/vnd.pypi.simple.v1+json";
    static final String HTML = "text/html";

    final Stage<byte[]> stage;

    private PyPiStage(Stage<byte[]> stage) {
        this.stage = stage;
    }

    /** Without a gate; files may be fetched from every host and port of the loopback. */
    static PyPiStage open(Path dir, ScriptedIndex index) throws IOException {
        return open(dir, index, AgeGate.OPEN, PrivateTargets.ALL);
    }

    static PyPiStage open(Path dir, ScriptedIndex index, AgeGate gate, PrivateTargets targets) throws IOException {
        PyPiSettings usual = new PyPiType().defaults();
        PyPiSettings settings = new PyPiSettings(
                usual.name(),
                usual.prefix(),
                usual.hosts(),
                new PyPiSettings.Index(URI.create(index.index.base()), "/simple/", Optional.empty()),
                List.of(),
                false,
                List.of("127.0.0.2"),
                usual.internalNames(),
                usual.allow(),
                usual.deny(),
                gate,
                usual.metadataTtl(),
                usual.negativeTtl(),
                usual.accessTtl(),
                8 << 20,
                usual.maxKnownFiles(),
                Duration.ofSeconds(20),
                targets,
                usual.source());
        Stage<byte[]> stage = Stage.of(dir, new ConfiguredBackend<>(new PyPiType(), settings));
        return new PyPiStage(stage.retry(new RetrySettings(1, Duration.ZERO, 0)).start());
    }

    static AgeGate sevenDays(String... exemptions) throws Exception {
        List<AgeGate.Exemption> parsed = new ArrayList<>();
        for (String exemption : exemptions) {
            parsed.add(AgeGate.Exemption.parse(exemption));
        }
        return new AgeGate(Duration.ofDays(7), Optional.empty(), parsed);
    }

    HttpResponse<byte[]> get(String below, String... fields) throws IOException, InterruptedException {
        return stage.get(below, fields);
    }

    int status(String below, String... fields) throws IOException, InterruptedException {
        return get(below, fields).statusCode();
    }

    String page(String project, String accept) throws IOException, InterruptedException {
        return text(get("simple/" + project + "/", "Accept", accept));
    }

    /** What the operator learns about a response. */
    String why(HttpResponse<?> response) throws IOException, InterruptedException {
        URI address = URI.create(
                "http://127.0.0.1:" + stage.vault().adminPort() + "/admin/why/" + field(response, "X-Request-Id"));
        return stage.client()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    @Override
    public void close() {
        stage.close();
    }
}
