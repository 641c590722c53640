package io.artifactvault.backend.oci;

import static io.artifactvault.backend.oci.TestRegistry.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.testhub.Content;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries behind a real vault. */
@Timeout(120)
class OciTest {
    private static final String ALL_TYPES = String.join(
            ", ",
            TestRegistry.OCI_INDEX,
            TestRegistry.OCI_MANIFEST,
            TestRegistry.DOCKER_LIST,
            TestRegistry.DOCKER_MANIFEST);

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private final TestClock clock = new TestClock();
    private final TestRegistry registry = new TestRegistry();
    private final Content layer = Content.generated(300_000, 5);
    private final Manifest index = Manifest.of(
            TestRegistry.OCI_INDEX,
            "{\"schemaVersion\":2,\"mediaType\":\"" + TestRegistry.OCI_INDEX + "\",\"manifests\":[]}");
    private VaultServer vault;

    @BeforeEach
    void open() throws Exception {
        registry.push("library/public", "latest", index);
        registry.push("team/secret", "latest", index);
        registry.push("team/open", "latest", index);
        registry.pushBlob("library/public", layer);
        registry.pushBlob("team/secret", layer);
        start("");
    }

    private void start(String more) throws Exception {
        vault = VaultServer.start(config(more), clock, _ -> {});
    }

