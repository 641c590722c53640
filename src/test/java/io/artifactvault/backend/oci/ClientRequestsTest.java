package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.oci.RawClient.Head;
import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.testhub.Content;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests of real clients, line by line, and what they cost upstream. */
@Timeout(180)
class ClientRequestsTest {
    private static final int MIB = 1 << 20;
    private static final String DOCKER_ACCEPT = "Accept: application/vnd.docker.distribution.manifest.v2+json,"
            + " application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json,"
            + " application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v1+prettyjws,"
            + " application/json, */*";

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();
    private final Content layer = Content.generated(16 * MIB, 3);
    private final Content config = Content.of("{\"architecture\":\"amd64\"}");
    private final Manifest image =
            Manifest.of(TestRegistry.DOCKER_MANIFEST, "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
    private final Manifest index = Manifest.of(
            TestRegistry.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + image.digest() + "\"}]}");

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage stage;

    @BeforeEach
    void open() throws Exception {
        registry.push("library/alpine", "3.20", index);
        registry.push("library/alpine", "unused", image);
        registry.pushBlob("library/alpine", layer);
        registry.pushBlob("library/alpine", config);
        stage = new OciStage(dir, registry);
    }

    @AfterEach
    void close() {
        stage.close();
        registry.close();
    }

    private String layerPath() {
        return "/library/alpine/blobs/sha256:" + layer.sha256();
    }

    private void expectReadOnce() {
        assertThat(registry.storage.contentBytesSent()).isLessThanOrEqualTo(layer.length() + layer.length() / 50);
    }

    /** Runs all at the same time. */
    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : pool.invokeAll(tasks)) {
                results.add(result.get());
            }
        }
        return results;
    }

    @Test
    void dockerdPullsThroughAMirror() throws Exception {
        try (RawClient docker = new RawClient(stage.ownPort())) {
            String agent = "User-Agent: docker/29.0.1 go/go1.25.3 kernel/6.8.0 os/linux arch/amd64";
            Head ping = docker.send("GET /v2/ HTTP/1.1", agent, "Accept-Encoding: gzip");
            assertThat(ping.status()).isEqualTo(200);
            assertThat(docker.body(ping)).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));

            Head tag = docker.send("HEAD /v2/library/alpine/manifests/3.20 HTTP/1.1", agent, DOCKER_ACCEPT);
            assertThat(tag.status()).isEqualTo(200);
            assertThat(tag.field("Docker-Content-Digest")).isEqualTo(index.digest());
            assertThat(tag.field("Content-Type")).isEqualTo(TestRegistry.OCI_INDEX);
            assertThat(tag.field("Content-Length")).isEqualTo(Integer.toString(index.bytes().length));

            Head list = docker.send(
                    "GET /v2/library/alpine/manifests/" + index.digest() + " HTTP/1.1",
                    agent,
                    DOCKER_ACCEPT,
                    "Accept-Encoding: gzip");
            assertThat(docker.body(list)).isEqualTo(index.bytes());
            Head single = docker.send(
                    "GET /v2/library/alpine/manifests/" + image.digest() + " HTTP/1.1", agent, DOCKER_ACCEPT);
            assertThat(docker.body(single)).isEqualTo(image.bytes());
            assertThat(single.field("Content-Type")).isEqualTo(TestRegistry.DOCKER_MANIFEST);

            for (Content content : List.of(config, layer)) {
                Head blob = docker.send(
                        "GET /v2/library/alpine/blobs/sha256:" + content.sha256() + " HTTP/1.1",
                        agent,
                        "Accept-Encoding: identity");
                assertThat(blob.status()).isEqualTo(200);
                assertThat(blob.field("Content-Encoding")).isEmpty();
                assertThat(docker.body(blob)).isEqualTo(content.bytes());
            }
        }
        assertThat(registry.requests())
                .containsExactly(
                        "HEAD /v2/library/alpine/manifests/3.20",
                        "GET /v2/library/alpine/manifests/3.20",
                        "GET /v2/library/alpine/manifests/" + image.digest(),
                        "GET /v2/library/alpine/blobs/sha256:" + config.sha256(),
                        "GET /v2" + layerPath());
    }

    /** It asks for {@code bytes=N-} for each chunk, in parallel, and hangs up once it has its part. */
    @Test
    void containerdFetchesALayerInParallelChunksThatItCutsShort() throws Exception {
        List<Callable<Boolean>> chunks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int offset = i * MIB;
            chunks.add(() -> {
                try (RawClient containerd = new RawClient(stage.vault.port())) {
                    Head head = containerd.send(
                            "GET /v2" + layerPath() + "?ns=docker.io HTTP/1.1",
                            "User-Agent: containerd/2.2.0",
                            "Accept: application/vnd.docker.image.rootfs.diff.tar.gzip, */*",
                            "Accept-Encoding: zstd;q=1.0, gzip;q=0.8, deflate;q=0.5",
                            "Range: bytes=" + offset + "-");
                    return head.status() == 206
                            && head.field("Content-Range")
                                    .equals("bytes " + offset + "-" + (16 * MIB - 1) + "/" + 16 * MIB)
                            && Arrays.equals(containerd.body(MIB), layer.bytes(offset, MIB));
                }
            });
        }
        assertThat(atOnce(chunks)).hasSize(16).containsOnly(true);
        expectReadOnce();
    }

    @Test
    void chunksOneAfterTheOtherAreReadOnceToo() throws Exception {
        for (int offset = 0; offset < 16 * MIB; offset += 2 * MIB) {
            try (RawClient containerd = new RawClient(stage.vault.port())) {
                Head head = containerd.send(
                        "GET /v2" + layerPath() + "?ns=docker.io HTTP/1.1", "Range: bytes=" + offset + "-");
                assertThat(head.status()).isEqualTo(206);
                assertThat(containerd.body(2 * MIB)).isEqualTo(layer.bytes(offset, 2 * MIB));
            }
        }
        expectReadOnce();
    }

    @Test
    void ollamaFetchesALayerInSixteenRanges() throws Exception {
        List<Callable<Boolean>> parts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int offset = i * MIB;
            parts.add(() -> {
                try (RawClient ollama = new RawClient(stage.vault.port())) {
                    Head head = ollama.send(
                            "GET /v2/hub" + layerPath() + " HTTP/1.1",
                            "User-Agent: ollama/0.12.0 (amd64 linux) Go/go1.24.1",
                            "Range: bytes=" + offset + "-" + (offset + MIB - 1));
                    return head.status() == 206 && Arrays.equals(ollama.body(head), layer.bytes(offset, MIB));
                }
            });
        }
        assertThat(atOnce(parts)).hasSize(16).containsOnly(true);
        expectReadOnce();
    }

    /** The table of contents at the end, then the files that are read, several in one request. */
    @Test
    void stargzAndZstdChunkedAskForSeveralRangesInOneRequest() throws Exception {
        for (boolean warm : new boolean[] {false, true}) {
            if (warm) {
                stage.get("/v2/hub" + layerPath());
                registry.reset();
            }
            try (RawClient stargz = new RawClient(stage.vault.port())) {
                Head tail = stargz.send("GET /v2/hub" + layerPath() + " HTTP/1.1", "Range: bytes=-51");
                assertThat(tail.status()).isEqualTo(206);
                assertThat(stargz.body(tail)).isEqualTo(layer.bytes(16 * MIB - 51, 51));

                Head several = stargz.send(
                        "GET /v2/hub" + layerPath() + " HTTP/1.1",
                        "Accept-Encoding: identity",
                        "Range: bytes=100-199,1048576-1048675,16777116-16777215");
                assertThat(several.status()).isEqualTo(206);
                assertThat(several.field("Content-Type")).startsWith("multipart/byteranges; boundary=");
                String body = new String(stargz.body(several), StandardCharsets.ISO_8859_1);
                for (int offset : new int[] {100, MIB, 16 * MIB - 100}) {
                    assertThat(body)
                            .contains("Content-Range: bytes " + offset + "-" + (offset + 99) + "/16777216\r\n")
                            .contains(new String(layer.bytes(offset, 100), StandardCharsets.ISO_8859_1));
                }
            }
            assertThat(registry.storage.contentBytesSent()).isLessThan(warm ? 1 : layer.length());
        }
    }

    @Test
    void skopeoSendsSeveralLinesOfAccept() throws Exception {
        try (RawClient skopeo = new RawClient(stage.vault.port())) {
            skopeo.body(skopeo.send("GET /v2/ HTTP/1.1", "Accept-Encoding: gzip"));
            Head tag = skopeo.send(
                    "GET /v2/hub/library/alpine/manifests/3.20 HTTP/1.1",
                    "User-Agent: skopeo/1.9.3",
                    "Accept: application/vnd.oci.image.manifest.v1+json",
                    "Accept: application/vnd.docker.distribution.manifest.v2+json",
                    "Accept: application/vnd.docker.distribution.manifest.v1+prettyjws",
                    "Accept: application/vnd.docker.distribution.manifest.v1+json",
                    "Accept: application/vnd.docker.distribution.manifest.list.v2+json",
                    "Accept: application/vnd.oci.image.index.v1+json",
                    "Accept-Encoding: gzip");
            assertThat(tag.status()).isEqualTo(200);
            assertThat(tag.field("Content-Type")).isEqualTo(TestRegistry.OCI_INDEX);
            assertThat(tag.field("Content-Encoding")).isEmpty();
            assertThat(skopeo.body(tag)).isEqualTo(index.bytes());
            Head docker = skopeo.send("GET /v2/hub/library/alpine/manifests/3.20 HTTP/1.1", DOCKER_ACCEPT);
            assertThat(skopeo.body(docker)).isEqualTo(index.bytes());
        }
        assertThat(registry.requests()).containsExactly("GET /v2/library/alpine/manifests/3.20");
    }

    /** It looks for referrers first; where the registry has no such interface, for the tag. */
    @Test
    void cosignFindsASignatureAsAReferrerOrByItsTag() throws Exception {
        String tag = index.digest().replace(':', '-');
        Manifest signature = registry.push(
                "library/alpine", tag, Manifest.of(TestRegistry.OCI_MANIFEST, "{\"schemaVersion\":2,\"layers\":[]}"));
        String referrers = "/v2/hub/library/alpine/referrers/" + index.digest()
                + "?artifactType=application%2Fvnd.dev.sigstore.bundle.v0.3%2Bjson";
        try (RawClient cosign = new RawClient(stage.vault.port())) {
            Head none =
                    cosign.send("GET " + referrers + " HTTP/1.1", "Accept: application/vnd.oci.image.index.v1+json");
            assertThat(none.status()).isEqualTo(404);
            cosign.body(none);
            Head found = cosign.send("GET /v2/hub/library/alpine/manifests/" + tag + " HTTP/1.1", DOCKER_ACCEPT);
            assertThat(found.status()).isEqualTo(200);
            assertThat(cosign.body(found)).isEqualTo(signature.bytes());

            registry.lists.put(
                    referrers.substring("/v2/hub/".length()),
                    "{\"schemaVersion\":2,\"manifests\":[{\"artifactType\":"
                            + "\"application/vnd.dev.sigstore.bundle.v0.3+json\"}]}");
            stage.clock.advance(Duration.ofSeconds(61));
            Head list =
                    cosign.send("GET " + referrers + " HTTP/1.1", "Accept: application/vnd.oci.image.index.v1+json");
            assertThat(list.status()).isEqualTo(200);
            assertThat(list.field("OCI-Filters-Applied")).isEqualTo("artifactType");
            cosign.body(list);
        }
    }

    /** Of a list that was stored, its next version is fetched with its new length. */
    @Test
    void aNewSignatureIsFoundOnceTheListIsOld() throws Exception {
        String path = "library/alpine/referrers/" + index.digest();
        registry.lists.put(path, "{\"manifests\":[]}");
        assertThat(OciStage.text(stage.get("/v2/hub/" + path))).isEqualTo("{\"manifests\":[]}");
        stage.awaitQuiet();
        registry.lists.put(path, "{\"manifests\":[{\"size\":1}]}");

        assertThat(OciStage.text(stage.get("/v2/hub/" + path))).isEqualTo("{\"manifests\":[]}");
        stage.clock.advance(Duration.ofSeconds(61));
        assertThat(OciStage.text(stage.get("/v2/hub/" + path))).isEqualTo("{\"manifests\":[{\"size\":1}]}");
    }
}
