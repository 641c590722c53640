package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One cold layer for many clients, and a layer whose transfer breaks. */
@Timeout(180)
class SharedBlobTest {
    private static final int LENGTH = 12_000_000;

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();
    private final Content layer = Content.generated(LENGTH, 11);

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage stage;

    @BeforeEach
    void open() throws Exception {
        registry.pushBlob("library/one", layer);
        registry.pushBlob("library/two", layer);
        stage = new OciStage(dir, registry);
    }

    @AfterEach
    void close() {
        stage.close();
        registry.close();
    }

    private CompletableFuture<HttpResponse<InputStream>> open(String repository, String... fields) {
        return stage.client.sendAsync(
                stage.request(
                        stage.vault.port(),
                        "GET",
                        "/v2/hub/library/" + repository + "/blobs/sha256:" + layer.sha256(),
                        fields),
                BodyHandlers.ofInputStream());
    }

    /** The sha256 of the body; ends only where the body is whole. */
    private static String sha256(HttpResponse<InputStream> response) throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream in = new DigestInputStream(response.body(), hash)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    /** Reads all bodies at the same time; each must be the layer. */
    private void expectWhole(List<HttpResponse<InputStream>> responses) throws Exception {
        List<CompletableFuture<String>> digests = new ArrayList<>();
        for (HttpResponse<InputStream> response : responses) {
            assertThat(response.statusCode()).isEqualTo(200);
            CompletableFuture<String> digest = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    digest.complete(sha256(response));
                } catch (Exception e) {
                    digest.completeExceptionally(e);
                }
            });
            digests.add(digest);
        }
        for (CompletableFuture<String> digest : digests) {
            assertThat(soon(digest)).isEqualTo(layer.sha256());
        }
    }

    private long gets() {
        return registry.storage
                .requests(request -> request.method().equals("GET"))
                .size();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_000_000, 6_000_000, LENGTH - 1})
    void aLayerThatIsCutOnceUpstreamIsWholeForAllClients(int cut) throws Exception {
        Gate gate = new Gate();
        AtomicInteger bodies = new AtomicInteger();
        registry.storageFault = (request, reply) -> {
            if (request.method().equals("GET") && bodies.getAndIncrement() == 0) {
                reply.gateAfter(cut, gate).dropAfter(cut);
            }
            return false;
        };
        List<HttpResponse<InputStream>> responses = new ArrayList<>();
        responses.add(soon(open("one")));
        for (int i = 0; i < 4; i++) {
            responses.add(soon(open(i % 2 == 0 ? "one" : "two")));
        }
        gate.awaitReached();
        gate.open();

        expectWhole(responses);
        assertThat(gets()).isBetween(2L, 3L);
        assertThat(registry.storage.contentBytesSent()).isLessThanOrEqualTo(LENGTH + LENGTH / 50);
    }

    @Test
    void aLayerThatIsResetOnceIsWholeToo() throws Exception {
        AtomicInteger bodies = new AtomicInteger();
        registry.storageFault = (request, reply) -> {
            if (request.method().equals("GET") && bodies.getAndIncrement() == 0) {
                reply.resetAfter(5_000_000);
            }
            return false;
        };
        expectWhole(List.of(soon(open("one"))));
        assertThat(gets()).isEqualTo(2);
    }

    @Test
    void aRegistryMayServeItsLayersItself() throws Exception {
        registry.redirects = false;
        AtomicInteger bodies = new AtomicInteger();
        registry.fault = (request, reply) -> {
            if (request.method().equals("GET") && bodies.getAndIncrement() == 0) {
                reply.dropAfter(5_000_000);
            }
            return false;
        };
        List<HttpResponse<InputStream>> responses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            responses.add(soon(open("one")));
        }
        expectWhole(responses);
        assertThat(registry.api.contentBytesSent()).isLessThanOrEqualTo(LENGTH + LENGTH / 50);
        assertThat(registry.requests()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void twentyClientsOfAColdLayerCostOne() throws Exception {
        Gate gate = new Gate();
        registry.storageFault = (_, reply) -> {
            reply.gateAfter(1_000_000, gate);
            return false;
        };
        List<CompletableFuture<HttpResponse<InputStream>>> opening = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            opening.add(open("one"));
        }
        List<HttpResponse<InputStream>> responses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<InputStream>> response : opening) {
            responses.add(soon(response));
        }
        gate.open();

        expectWhole(responses);
        assertThat(registry.storage.contentBytesSent()).isEqualTo(LENGTH);
        assertThat(gets()).isEqualTo(1);
    }

    /** The second repository must confirm that it has the layer; its bytes come once. */
    @Test
    void theSameLayerOfTwoRepositoriesAtTheSameTimeIsFetchedOnce() throws Exception {
        Gate gate = new Gate();
        AtomicInteger bodies = new AtomicInteger();
        registry.storageFault = (request, reply) -> {
            if (request.method().equals("GET") && bodies.getAndIncrement() == 0) {
                reply.gateAfter(1_000_000, gate);
            }
            return false;
        };
        HttpResponse<InputStream> one = soon(open("one"));
        gate.awaitReached();
        CompletableFuture<HttpResponse<InputStream>> second = open("two");
        HttpResponse<InputStream> two = soon(second);
        gate.open();

        expectWhole(List.of(one, two));
        assertThat(registry.storage.contentBytesSent()).isLessThanOrEqualTo(LENGTH + LENGTH / 50);
        assertThat(registry.requests()).anyMatch(request -> request.contains("library/two"));
    }

    @Test
    void aRepositoryThatDoesNotHaveTheLayerJoinsNoTransferOfIt() throws Exception {
        Gate gate = new Gate();
        registry.storageFault = (_, reply) -> {
            reply.gateAfter(1_000_000, gate);
            return false;
        };
        HttpResponse<InputStream> one = soon(open("one"));
        gate.awaitReached();

        assertThat(soon(open("three")).statusCode()).isEqualTo(404);
        assertThat(soon(open("three", "Range", "bytes=0-9")).statusCode()).isEqualTo(404);
        gate.open();
        expectWhole(List.of(one));
    }
}
