package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.StandardSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that cannot be installed everywhere, as the requests that they send; and the Hub's doors beside files and JSON. */
class DoorsTest extends HubStory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;
    private static final String QUANT = "acme/quant/resolve/main/tiny-Q4_K_M.gguf";

    private HubFile weights;
    private HubFile gguf;

    @Override
    Stage<byte[]> setUp(Stage<byte[]> usual) {
        return usual.hub(settings -> settings.datasetsServer(Optional.of(URI.create(hub.base() + "/_viewer"))));
    }

    @BeforeEach
    void look() {
        weights = hub.repo("models", "acme/tiny").at("model.safetensors");
        gguf = hub.repo("models", "acme/quant").at("tiny-Q4_K_M.gguf");
    }

    private HttpResponse<byte[]> post(String below, String type, String body, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(stage.uri("/huggingface/" + below))
                .timeout(Stage.PATIENCE)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return stage.client().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    // git and git-lfs

    @Test
    void gitPassesThroughAndIsNotStored() throws Exception {
        HttpResponse<byte[]> refs =
                stage.get("acme/tiny.git/info/refs?service=git-upload-pack", "Git-Protocol", "version=2");
        assertThat(refs.headers().firstValue("content-type")).hasValue("application/x-git-upload-pack-advertisement");
        assertThat(refs.headers().firstValue("x-cache")).hasValue("PASS");
        String head = text(refs).replaceAll("(?s).*?([0-9a-f]{40}) HEAD.*", "$1");
        HttpResponse<byte[]> pack = post(
                "acme/tiny.git/git-upload-pack",
                "application/x-git-upload-pack-request",
                "0032want " + head + "\n00000009done\n");
        assertThat(pack.statusCode()).isEqualTo(200);
        assertThat(text(pack)).startsWith("0008NAK\nPACK");
        assertThat(hub.failures()).isEmpty();
    }

    @Test
    void gitIsAskedForAPasswordIfTheHubAsksForOne() throws Exception {
        HttpResponse<byte[]> refused = stage.get("acme/gated/info/refs?service=git-upload-pack");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().allValues("www-authenticate")).anyMatch(field -> field.startsWith("Basic"));
    }

    private HttpResponse<byte[]> batch(String repository, HubFile file, String... fields) throws Exception {
        return post(
                repository + ".git/info/lfs/objects/batch",
                "application/vnd.git-lfs+json",
                "{\"operation\":\"download\",\"transfers\":[\"xet\",\"basic\"],\"objects\":[{\"oid\":\""
                        + file.content().sha256() + "\",\"size\":" + file.size() + "}]}",
                fields);
    }

    private static URI link(HttpResponse<byte[]> batch) throws IOException {
        JsonNode answer = JSON.readTree(batch.body());
        assertThat(answer.get("transfer").asText()).isEqualTo("basic");
        JsonNode download = answer.get("objects").get(0).get("actions").get("download");
        assertThat(download.has("header")).isFalse();
        assertThat(download.get("expires_in").asInt()).isEqualTo(300);
        return URI.create(download.get("href").asText());
    }

    private HttpResponse<byte[]> follow(URI link) throws Exception {
        return stage.client()
                .send(HttpRequest.newBuilder(link).timeout(Stage.PATIENCE).build(), BodyHandlers.ofByteArray());
    }

    @Test
    void anLfsObjectComesFromTheVaultAndIsSharedWithTheFile() throws Exception {
        URI link = link(batch("acme/tiny", weights));
        assertThat(link.toString())
                .startsWith(stage.uri("/huggingface/_lfs/models/acme/tiny/").toString());
        assertThat(follow(link).body()).isEqualTo(weights.content().bytes());
        stage.awaitQuiet();
        long sent = hub.originBodyBytes();
        assertThat(stage.get("acme/tiny/resolve/main/model.safetensors").body()).hasSize(204_800);
        assertThat(hub.originBodyBytes()).isEqualTo(sent);
    }

    @Test
    void anLfsObjectOfAStoredFileNeedsNoUpstream() throws Exception {
        stage.get("acme/tiny/resolve/main/model.safetensors");
        stage.awaitQuiet();
        URI link = link(batch("acme/tiny", weights));
        hub.reset();
        HttpResponse<byte[]> object = follow(link);
        assertThat(object.body()).isEqualTo(weights.content().bytes());
        assertThat(object.headers().firstValue("cache-control")).hasValue("private");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aGatedObjectIsServedToClientsWithALinkOfTheHub() throws Exception {
        HubFile secret = hub.repo("models", "acme/gated").at("only-here.bin");
        assertThat(batch("acme/gated", secret).statusCode()).isEqualTo(401);
        assertThat(batch("acme/gated", secret, "Authorization", "Bearer " + StandardSet.BOB_TOKEN)
                        .statusCode())
                .isEqualTo(403);
        URI link = link(batch("acme/gated", secret, "Authorization", ALICE));
        assertThat(follow(link).body()).isEqualTo(secret.content().bytes());
        String forged = link.toString().replace("acme/gated", "acme/tiny");
        assertThat(follow(URI.create(forged)).statusCode()).isEqualTo(403);
        assertThat(follow(URI.create(link.toString().replaceAll("until=\\d+", "until=9999999999")))
                        .statusCode())
                .isEqualTo(403);
    }

    /** Whatever stands there, the batch is answered, and only that object cannot be had. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"no url at all\"",
                "\"relative/path\"",
                "\"ftp://hub.test/x\"",
                "\"http://\"",
                "\"http://user:word@hub.test/\"",
                "\"http://[::x]/\"",
                "\"http://hub.test:99999/\"",
                "\"http://h\\u00fcb.test/\\u0000\"",
                "17",
                "null",
                "{\"a\":[1,{\"b\":2}]}",
                "[\"http://hub.test/\"]"
            })
    void anAddressInABatchThatIsNoUrlIs502AndASentence(String href) throws Exception {
        String oid = weights.content().sha256();
        String body = "{\"transfer\":\"basic\",\"objects\":[{\"oid\":\"" + oid
                + "\",\"size\":7,\"actions\":{\"download\":{\"href\":" + href + ",\"header\":{\"a\":\"b\"}}}}]}";
        hub.failOnce(Asked.path("objects/batch"), reply -> {
            reply.field("Content-Type", "application/vnd.git-lfs+json").answer(body);
            return true;
        });
        HttpResponse<byte[]> object = follow(link(batch("acme/tiny", weights)));
        assertThat(object.statusCode()).isEqualTo(502);
        assertThat(text(object)).contains("invalid URL");
    }

    @Test
    void anAddressInABatchLeadsNoFurtherThanARedirect() throws Exception {
        stage.close();
        stage.hub(hub -> hub.privateRedirects(PrivateTargets.NONE)).start();
        URI link = link(batch("acme/tiny", weights));
        hub.reset();
        assertThat(follow(link).statusCode()).isEqualTo(502);
        assertThat(hub.cdn().requests()).isEmpty();
    }

    @Test
    void aMissingObjectIsReportedInTheBatch() throws Exception {
        JsonNode answer = JSON.readTree(batch("acme/quant", weights).body());
        assertThat(answer.get("objects").get(0).get("error").get("code").asInt())
                .isEqualTo(404);
    }

    // The registry

    @Test
    void aManifestIsKeptByTheKindOfClient() throws Exception {
        String manifest = "v2/acme/quant/manifests/Q4_K_M";
        HttpResponse<byte[]> llama = stage.get(manifest, "User-Agent", "llama-cpp/b6000");
        HttpResponse<byte[]> ollama = stage.get(manifest, "User-Agent", "ollama/0.9 (amd64 linux)");
        assertThat(JSON.readTree(llama.body()).get("ggufFile").get("rfilename").asText())
                .isEqualTo("tiny-Q4_K_M.gguf");
        assertThat(JSON.readTree(ollama.body())
                        .get("layers")
                        .get(0)
                        .get("digest")
                        .asText())
                .isEqualTo("sha256:" + gguf.content().sha256());
        hub.reset();
        assertThat(stage.get(manifest, "User-Agent", "llama-cpp/b7000").body()).isEqualTo(llama.body());
        assertThat(hub.requests()).isEmpty();
        assertThat(stage.get("v2/acme/tiny/manifests/Q9").statusCode()).isEqualTo(400);
        HttpResponse<byte[]> hello = stage.get("v2/");
        assertThat(hello.headers().firstValue("docker-distribution-api-version"))
                .hasValue("registry/2.0");
    }

    @Test
    void aLayerIsTheSameContentAsTheFile() throws Exception {
        String layer = "v2/acme/quant/blobs/sha256:" + gguf.content().sha256();
        HttpResponse<byte[]> head = stage.head(layer, "User-Agent", "ollama/0.9");
        assertThat(head.headers().firstValue("content-length")).hasValue("40000");
        HttpResponse<byte[]> part = stage.get(layer, "User-Agent", "ollama/0.9", "Range", "bytes=0-9999");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("location")).isEmpty();
        stage.awaitQuiet();
        long sent = hub.originBodyBytes();
        assertThat(stage.get(QUANT).body()).isEqualTo(gguf.content().bytes());
        assertThat(hub.originBodyBytes()).isEqualTo(sent);
    }

    @Test
    void aDigestAloneGivesNoAccessToALayer() throws Exception {
        HubFile secret = hub.repo("models", "acme/gated").at("only-here.bin");
        String digest = "sha256:" + secret.content().sha256();
        assertThat(stage.get("v2/acme/gated/blobs/" + digest, "Authorization", ALICE)
                        .statusCode())
                .isEqualTo(200);
        assertThat(stage.get("v2/acme/gated/blobs/" + digest).statusCode()).isEqualTo(401);
        assertThat(stage.get("v2/acme/tiny/blobs/" + digest).statusCode()).isEqualTo(404);
    }

    @Test
    void aLayerThatIsNotThereYetIsFoundAfterAPush() throws Exception {
        HubRepository quant = hub.repo("models", "acme/quant");
        byte[] next = "a model of tomorrow".getBytes(StandardCharsets.UTF_8);
        String layer = "v2/acme/quant/blobs/sha256:"
                + hub.repo("models", "acme/other")
                        .lfs("x.gguf", next)
                        .at("x.gguf")
                        .content()
                        .sha256();
        assertThat(stage.get(layer).statusCode()).isEqualTo(404);
        quant.lfs("next.gguf", next).push();
        stage.clock.advance(Duration.ofSeconds(61));
        assertThat(stage.get(layer).body()).isEqualTo(next);
    }

    // llama.cpp, Rust, hf_transfer

    @Test
    void llamaCppFindsItsFileByRefsAndTree() throws Exception {
        JsonNode refs = JSON.readTree(stage.get("api/models/acme/quant/refs").body());
        String sha = refs.get("branches").get(0).get("targetCommit").asText();
        HttpResponse<byte[]> tree = stage.get("api/models/acme/quant/tree/" + sha + "?recursive=true");
        assertThat(text(tree)).contains("tiny-Q4_K_M.gguf");
        HttpResponse<byte[]> head = stage.head("acme/quant/resolve/" + sha + "/tiny-Q4_K_M.gguf");
        assertThat(head.headers().firstValue("accept-ranges")).hasValue("bytes");
        HttpResponse<byte[]> rest =
                stage.get("acme/quant/resolve/" + sha + "/tiny-Q4_K_M.gguf", "Range", "bytes=39990-");
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(gguf.content().bytes(), 39_990, 40_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {QUANT, "acme/tiny/resolve/main/config.json", "acme/tiny/resolve/main/one.txt"})
    void theFirstByteIsEnoughForTheRustClient(String file) throws Exception {
        HttpResponse<byte[]> probe = stage.get(file, "Range", "bytes=0-0");
        assertThat(probe.statusCode()).isEqualTo(206);
        assertThat(probe.body()).hasSize(1);
        assertThat(probe.headers().firstValue("content-range").orElseThrow()).matches("bytes 0-0/\\d+");
        assertThat(probe.headers().firstValue("x-repo-commit")).isPresent();
        assertThat(probe.headers().firstValue("etag")).isPresent();
    }

    @Test
    void theFirstByteOfAnEmptyFileIsEmpty() throws Exception {
        HttpResponse<byte[]> probe = stage.get("acme/tiny/resolve/main/empty.txt", "Range", "bytes=0-0");
        assertThat(probe.statusCode()).isEqualTo(200);
        assertThat(probe.headers().firstValue("content-range")).hasValue("bytes */0");
        assertThat(probe.headers().firstValue("content-length")).hasValue("0");
    }

    @Test
    void theLastPartMayEndOneByteTooFar() throws Exception {
        HttpResponse<byte[]> last = stage.get(QUANT, "Range", "bytes=30000-40000");
        assertThat(last.statusCode()).isEqualTo(206);
        assertThat(last.headers().firstValue("content-range")).hasValue("bytes 30000-39999/40000");
        assertThat(last.body()).hasSize(10_000);
    }

    // Data sets, buckets, kernels

    @Test
    void theViewerOfDataSetsIsFoundWhereClientsLookForIt() throws Exception {
        String answer = atHost("datasets-server.localhost", "/huggingface/parquet?dataset=acme/ds");
        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("0123456789012345678901234567890123456789")
                .contains("\"http://localhost/huggingface/datasets/acme/ds/resolve/refs%2Fconvert%2Fparquet/default");
    }

    private String atHost(String host, String target) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), stage.vault().port())) {
            String request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theListOfParquetFilesLeadsToTheVault() throws Exception {
        JsonNode list = JSON.readTree(stage.get("api/datasets/acme/ds/parquet").body());
        assertThat(list.get("default").get("train").get(0).asText())
                .startsWith(stage.uri("/huggingface/datasets/acme/ds/resolve/").toString());
    }

    @Test
    void aBucketIsReadThroughWithTheHubsOwnValidator() throws Exception {
        HubRepository bulk =
                hub.repo("buckets", "acme/bulk").xet("dir/file.bin", "of a bucket".getBytes(StandardCharsets.UTF_8));
        HttpResponse<byte[]> answer = stage.get("buckets/acme/bulk/resolve/dir%2Ffile.bin");
        assertThat(text(answer)).isEqualTo("of a bucket");
        assertThat(answer.headers().firstValue("etag"))
                .hasValue("\"" + bulk.at("dir/file.bin").identity() + "\"");
        assertThat(answer.headers().firstValue("location")).isEmpty();
    }

    @Test
    void aKernelRepositoryIsCachedLikeOthers() throws Exception {
        hub.repo("kernels", "acme/fast").file("build.toml", "[general]\n");
        assertThat(text(stage.get("kernels/acme/fast/resolve/main/build.toml"))).isEqualTo("[general]\n");
        assertThat(stage.get("api/kernels/acme/fast/tree/main").statusCode()).isEqualTo(200);
    }

    // Names, errors, browsers

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "GPT2-is-not", "openai-community/GPT2"})
    void anAliasIsRememberedAndShared(String alias) throws Exception {
        if (alias.equals("GPT2-is-not")) {
            assertThat(stage.head(alias + "/resolve/main/config.json").statusCode())
                    .isEqualTo(401);
            return;
        }
        assertThat(stage.get(alias + "/resolve/main/config.json").statusCode()).isEqualTo(200);
        stage.awaitQuiet();
        hub.reset();
        assertThat(stage.get("openai-community/gpt2/resolve/main/config.json").statusCode())
                .isEqualTo(200);
        assertThat(stage.get(alias + "/resolve/main/config.json").headers().firstValue("x-cache"))
                .hasValue("HIT");
        assertThat(hub.requests()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aRepositoryMayHaveTheNameOfARoute() throws Exception {
        hub.repo("models", "acme/refs").file("config.json", "{}");
        assertThat(text(stage.get("api/models/acme/refs/tree/main"))).contains("config.json");
        assertThat(stage.get("acme/refs/resolve/main/config.json").statusCode()).isEqualTo(200);
    }

    @Test
    void anErrorPageOfAMiddleboxIsNotTakenForTheHubs() throws Exception {
        hub.fail(Asked.path("/resolve/main/nowhere"), Fault.status(404));
        HttpResponse<byte[]> answer = stage.get("acme/tiny/resolve/main/nowhere.json");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.headers().firstValue("x-error-code")).isEmpty();
    }

    @Test
    void aBare401OfTheApiGetsItsCode() throws Exception {
        HttpResponse<byte[]> answer = stage.get("api/models/acme/nothing/auth-check");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("x-error-code")).hasValue("RepoNotFound");
        assertThat(stage.get("api/whoami-v2").headers().firstValue("x-error-code"))
                .isEmpty();
    }

    @Test
    void aBrowserMayReadAnswersAndErrors() throws Exception {
        assertThat(stage.send("OPTIONS", QUANT).statusCode()).isEqualTo(204);
        for (String below :
                new String[] {QUANT, "acme/tiny/resolve/main/nope", "api/models/acme/tiny", "api/whoami-v2"}) {
            assertThat(stage.get(below).headers().firstValue("access-control-allow-origin"))
                    .as(below)
                    .hasValue("*");
        }
    }

    @Test
    void theServersTokenAllowsNoWritesAndIsNotRevealed() throws Exception {
        stage.close();
        stage.hub(hub -> hub.tokenForAnonymous(StandardSet.ALICE_TOKEN)).start();
        assertThat(stage.get("acme/gated/resolve/main/only-here.bin").statusCode())
                .isEqualTo(200);
        assertThat(stage.get("api/models/acme/gated/auth-check").statusCode()).isEqualTo(200);
        hub.reset();
        stage.get("api/whoami-v2");
        stage.get("api/models/acme/tiny/jwt");
        stage.send("DELETE", "api/repos/delete");
        stage.send("POST", "api/models/acme/tiny/commit/main");
        stage.get("settings/tokens");
        assertThat(hub.requests())
                .hasSize(5)
                .noneMatch(request -> request.field("Authorization").isPresent());
    }

    @Test
    void aSnapshotOfAnAliasSurvivesAnOutage() throws Exception {
        stage.get("gpt2/resolve/main/config.json");
        stage.awaitQuiet();
        hub.stop();
        stage.clock.advance(Duration.ofMinutes(10));
        assertThat(stage.get("gpt2/resolve/main/config.json").headers().firstValue("x-cache"))
                .hasValue("STALE");
    }
}
