package io.artifactvault.backend.oci;

import static io.artifactvault.backend.oci.OciStage.field;
import static io.artifactvault.backend.oci.OciStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.testhub.Gate;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags that move, at registries that state more or less about them. */
@Timeout(180)
class TagTest {
    private static final String TAG = "/v2/hub/library/image/manifests/latest";
    private static final Duration LIFETIME = Duration.ofSeconds(61);

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();
    private final Manifest first = Manifest.of(TestRegistry.OCI_MANIFEST, "{\"schemaVersion\":2,\"n\":1}");
    private final Manifest second = Manifest.of(TestRegistry.OCI_INDEX, "{\"schemaVersion\":2,\"number\":2}");

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage stage;

    @BeforeEach
    void open() throws Exception {
        registry.push("library/image", "latest", first);
        stage = new OciStage(dir, registry);
    }

    @AfterEach
    void close() {
        stage.close();
        registry.close();
    }

    private void expectPulled(Manifest manifest) throws Exception {
        for (String method : List.of("GET", "HEAD")) {
            HttpResponse<byte[]> response = stage.send(method, TAG);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(field(response, "Docker-Content-Digest")).isEqualTo(manifest.digest());
            assertThat(field(response, "Content-Type")).isEqualTo(manifest.type());
            assertThat(field(response, "Content-Length")).isEqualTo(Integer.toString(manifest.bytes().length));
            assertThat(response.body()).isEqualTo(method.equals("GET") ? manifest.bytes() : new byte[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTagThatMovesIsFollowedWhetherItsDigestIsStatedOrNot(boolean stated) throws Exception {
        registry.saysDigest = stated;
        expectPulled(first);
        stage.clock.advance(LIFETIME);
        expectPulled(first);

        registry.push("library/image", "latest", second);
        expectPulled(first);
        stage.clock.advance(LIFETIME);
        expectPulled(second);
        registry.push("library/image", "latest", first);
        stage.clock.advance(LIFETIME);
        expectPulled(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {405, 501})
    void aRegistryThatRefusesHeadIsAskedByGet(int status) throws Exception {
        registry.fault = (request, reply) -> {
            if (request.isHead()) {
                reply.status(status).answer("");
                return true;
            }
            return false;
        };
        expectPulled(first);
        registry.push("library/image", "latest", second);
        stage.clock.advance(LIFETIME);

        expectPulled(second);
    }

    /** A client that knows a digest relies on its manifest: containerd does not ask another registry then. */
    @ParameterizedTest
    @ValueSource(ints = {404, 429, 500})
    void aHeadPromisesNothingThatCannotBeHad(int status) throws Exception {
        registry.fault = (request, reply) -> {
            if (!request.isHead()) {
                reply.field("Retry-After", "5");
                TestRegistry.error(reply, status, "UNKNOWN");
                return true;
            }
            return false;
        };

        HttpResponse<byte[]> head = stage.send("HEAD", TAG);
        assertThat(head.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(field(head, "Docker-Content-Digest")).isEmpty();
    }

    @Test
    void aTagThatIsDeletedIsGone() throws Exception {
        expectPulled(first);
        registry.manifests.remove("library/image@latest");
        stage.clock.advance(LIFETIME);

        assertThat(stage.get(TAG).statusCode()).isEqualTo(404);
        assertThat(stage.send("HEAD", TAG).statusCode()).isEqualTo(404);
        assertThat(stage.get("/v2/hub/library/image/manifests/" + first.digest())
                        .body())
                .isEqualTo(first.bytes());
    }

    /** Its bytes are stored already, under another repository or tag; the fields are those of this one. */
    @ParameterizedTest
    @ValueSource(strings = {"library/copy", "team/open", "library/image"})
    void aManifestThatIsStoredAlreadyIsPulledByAnotherNameWithAllItsFields(String repository) throws Exception {
        expectPulled(first);
        registry.push(repository, "other", first);
        registry.reset();

        String target = "/v2/hub/" + repository + "/manifests/other";
        for (String method : List.of("HEAD", "GET", "GET", "HEAD")) {
            HttpResponse<byte[]> response = stage.send(method, target, "Authorization", TestRegistry.basic("alice"));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().allValues("Docker-Content-Digest")).containsExactly(first.digest());
            assertThat(field(response, "Content-Type")).isEqualTo(first.type());
            assertThat(field(response, "ETag")).isEqualTo("\"" + first.digest() + "\"");
            assertThat(field(response, "Content-Length")).isEqualTo(Integer.toString(first.bytes().length));
        }
    }

    /** Docker Hub sends one platform's manifest to clients that accept no list. */
    @Test
    void clientsThatAcceptNoListGetTheirOwnManifestOfATag() throws Exception {
        registry.fault = (request, reply) -> {
            if (!request.path().endsWith("/manifests/latest")) {
                return false;
            }
            boolean lists = request.field("Accept").orElse("").contains("index");
            Manifest manifest = lists ? second : first;
            reply.field("Content-Type", manifest.type())
                    .field("Docker-Content-Digest", manifest.digest())
                    .answer(manifest.bytes());
            return true;
        };

        for (int round = 0; round < 3; round++) {
            HttpResponse<byte[]> all = stage.get(TAG, "Accept", TestRegistry.OCI_INDEX);
            HttpResponse<byte[]> single = stage.get(TAG, "Accept", TestRegistry.OCI_MANIFEST);
            assertThat(all.body()).isEqualTo(second.bytes());
            assertThat(field(all, "Content-Type")).isEqualTo(second.type());
            assertThat(single.body()).isEqualTo(first.bytes());
            assertThat(field(single, "Content-Type")).isEqualTo(first.type());
            assertThat(field(single, "Docker-Content-Digest")).isEqualTo(first.digest());
            assertThat(String.join(", ", single.headers().allValues("Vary"))).contains("Accept");
            assertThat(stage.get(TAG, "Accept", TestRegistry.OCI_INDEX, "If-None-Match", field(all, "ETag"))
                            .statusCode())
                    .isEqualTo(304);
            assertThat(stage.get(TAG, "Accept", TestRegistry.OCI_MANIFEST, "If-None-Match", field(all, "ETag"))
                            .statusCode())
                    .isEqualTo(200);
            stage.clock.advance(LIFETIME);
        }
    }

    @Test
    void manyClientsOfAnOldTagShareAHead() throws Exception {
        expectPulled(first);
        stage.clock.advance(LIFETIME);
        registry.reset();
        Gate gate = new Gate();
        registry.fault = (_, reply) -> {
            reply.waitAt(gate);
            return false;
        };
        List<CompletableFuture<HttpResponse<byte[]>>> responses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            responses.add(
                    stage.client.sendAsync(stage.request(stage.vault.port(), "GET", TAG), BodyHandlers.ofByteArray()));
        }
        gate.awaitReached();
        awaitOpen(20);
        gate.open();

        for (CompletableFuture<HttpResponse<byte[]>> response : responses) {
            assertThat(response.get(60, TimeUnit.SECONDS).body()).isEqualTo(first.bytes());
        }
        // A request that read the old state just before the response came may send one more.
        assertThat(registry.requests())
                .hasSizeLessThanOrEqualTo(3)
                .containsOnly("HEAD /v2/library/image/manifests/latest");
    }

    /** Waits until that many responses are in progress. */
    private void awaitOpen(int count) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String wanted = "vault_clients_open " + (double) count;
        while (!stage.admin("/metrics").contains(wanted) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aTagThatIsNewIsFoundOnceItsAbsenceIsOld() throws Exception {
        String target = "/v2/hub/library/image/manifests/new";
        HttpResponse<byte[]> absent = stage.get(target);
        assertThat(absent.statusCode()).isEqualTo(404);
        assertThat(text(absent)).contains("library/image:new");
        registry.push("library/image", "new", second);

        stage.clock.advance(Duration.ofSeconds(2));
        assertThat(stage.get(target).body()).isEqualTo(second.bytes());
    }
}
