package io.artifactvault.backend.oci;

import static io.artifactvault.backend.oci.OciStage.field;
import static io.artifactvault.backend.oci.OciStage.text;
import static io.artifactvault.backend.oci.TestRegistry.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.testhub.Content;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that are wrong or hostile: a sentence in the form of the specification, and nothing stored. */
@Timeout(180)
class BadRegistryTest {
    private static final String MANIFEST = "/v2/hub/library/image/manifests/latest";

    @TempDir
    Path dir;

    private final TestRegistry registry = new TestRegistry();
    private final Content layer = Content.generated(200_000, 4);
    private final Manifest image = Manifest.of(TestRegistry.OCI_MANIFEST, "{\"schemaVersion\":2}");

    @SuppressWarnings("NullAway.Init") // opened before each test
    private OciStage stage;

    @BeforeEach
    void open() throws Exception {
        registry.push("library/image", "latest", image);
        registry.pushBlob("library/image", layer);
        stage = new OciStage(dir, registry);
    }

    @AfterEach
    void close() {
        stage.close();
        registry.close();
    }

    private String blob() {
        return "/v2/hub/library/image/blobs/sha256:" + layer.sha256();
    }

    private String byDigest() {
        return "/v2/hub/library/image/manifests/" + image.digest();
    }

    private void restart(String more) throws Exception {
        stage.close();
        stage = new OciStage(dir, registry, more);
    }

