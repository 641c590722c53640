package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code ollama pull} sends: the manifest, HEAD of each layer, GET of each layer whose body it does not read, and then, without
 * a token and under another User-Agent, parts of what that answer's Location names.
 */
class OllamaPullTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OLLAMA = "ollama/0.17.4 (amd64 linux) Go/go1.24.1";
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;
    private static final int PART = 9_000;

    @TempDir
    Path dir;

    private TestHub hub;
    private Stage<byte[]> stage;
    private HubFile gguf;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        stage = Stage.ofHub(dir, hub.base()).mountedAt("/").start();
        gguf = hub.repo("models", "acme/quant").at("tiny-Q4_K_M.gguf");
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private HttpRequest.Builder asOllama(String method, URI uri, String... authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Stage.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", OLLAMA);
        if (authorization.length > 0) {
            request.header("Authorization", authorization[0]);
        }
        return request;
    }

    /** All of the model's first layer, as Ollama gets it. */
    private byte[] pull(String repository, String... authorization) throws Exception {
        URI manifest = stage.uri("/v2/" + repository + "/manifests/Q4_K_M");
        HttpRequest asked = asOllama("GET", manifest, authorization)
                .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
                .build();
        HttpResponse<byte[]> answer = stage.client().send(asked, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode layer = JSON.readTree(answer.body()).get("layers").get(0);
        return layer(repository, layer.get("digest").asText(), authorization);
    }

    private byte[] layer(String repository, String digest, String... authorization) throws Exception {
        URI blob = stage.uri("/v2/" + repository + "/blobs/" + digest);
        HttpResponse<Void> head =
                stage.client().send(asOllama("HEAD", blob, authorization).build(), BodyHandlers.discarding());
        assertThat(head.statusCode()).isEqualTo(200);
        int length =
                Integer.parseInt(head.headers().firstValue("content-length").orElseThrow());
        return parts(direct(blob, authorization), length);
    }

    /** Where the layer's parts are: what a GET names, whose body is not read. */
    private URI direct(URI blob, String... authorization) throws Exception {
        try (HttpClient once =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<InputStream> get =
                    once.send(asOllama("GET", blob, authorization).build(), BodyHandlers.ofInputStream());
            get.body().close();
            assertThat(get.statusCode()).isIn(200, 307);
            return blob.resolve(get.headers().firstValue("location").orElseThrow(() -> {
                return new AssertionError("no Location header in response");
            }));
        }
    }

    private byte[] parts(URI direct, int length) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int from = 0; from < length; from += PART) {
            int last = Math.min(from + PART, length) - 1;
            HttpResponse<byte[]> part = part(direct, from, last);
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).hasSize(last - from + 1);
            all.writeBytes(part.body());
        }
        return all.toByteArray();
    }

    private HttpResponse<byte[]> part(URI direct, int from, int last) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(direct)
                .timeout(Stage.PATIENCE)
                .header("User-Agent", "Go-http-client/1.1")
                .header("Range", "bytes=" + from + "-" + last)
                .build();
        return stage.client().send(request, BodyHandlers.ofByteArray());
    }

    @Test
    void aPublicModelIsPulledColdWarmAndOffline() throws Exception {
        assertThat(pull("acme/quant")).isEqualTo(gguf.content().bytes());
        stage.awaitQuiet();
        long sent = hub.originBodyBytes();
        assertThat(pull("acme/quant")).isEqualTo(gguf.content().bytes());
        assertThat(hub.originBodyBytes()).isEqualTo(sent);
        hub.stop();
        assertThat(pull("acme/quant")).isEqualTo(gguf.content().bytes());
        stage.clock.advance(Duration.ofHours(7));
        assertThat(pull("acme/quant")).isEqualTo(gguf.content().bytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGatedModelIsPulledByClientsWithAccess(boolean named) throws Exception {
        hub.knobs().linkedLayers(named);
        HubFile secret = gated();
        assertThat(pull("acme/gated", ALICE)).isEqualTo(secret.content().bytes());
        stage.awaitQuiet();
        assertThat(pull("acme/gated", ALICE)).isEqualTo(secret.content().bytes());
    }

    private HubFile gated() {
        HubRepository repository = hub.repo("models", "acme/gated");
        repository.lfs("secret-Q4_K_M.gguf", Content.generated(30_000, 7));
        repository.push();
        return repository.at("secret-Q4_K_M.gguf");
    }

    private URI gatedLink() throws Exception {
        String digest = "sha256:" + gated().content().sha256();
        return direct(stage.uri("/v2/acme/gated/blobs/" + digest), ALICE);
    }

    @Test
    void theLinkToAGatedLayerIsValidOnlyForThatLayer() throws Exception {
        URI link = gatedLink();
        assertThat(link.toString()).doesNotContain(StandardSet.ALICE_TOKEN);
        assertThat(part(link, 0, 99).statusCode()).isEqualTo(206);
        String other = "sha256:"
                + hub.repo("models", "acme/gated").at("only-here.bin").content().sha256();
        String moved = link.toString().replaceAll("sha256:[0-9a-f]{64}", other);
        assertThat(part(URI.create(moved), 0, 99).statusCode()).isEqualTo(403);
        String elsewhere = link.toString().replace("acme/gated", "acme/quant");
        assertThat(part(URI.create(elsewhere), 0, 99).statusCode()).isEqualTo(403);
        String bare = link.toString().replaceAll("\\?.*", "");
        assertThat(part(URI.create(bare), 0, 99).statusCode()).isEqualTo(401);
    }

    @Test
    void aRevocationEndsTheLinkToo() throws Exception {
        URI link = gatedLink();
        assertThat(part(link, 0, 99).statusCode()).isEqualTo(206);
        hub.user("alice", StandardSet.ALICE_TOKEN).withdraw(hub.repo("models", "acme/gated"));
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(part(link, 0, 99).statusCode()).isEqualTo(403);
    }

    @Test
    void theServersTokenLetsPartsBeFetchedWithoutALink() throws Exception {
        stage.close();
        stage.hub(hub -> hub.tokenForAnonymous(StandardSet.ALICE_TOKEN)).start();
        HubFile secret = gated();
        assertThat(pull("acme/gated")).isEqualTo(secret.content().bytes());
    }

    @ParameterizedTest
    @CsvSource({"/huggingface/,", "/,localhost"})
    void theLocationIsBelowTheMount(String prefix, String host) throws Exception {
        stage.close();
        stage.mountedAt(prefix, host == null ? new String[0] : new String[] {host})
                .start();
        URI base = URI.create(stage.uri(prefix).toString().replace("127.0.0.1", host == null ? "127.0.0.1" : host));
        URI blob = base.resolve("v2/acme/quant/blobs/sha256:" + gguf.content().sha256());
        assertThat(direct(blob)).isEqualTo(blob);
        assertThat(parts(direct(blob), 40_000)).isEqualTo(gguf.content().bytes());
    }
}