    private io.artifactvault.config.VaultConfig config(String more) throws Exception {
        Path file = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_revalidate_interval: 0}
                backends: [{type: dockerhub, name: hub, config: {base_url: "%s", metadata_ttl: 60,
                            allow_private_redirects: true, listen: "127.0.0.1:0", hosts: [hub.local] %s}},
                           {type: oci, name: other, config: {base_url: "http://localhost:%d", image_hosts: [other.io],
                            allow_private_redirects: true}}]
                """.formatted(
                        dir.resolve("cache"), registry.api.base(), more, registry.api.port()));
        return new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none());
    }

    private void restart(String more) throws Exception {
        vault.close();
        start(more);
    }

    @AfterEach
    void close() {
        vault.close();
        registry.close();
    }

    private HttpResponse<byte[]> send(String method, String target, String... fields) throws Exception {
        return sendTo(vault.port(), method, target, fields);
    }

    private HttpResponse<byte[]> sendTo(int port, String method, String target, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String target, String... fields) throws Exception {
        return send("GET", target, fields);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private String blob() {
        return "/v2/hub/library/public/blobs/sha256:" + layer.sha256();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/", "/v2"})
    void theRootOfTheInterfaceNeedsNoLogin(String path) throws Exception {
        HttpResponse<byte[]> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(text(response)).isEqualTo("{}");
        assertThat(field(response, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
        assertThat(sendTo(vault.port("hub").orElseThrow(), "GET", path).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTagIsPulledOnceAndThenServedFromTheStore() throws Exception {
        HttpResponse<byte[]> cold = get("/v2/hub/public/manifests/latest", "Accept", ALL_TYPES);
        HttpResponse<byte[]> warm = get("/v2/hub/public/manifests/latest", "Accept", ALL_TYPES);

        for (HttpResponse<byte[]> response : List.of(cold, warm)) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(index.bytes());
            assertThat(field(response, "Content-Type")).isEqualTo(TestRegistry.OCI_INDEX);
            assertThat(field(response, "Docker-Content-Digest")).isEqualTo(index.digest());
        }
        assertThat(field(warm, "X-Cache")).isEqualTo("HIT");
        assertThat(registry.requests()).containsExactly("GET /v2/library/public/manifests/latest");
    }

    @Test
    void aTagThatHasNotMovedCostsOneHeadPerLifetime() throws Exception {
        get("/v2/hub/public/manifests/latest");
        registry.reset();
        clock.advance(Duration.ofSeconds(61));

        for (String method : List.of("GET", "HEAD")) {
            HttpResponse<byte[]> response = send(method, "/v2/hub/public/manifests/latest");
            assertThat(response.body()).isEqualTo(method.equals("GET") ? index.bytes() : new byte[0]);
            // oras refuses a response without it.
            assertThat(field(response, "Docker-Content-Digest")).isEqualTo(index.digest());
        }

        assertThat(registry.requests()).containsExactly("HEAD /v2/library/public/manifests/latest");
    }

    @Test
    void aMovedTagIsGivenOnlyOnceItsManifestIsStored() throws Exception {
        get("/v2/hub/public/manifests/latest");
        Manifest next = registry.push("library/public", "latest", Manifest.of(TestRegistry.OCI_MANIFEST, "{\"a\":1}"));
        clock.advance(Duration.ofSeconds(61));
        registry.fault = (request, reply) -> {
            if (request.method().equals("GET")) {
                TestRegistry.error(reply, 500, "UNKNOWN");
                return true;
            }
            return false;
        };

        HttpResponse<byte[]> head = send("HEAD", "/v2/hub/public/manifests/latest");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(field(head, "Docker-Content-Digest")).isEqualTo(index.digest());

        registry.fault = (_, _) -> false;
        clock.advance(Duration.ofMinutes(2));
        HttpResponse<byte[]> later = send("HEAD", "/v2/hub/public/manifests/latest");
        assertThat(field(later, "Docker-Content-Digest")).isEqualTo(next.digest());
        registry.api.stop();
        assertThat(get("/v2/hub/public/manifests/" + next.digest()).body()).isEqualTo(next.bytes());
    }

    @Test
    void fourClientsWithFourAcceptListsCostOneManifest() throws Exception {
        for (String accept : List.of(ALL_TYPES, TestRegistry.OCI_INDEX, TestRegistry.DOCKER_LIST + ", */*", "*/*")) {
            assertThat(get("/v2/hub/public/manifests/latest", "Accept", accept).body())
                    .isEqualTo(index.bytes());
        }
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void aRegistryThatStatesNoDigestIsPulledAlike() throws Exception {
        registry.saysDigest = false;
        HttpResponse<byte[]> head = send("HEAD", "/v2/hub/public/manifests/latest");

        assertThat(field(head, "Docker-Content-Digest")).isEqualTo(index.digest());
        assertThat(get("/v2/hub/public/manifests/latest").body()).isEqualTo(index.bytes());
        assertThat(get("/v2/hub/public/manifests/" + index.digest()).body()).isEqualTo(index.bytes());
    }

    @Test
    void aBlobIsFetchedOnceForTwoRepositoriesThatBothHaveIt() throws Exception {
        registry.pushBlob("library/second", layer);

        assertThat(get(blob()).body()).isEqualTo(layer.bytes());
        HttpResponse<byte[]> second = get("/v2/hub/library/second/blobs/sha256:" + layer.sha256());
        assertThat(second.body()).isEqualTo(layer.bytes());
        assertThat(field(second, "Docker-Content-Digest")).isEqualTo("sha256:" + layer.sha256());

        assertThat(registry.storage.contentBytesSent()).isEqualTo(layer.length());
    }

    @Test
    void aHeadOfAColdBlobCostsNoContent() throws Exception {
        HttpResponse<byte[]> head = send("HEAD", blob());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(field(head, "Content-Length")).isEqualTo("300000");
        assertThat(registry.storage.contentBytesSent()).isZero();
    }

    @Test
    void aBlobThatIsNowhereIsUnknown() throws Exception {
        HttpResponse<byte[]> response = get("/v2/hub/public/blobs/sha256:" + "0".repeat(64));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(text(response)).contains("\"code\":\"BLOB_UNKNOWN\"").doesNotContain("upstream's own");
        assertThat(field(response, "Content-Type")).isEqualTo("application/json");
    }

    @Test
    void contentOfAnotherDigestIsNeverServedAsWholeAndNeverStored() throws Exception {
        registry.blobs.put("library/public@sha256:" + layer.sha256(), Content.generated(300_000, 6));

        Throwable cut = catchThrowable(() -> get(blob()));
        assertThat(cut).isInstanceOf(IOException.class);

        registry.blobs.put("library/public@sha256:" + layer.sha256(), layer);
        assertThat(get(blob()).body()).isEqualTo(layer.bytes());
    }

    @Test
    void anonymousPullsNeedNoTokenOfTheClient() throws Exception {
        registry.needsToken = true;

        assertThat(get("/v2/hub/public/manifests/latest").statusCode()).isEqualTo(200);
        assertThat(get(blob()).body()).isEqualTo(layer.bytes());
        assertThat(registry.tokens).hasValue(1);
        assertThat(registry.storage.requests())
                .allMatch(request -> request.field("Authorization").isEmpty());
    }

    @Test
    void aPrivateRepositoryAsksForTheLoginOfTheClient() throws Exception {
        String manifest = "/v2/hub/team/secret/manifests/latest";

        HttpResponse<byte[]> refused = get(manifest);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(field(refused, "WWW-Authenticate")).isEqualTo("Basic realm=\"hub\"");
        assertThat(text(refused)).contains("\"code\":\"UNAUTHORIZED\"");

        assertThat(get(manifest, "Authorization", basic("alice")).body()).isEqualTo(index.bytes());
        assertThat(get(manifest, "Authorization", basic("bob")).statusCode()).isEqualTo(401);
        assertThat(get(manifest).statusCode()).isEqualTo(401);
        assertThat(get(manifest, "Authorization", basic("mallory")).statusCode())
                .isEqualTo(401);
    }

    /** A GET of a manifest counts as a pull. */
    @Test
    void aFurtherLoginCostsNoGetOfAStoredManifest() throws Exception {
        String tag = "/v2/hub/team/open/manifests/latest";
        String digest = "/v2/hub/team/open/manifests/" + index.digest();
        get(tag, "Authorization", basic("alice"));
        registry.reset();

        for (String manifest : List.of(tag, digest)) {
            assertThat(get(manifest, "Authorization", basic("bob")).body()).isEqualTo(index.bytes());
            assertThat(get(manifest).statusCode()).isEqualTo(401);
        }

        assertThat(registry.requests()).isNotEmpty().noneMatch(request -> request.startsWith("GET /v2/"));
    }

    @Test
    void aDigestIsNoKeyToAPrivateBlob() throws Exception {
        String blob = "/v2/hub/team/secret/blobs/sha256:" + layer.sha256();
        assertThat(get(blob, "Authorization", basic("alice")).body()).isEqualTo(layer.bytes());

        assertThat(get(blob).statusCode()).isEqualTo(401);
        assertThat(get(blob, "Authorization", basic("bob")).statusCode()).isEqualTo(401);
        assertThat(get("/v2/hub/team/open/blobs/sha256:" + layer.sha256(), "Authorization", basic("bob"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/v2/hub/library/other/blobs/sha256:" + layer.sha256()).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/octet-stream", "application/json", "text/html"})
    void aRedirectToALoginPageIsNoPermission(String type) throws Exception {
        String blob = "/v2/hub/team/secret/blobs/sha256:" + layer.sha256();
        String manifest = "/v2/hub/team/secret/manifests/" + index.digest();
        get(blob, "Authorization", basic("alice"));
        get(manifest, "Authorization", basic("alice"));
        registry.fault = (request, reply) -> {
            reply.status(302)
                    .field("Location", registry.storage.base() + "/login")
                    .answer("");
            return true;
        };
        registry.storageFault = (request, reply) -> {
            reply.field("Content-Type", type).answer("log in");
            return true;
        };

        assertThat(get(blob).statusCode()).isEqualTo(502);
        assertThat(get(blob, "Authorization", basic("bob")).statusCode()).isEqualTo(502);
        assertThat(get(manifest).statusCode()).isEqualTo(502);
        assertThat(send("HEAD", manifest).statusCode()).isEqualTo(502);
    }

    @Test
    void aManifestIsConfirmedByItsDigestOrItsLengthAlone() throws Exception {
        String manifest = "/v2/hub/team/secret/manifests/" + index.digest();
        get(manifest, "Authorization", basic("alice"));

        registry.fault = (request, reply) -> {
            reply.field("Content-Type", TestRegistry.OCI_INDEX).answer("log in");
            return true;
        };
        assertThat(get(manifest).statusCode()).isEqualTo(502);
        registry.fault = (request, reply) -> {
            reply.field("Content-Type", TestRegistry.OCI_INDEX).chunked().send("{}");
            return true;
        };
        assertThat(get(manifest).statusCode()).isEqualTo(502);
        registry.fault = (request, reply) -> {
            reply.status(304).sendHead();
            return true;
        };
        assertThat(get(manifest).statusCode()).isEqualTo(502);
    }

    @Test
    void aListIsGivenToTheCallerThatItIsFor() throws Exception {
        registry.fault = (request, reply) -> {
            boolean alice = request.field("Authorization").equals(Optional.of(basic("alice")));
            reply.field("Content-Type", "application/json")
                    .answer("{\"name\":\"team/own\",\"tags\":[\"" + (alice ? "secret" : "public") + "\"]}");
            return true;
        };
        String tags = "/v2/hub/team/own/tags/list";

        assertThat(text(get(tags, "Authorization", basic("alice")))).contains("secret");
        assertThat(text(get(tags))).contains("public");
        assertThat(text(get(tags, "Authorization", basic("bob")))).contains("public");
    }

    @Test
    void whatIsStoredIsServedWhileTheRegistryIsDown() throws Exception {
        get("/v2/hub/public/manifests/latest");
        get(blob());
        registry.api.stop();
        restart("");
        clock.advance(Duration.ofDays(1));

        assertThat(get("/v2/hub/public/manifests/latest").body()).isEqualTo(index.bytes());
        assertThat(get("/v2/hub/public/manifests/" + index.digest()).body()).isEqualTo(index.bytes());
        assertThat(get(blob()).body()).isEqualTo(layer.bytes());
    }

    @Test
    void aLimitedRegistryWithoutAStoredManifestIs429WithItsTime() throws Exception {
        registry.fault = (_, reply) -> {
            reply.field("Retry-After", "30");
            TestRegistry.error(reply, 429, "TOOMANYREQUESTS");
            return true;
        };

        HttpResponse<byte[]> response = get("/v2/hub/public/manifests/latest");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(field(response, "Retry-After")).isEqualTo("30");
        assertThat(text(response)).contains("\"code\":\"TOOMANYREQUESTS\"");

        registry.reset();
        assertThat(get("/v2/hub/library/second/manifests/latest").statusCode()).isEqualTo(429);
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void aLimitedRegistryStopsTheManifestsOfAllRepositoriesButNoBlob() throws Exception {
        registry.needsToken = true;
        registry.push("library/second", "latest", index);
        get("/v2/hub/public/manifests/latest");
        get("/v2/hub/second/manifests/latest");
        registry.fault = (request, reply) -> {
            if (request.path().contains("/manifests/")) {
                reply.field("Retry-After", "30");
                TestRegistry.error(reply, 429, "TOOMANYREQUESTS");
                return true;
            }
            return false;
        };
        assertThat(get("/v2/hub/public/manifests/other").statusCode()).isEqualTo(429);
        registry.reset();

        assertThat(get("/v2/hub/second/manifests/other").statusCode()).isEqualTo(429);
        assertThat(registry.requests()).isEmpty();
        assertThat(get(blob()).body()).isEqualTo(layer.bytes());
    }

    @Test
    void ollamaIsToldWhereItMayFetchABlob() throws Exception {
        assertThat(field(get(blob()), "Location")).isEqualTo(blob());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v2/hub/public/manifests/latest             | 200
            /v2/public/manifests/latest?ns=docker.io    | 200
            /v2/library/public/manifests/latest?ns=docker.io | 200
            /v2/library/public/manifests/latest?ns=DOCKER.io | 200
            /v2/library/public/manifests/latest?ns=other.io  | 200
            /v2/other/library/public/manifests/latest   | 200
            /v2/library/public/manifests/latest         | 404
            /v2/library/public/manifests/latest?ns=nowhere.io | 404
            /v2/hub/public/manifests/latest?ns=nowhere.io | 404
            /v2/hub/public/manifests/latest?ns=other.io | 401
            /v2/third/public/manifests/latest           | 404
            """)
    void theRegistryIsChosenByNsOrByTheFirstSegment(String target, int status) throws Exception {
        HttpResponse<byte[]> response = get(target);

        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 404) {
            assertThat(text(response)).startsWith("{\"errors\":[{\"code\":\"");
        }
        assertThat(registry.requests()).noneMatch(request -> request.contains("ns="));
    }

    @Test
    void theRegistryHasAListenerOfItsOwn() throws Exception {
        int port = vault.port("hub").orElseThrow();

        assertThat(sendTo(port, "GET", "/v2/public/manifests/latest").body()).isEqualTo(index.bytes());
        assertThat(sendTo(port, "GET", "/v2/library/public/manifests/latest?ns=other.io")
                        .statusCode())
                .isEqualTo(200);
        assertThat(registry.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void pushesAreRefused(String method) throws Exception {
        HttpResponse<byte[]> response = send(method, "/v2/hub/library/public/blobs/uploads/");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(text(response)).contains("\"code\":\"UNSUPPORTED\"");
        assertThat(registry.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v2/hub/Upper/manifests/latest              | 400 | NAME_INVALID
            /v2/hub/a..b/manifests/latest               | 400 | NAME_INVALID
            /v2/hub/a%2Fb/manifests/latest              | 400 | NAME_INVALID
            /v2/hub/public/manifests/-latest            | 400 | DIGEST_INVALID
            /v2/hub/public/blobs/latest                 | 400 | DIGEST_INVALID
            /v2/hub/public/blobs/sha256:abc             | 400 | DIGEST_INVALID
            /v2/hub/public/blobs/git-sha1:0123456789012345678901234567890123456789 | 400 | DIGEST_INVALID
            /v2/_catalog                                | 404 | UNSUPPORTED
            /v2/hub/_catalog                            | 404 | UNSUPPORTED
            /v2/hub/public/other/latest                 | 404 | NAME_UNKNOWN
            /v2/hub/public/manifests/absent             | 404 | MANIFEST_UNKNOWN
            """)
    void whatCannotBeIsRefusedInTheFormOfTheSpecification(String target, int status, String code) throws Exception {
        HttpResponse<byte[]> response = get(target);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(text(response)).contains("\"code\":\"" + code + "\"");
    }

    @Test
    void aManifestOfAnotherDigestIsRefused() throws Exception {
        registry.manifests.put(
                "library/public@" + index.digest(), Manifest.of(TestRegistry.OCI_MANIFEST, "{\"other\":1}"));
        registry.saysDigest = false;

        HttpResponse<byte[]> response = get("/v2/hub/public/manifests/" + index.digest());
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).startsWith("{\"errors\":[{\"code\":\"UNAVAILABLE\"");
    }

    @Test
    void aWebPageIsNoManifest() throws Exception {
        registry.fault = (_, reply) -> {
            reply.field("Content-Type", "text/html").answer("<html>");
            return true;
        };

        assertThat(get("/v2/hub/public/manifests/latest").statusCode()).isEqualTo(502);
        assertThat(get(blob()).statusCode()).isEqualTo(502);
    }

    @Test
    void aManifestLongerThanFourMebibytesIsRefused() throws Exception {
        registry.push(
                "library/public",
                "long",
                Manifest.of(TestRegistry.OCI_MANIFEST, "{\"a\":\"" + "x".repeat(5 << 20) + "\"}"));

        HttpResponse<byte[]> response = get("/v2/hub/public/manifests/long");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).contains("4 MiB");
    }

    @Test
    void tagsAreListedWithALinkBelowTheNameOfTheClient() throws Exception {
        registry.lists.put("library/public/tags/list?n=1000", "{\"name\":\"library/public\",\"tags\":[\"a\"]}");
        registry.lists.put(
                "library/public/tags/list?n=1000 link", "</v2/library/public/tags/list?last=a&n=1000>; rel=\"next\"");

        HttpResponse<byte[]> response = get("/v2/hub/public/tags/list?n=100000");

        assertThat(text(response)).contains("\"tags\":[\"a\"]");
        assertThat(field(response, "Link")).isEqualTo("</v2/hub/public/tags/list?n=1000&last=a>; rel=\"next\"");
    }

    @Test
    void referrersAreFilteredWhereTheRegistryDoesNot() throws Exception {
        String referrers = "{\"schemaVersion\":2,\"manifests\":[{\"artifactType\":\"a/b\",\"size\":1},"
                + "{\"size\":2,\"artifactType\":\"c/d\"}]}";
        String path = "library/public/referrers/" + index.digest();
        registry.lists.put(path, referrers);
        registry.lists.put(path + "?artifactType=c%2Fd", referrers);

        assertThat(text(get("/v2/hub/public/referrers/" + index.digest()))).isEqualTo(referrers);
        HttpResponse<byte[]> filtered = get("/v2/hub/public/referrers/" + index.digest() + "?artifactType=c/d");
        assertThat(text(filtered))
                .isEqualTo("{\"schemaVersion\":2,\"manifests\":[{\"size\":2,\"artifactType\":\"c/d\"}]}");
        assertThat(field(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
    }

    @Test
    void aRegistryWithoutReferrersSaysSo() throws Exception {
        assertThat(get("/v2/hub/public/referrers/" + index.digest()).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 405, 406, 501})
    void aRegistryWithoutReferrersMayAlsoRefuseThemOrSendAWebPage(int status) throws Exception {
        registry.fault = (_, reply) -> {
            reply.status(status).field("Content-Type", "text/html").answer("<html>");
            return true;
        };

        HttpResponse<byte[]> response = get("/v2/hub/public/referrers/" + index.digest());
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(text(response)).contains("\"code\":\"MANIFEST_UNKNOWN\"");
    }

    @Test
    void aRangeOfAColdBlobCostsThatRange() throws Exception {
        Content large = Content.generated(40_000_000, 9);
        String digest = registry.pushBlob("library/public", large);

        HttpResponse<byte[]> response = get("/v2/hub/public/blobs/" + digest, "Range", "bytes=30000000-30000099");

        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(response.body()).isEqualTo(large.bytes(30_000_000, 100));
        assertThat(registry.storage.contentBytesSent()).isLessThan(9_000_000);
    }

    @Test
    void clientsThatSendALoginOnlyIfAskedCanBeAsked() throws Exception {
        restart(", ask_login: true");
        int port = vault.port("hub").orElseThrow();

        HttpResponse<byte[]> asked = sendTo(port, "GET", "/v2/");
        assertThat(asked.statusCode()).isEqualTo(401);
        assertThat(field(asked, "WWW-Authenticate")).isEqualTo("Basic realm=\"hub\"");
        assertThat(sendTo(port, "GET", "/v2/", "Authorization", basic("alice")).statusCode())
                .isEqualTo(200);
    }
}