    private static void expectError(HttpResponse<byte[]> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(field(response, "Content-Type")).isEqualTo("application/json");
        assertThat(text(response)).startsWith("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"");
    }

    /** Once the registry is right again, its content is served: nothing of before was stored. */
    private void expectRecovery() throws Exception {
        registry.fault = (_, _) -> false;
        registry.storageFault = (_, _) -> false;
        assertThat(stage.get(MANIFEST).body()).isEqualTo(image.bytes());
        assertThat(stage.get(byDigest()).body()).isEqualTo(image.bytes());
        assertThat(stage.get(blob()).body()).isEqualTo(layer.bytes());
    }

    @Test
    void aTagWhoseManifestHasAnotherDigestThanStatedIsRefused() throws Exception {
        registry.fault = (request, reply) -> {
            if (!request.path().contains("/manifests/")) {
                return false;
            }
            reply.field("Content-Type", TestRegistry.OCI_MANIFEST)
                    .field("Docker-Content-Digest", "sha256:" + "f".repeat(64))
                    .answer(image.bytes());
            return true;
        };

        expectError(stage.get(MANIFEST), 502, "UNAVAILABLE");
        expectError(stage.get(byDigest()), 502, "UNAVAILABLE");
        HttpResponse<byte[]> head = stage.send("HEAD", MANIFEST);
        assertThat(head.statusCode()).isEqualTo(502);
        assertThat(field(head, "Docker-Content-Digest")).isEmpty();
        expectRecovery();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "git-sha1:0123456789012345678901234567890123456789",
                "validator:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "md5:x",
                "sha256:0"
            })
    void aStatementThatIsNoDigestIsIgnored(String stated) throws Exception {
        registry.fault = (request, reply) -> {
            if (!request.path().contains("/manifests/")) {
                return false;
            }
            reply.field("Content-Type", TestRegistry.OCI_MANIFEST)
                    .field("Docker-Content-Digest", stated)
                    .answer(image.bytes());
            return true;
        };

        HttpResponse<byte[]> response = stage.get(MANIFEST);
        assertThat(response.body()).isEqualTo(image.bytes());
        assertThat(response.headers().allValues("Docker-Content-Digest")).containsExactly(image.digest());
        assertThat(field(stage.send("HEAD", MANIFEST), "Docker-Content-Digest")).isEqualTo(image.digest());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | text/html                | <html>log in</html>
            200 | application/json         | <html>log in</html>
            200 | application/json         | []
            200 | application/octet-stream | {}
            200 | text/plain               | {}
            302 | text/html                | x
            400 | text/html                | <html>bad</html>
            418 | text/html                | <html>teapot</html>
            """)
    void whatIsNoManifestIsRefused(int status, String type, String body) throws Exception {
        registry.fault = (request, reply) -> {
            if (!request.path().contains("/manifests/")) {
                return false;
            }
            reply.status(status).field("Content-Type", type).answer(body);
            return true;
        };

        for (String target : new String[] {MANIFEST, byDigest()}) {
            HttpResponse<byte[]> response = stage.get(target);
            expectError(response, 502, "UNAVAILABLE");
            assertThat(text(response)).doesNotContain("html");
        }
        expectRecovery();
    }

    @Test
    void anEncodedManifestIsRefused() throws Exception {
        registry.fault = (request, reply) -> {
            if (!request.path().contains("/manifests/")) {
                return false;
            }
            reply.field("Content-Type", TestRegistry.OCI_MANIFEST)
                    .field("Content-Encoding", "gzip")
                    .answer(image.bytes());
            return true;
        };

        expectError(stage.get(MANIFEST), 502, "UNAVAILABLE");
        expectRecovery();
    }

    @Test
    void aManifestThatIsCutIsNeverServedAsWhole() throws Exception {
        registry.fault = (request, reply) -> {
            if (!request.path().contains("/manifests/")) {
                return false;
            }
            reply.field("Content-Type", TestRegistry.OCI_MANIFEST).dropAfter(5).answer(image.bytes());
            return true;
        };

        assertThat(stage.get(MANIFEST).statusCode()).isGreaterThanOrEqualTo(500);
        expectRecovery();
    }

    @Test
    void aManifestWithoutALengthThatDoesNotEndIsRefusedAfterFourMebibytes() throws Exception {
        byte[] much = ("{\"a\":\"" + "x".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8);
        registry.fault = (request, reply) -> {
            if (!request.path().contains("/manifests/")) {
                return false;
            }
            reply.field("Content-Type", TestRegistry.OCI_MANIFEST).chunked();
            for (int i = 0; i < 64; i++) {
                reply.send(much);
            }
            return true;
        };

        expectError(stage.get(MANIFEST), 502, "UNAVAILABLE");
        assertThat(registry.api.bodyBytesSent()).isLessThan(40L << 20);
        expectRecovery();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void aBlobOfAnotherLengthIsNeverServedAsWhole(long difference) throws Exception {
        registry.storageFault = (_, reply) -> {
            reply.lieAboutLength(difference);
            return false;
        };

        Throwable cut =
                catchThrowable(() -> assertThat(stage.get(blob()).statusCode()).isGreaterThanOrEqualTo(500));
        assertThat(cut == null || cut instanceof IOException)
                .as(String.valueOf(cut))
                .isTrue();
        expectRecovery();
    }

    @Test
    void aBlobWithAFlippedBitIsNeverServedAsWhole() throws Exception {
        registry.storageFault = (_, reply) -> {
            reply.corruptAt(199_999);
            return false;
        };

        assertThat(catchThrowable(() -> stage.get(blob()))).isInstanceOf(IOException.class);
        expectRecovery();
    }

    /** registry.k8s.io redirects for manifests as well. */
    @Test
    void aManifestMayComeFromAnotherHost() throws Exception {
        registry.fault = (request, reply) -> {
            reply.status(307)
                    .field("Location", registry.storage.base() + request.path())
                    .answer("");
            return true;
        };
        registry.storageFault = (_, reply) -> {
            reply.field("Content-Type", TestRegistry.OCI_MANIFEST).answer(image.bytes());
            return true;
        };

        HttpResponse<byte[]> response = stage.get(MANIFEST, "Authorization", basic("alice"));
        assertThat(response.body()).isEqualTo(image.bytes());
        assertThat(field(response, "Docker-Content-Digest")).isEqualTo(image.digest());
        assertThat(stage.get(byDigest()).body()).isEqualTo(image.bytes());
        assertThat(registry.storage.requests())
                .allMatch(request -> request.field("Authorization").isEmpty());
    }

    @Test
    void aCircleOfRedirectsEnds() throws Exception {
        registry.fault = (request, reply) -> {
            reply.status(307).field("Location", request.target()).answer("");
            return true;
        };

        expectError(stage.get(MANIFEST), 502, "UNAVAILABLE");
        expectError(stage.get(blob()), 502, "UNAVAILABLE");
        assertThat(registry.requests()).hasSizeLessThan(20);
        expectRecovery();
    }

    @Test
    void aRedirectIntoAPrivateNetworkIsRefused() throws Exception {
        restart("");

        expectError(stage.get(blob()), 502, "UNAVAILABLE");
        assertThat(registry.storage.requests()).isEmpty();
    }

    /** Although the operator named it: an address behind the name may change. */
    @Test
    void aTokenServiceInAPrivateNetworkIsRefused() throws Exception {
        restart(", token_hosts: [\"127.0.0.1:" + registry.storage.port() + "\"]");
        registry.fault = (_, reply) -> {
            reply.field("WWW-Authenticate", "Bearer realm=\"" + registry.storage.base() + "/token\",service=\"s\"");
            TestRegistry.error(reply, 401, "UNAUTHORIZED");
            return true;
        };

        HttpResponse<byte[]> response = stage.get(MANIFEST, "Authorization", basic("alice"));
        assertThat(response.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(text(response)).startsWith("{\"errors\":[{\"code\":\"");
        assertThat(registry.storage.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            200 | text/html        | <html>
            200 | application/json | {}
            200 | application/json | {"token":7}
            200 | application/json | {"token":""}
            200 | application/json | {"token":"a b"}
            302 | application/json | {}
            401 | application/json | {}
            """)
    void aTokenServiceThatGivesNoTokenIsARefusalOrAnError(int status, String type, String body) throws Exception {
        registry.fault = (request, reply) -> {
            if (request.path().equals("/auth")) {
                reply.status(status)
                        .field("Content-Type", type)
                        .field("Location", "/elsewhere")
                        .answer(body);
                return true;
            }
            reply.field("WWW-Authenticate", "Bearer realm=\"" + registry.api.base() + "/auth\",service=\"s\"");
            TestRegistry.error(reply, 401, "UNAUTHORIZED");
            return true;
        };

        HttpResponse<byte[]> response = stage.get(MANIFEST, "Authorization", basic("alice"));
        assertThat(response.statusCode()).isIn(401, 502);
        assertThat(text(response)).startsWith("{\"errors\":[{\"code\":\"").doesNotContain("html");
        assertThat(registry.api.requests(request -> request.path().equals("/elsewhere")))
                .isEmpty();
    }

    /** A registry without the interface: clients look for the tag after 404, and after nothing else. */
    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 406, 501})
    void aRegistryWithoutReferrersIs404ToClients(int status) throws Exception {
        registry.fault = (_, reply) -> {
            TestRegistry.error(reply, status, "UNSUPPORTED");
            return true;
        };

        HttpResponse<byte[]> response = stage.get("/v2/hub/library/image/referrers/" + image.digest());
        expectError(response, 404, "MANIFEST_UNKNOWN");
    }

    @Test
    void aListThatIsNoneIsRefused() throws Exception {
        registry.fault = (_, reply) -> {
            reply.field("Content-Type", "text/html").answer("<html>");
            return true;
        };
        expectError(stage.get("/v2/hub/library/image/tags/list"), 502, "UNAVAILABLE");

        registry.fault = (_, reply) -> {
            reply.field("Content-Type", TestRegistry.OCI_INDEX).answer("{\"manifests\":[7]}");
            return true;
        };
        expectError(
                stage.get("/v2/hub/library/image/referrers/" + image.digest() + "?artifactType=a%2Fb"),
                502,
                "UNAVAILABLE");
    }
}
