package io.artifactvault.backend.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.app.VaultServer;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example behind a real vault, in front of a server that answers as its ecosystem does. */
class BlobsBackendTest {
    private static final Content CONTENT = Content.generated(300_000, 7);
    private static final Content WRONG = Content.generated(300_000, 8);

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private ScriptedOrigin origin;
    private VaultServer vault;

    @BeforeEach
    void open() throws Exception {
        origin = ScriptedOrigin.open("127.0.0.1", this::answer);
        vault = VaultServer.start(config());
    }

    @AfterEach
    void close() {
        vault.close();
        origin.close();
    }

    /** The second content is not what its name says. */
    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        if (List.of("/files/" + CONTENT.sha256(), "/files/" + WRONG.sha256()).contains(request.path())) {
            reply.field("Content-Type", "application/octet-stream").serve(CONTENT);
        } else {
            reply.status(404).answer("no such content");
        }
    }

    private VaultConfig config() throws Exception {
        Path file = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s"}
                backends: [{type: blobs, config: {base_url: "%s/files"}}]
                """.formatted(dir.resolve("cache"), origin.base()));
        return new ConfigReader(List.of(new BlobsType())).read(file, Map.of(), Overrides.none());
    }

    private HttpResponse<byte[]> get(String below) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + vault.port() + "/blobs/" + below);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
    }

    private static String xCache(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Cache").orElse("none");
    }

    @Test
    void contentIsFetchedOnceAndServedForEver() throws Exception {
        HttpResponse<byte[]> cold = get(CONTENT.sha256());
        HttpResponse<byte[]> warm = get(CONTENT.sha256());

        assertThat(List.of(xCache(cold), xCache(warm))).containsExactly("MISS", "HIT");
        assertThat(cold.body()).isEqualTo(CONTENT.bytes());
        assertThat(warm.body()).isEqualTo(CONTENT.bytes());
        assertThat(warm.headers().firstValue("ETag")).hasValue("\"" + CONTENT.sha256() + "\"");
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void whatDoesNotHashToItsNameIsNeverWhole() {
        assertThat(catchThrowable(() -> get(WRONG.sha256()))).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNotThereIsSaidToBeAndRemembered() throws Exception {
        String unknown = "0".repeat(64);
        assertThat(get(unknown).statusCode()).isEqualTo(404);
        assertThat(get(unknown).statusCode()).isEqualTo(404);
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void whatIsNoDigestNeedsNoUpstream() throws Exception {
        assertThat(get("../etc/passwd").statusCode()).isBetween(400, 404);
        assertThat(get("ABC").statusCode()).isEqualTo(404);
        assertThat(origin.requests()).isEmpty();
    }
}
