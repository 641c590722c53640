package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.app.cli.Main;
import io.artifactvault.backend.oci.TestRegistry.Manifest;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.testhub.Content;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code vault warm oci}, {@code snapshot check oci} and {@code unpin oci}, in front of registries. */
@Timeout(120)
class ImageWarmTest {
    private static final String PYTHON = "library/python";
    private static final String IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private final TestClock clock = new TestClock();
    private final TestRegistry registry = new TestRegistry();
    private final Content base = Content.generated(200_000, 1);
    private final Content top = Content.generated(100_000, 2);
    private final Content armTop = Content.generated(50_000, 3);
    private final Content signature = Content.generated(500, 4);
    private final Content attestation = Content.generated(700, 5);
    private final Content sbom = Content.generated(900, 6);
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @SuppressWarnings("NullAway.Init") // pushed before each test
    private Manifest amd;

    @SuppressWarnings("NullAway.Init") // pushed before each test
    private Manifest arm;

    @SuppressWarnings("NullAway.Init") // pushed before each test
    private Manifest index;

    @SuppressWarnings("NullAway.Init") // started before each test
    private VaultServer vault;

    @BeforeEach
    void open() throws Exception {
        amd = image(PYTHON, "amd64", base, top);
        arm = image(PYTHON, "arm64", base, armTop);
        Manifest provenance = artifact(PYTHON, attestation);
        index = registry.push(
                PYTHON,
                "3.12",
                Manifest.of(
                        TestRegistry.OCI_INDEX,
                        "{\"schemaVersion\":2,\"manifests\":[" + child(amd, "linux", "amd64", "") + ","
                                + child(arm, "linux", "arm64", "") + ","
                                + child(provenance, "unknown", "unknown", amd.digest()) + "]}"));
        start();
    }

    private void start() throws Exception {
        Path file = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_revalidate_interval: 0}
                backends: [{type: dockerhub, name: hub, config: {base_url: "%s", metadata_ttl: 60,
                            allow_private_redirects: true}},
                           {type: oci, name: other, config: {base_url: "http://localhost:%d", image_hosts: [other.io],
                            allow_private_redirects: true}},
                           {type: pypi}]
                """.formatted(
                        dir.resolve("cache"), registry.api.base(), registry.api.port()));
        vault = VaultServer.start(
                new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none()), clock, _ -> {});
    }

    @AfterEach
    void close() {
        vault.close();
        registry.close();
    }

    private Manifest image(String repository, String architecture, Content... layers) {
        Content config = Content.of(
                "{\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"in\":\"" + repository + "\"}");
        StringBuilder text = new StringBuilder(
                "{\"schemaVersion\":2,\"config\":" + blob(repository, IMAGE_CONFIG, config) + ",\"layers\":[");
        for (Content layer : layers) {
            text.append(layer == layers[0] ? "" : ",").append(blob(repository, "application/x-layer", layer));
        }
        Manifest manifest = Manifest.of(TestRegistry.OCI_MANIFEST, text + "]}");
        return registry.push(repository, manifest.digest(), manifest);
    }

    private Manifest artifact(String repository, Content content) {
        Manifest manifest = Manifest.of(
                TestRegistry.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"config\":" + blob(repository, "application/x-empty", Content.of("{}"))
                        + ",\"layers\":[" + blob(repository, "application/x-thing", content) + "]}");
        return registry.push(repository, manifest.digest(), manifest);
    }

    private String blob(String repository, String type, Content content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + registry.pushBlob(repository, content) + "\",\"size\":"
                + content.length() + "}";
    }

    private static String child(Manifest manifest, String os, String architecture, String attested) {
        return "{\"mediaType\":\"" + manifest.type() + "\",\"digest\":\"" + manifest.digest() + "\",\"size\":"
                + manifest.bytes().length + ",\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture
                + "\"},\"annotations\":{\"vnd.docker.reference.digest\":\"" + attested + "\"}}";
    }

    private static String tag(Manifest subject) {
        return subject.digest().replace(':', '-');
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--endpoint");
        all.add("http://127.0.0.1:" + vault.adminPort());
        out = new StringWriter();
        err = new StringWriter();
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private JsonNode job(int exit, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        assertThat(run(all.toArray(String[]::new))).as("%s%s", out, err).isEqualTo(exit);
        return new ObjectMapper().readTree(out.toString()).at("/jobs/0");
    }

    private String file(String name, String... lines) throws Exception {
        return Files.writeString(dir.resolve(name), String.join("\n", lines) + "\n")
                .toString();
    }

    private HttpResponse<byte[]> get(String below) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + vault.port() + "/v2/" + below))
                .header("Accept", TestRegistry.OCI_INDEX + ", " + TestRegistry.OCI_MANIFEST)
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private void pulls(String repository, Content blob) throws Exception {
        assertThat(get(repository + "/blobs/sha256:" + blob.sha256()).body()).isEqualTo(blob.bytes());
    }

    private List<String> blobsFetched() {
        return registry.requests().stream()
                .filter(request -> request.startsWith("GET ") && request.contains("/blobs/"))
                .toList();
    }

    private long filesOfAmd() {
        return Content.of("{\"os\":\"linux\",\"architecture\":\"amd64\",\"in\":\"" + PYTHON + "\"}")
                        .length()
                + base.length()
                + top.length()
                + "{}".length()
                + attestation.length();
    }

    @Test
    void aDryRunCountsExactlyAndARunFetchesThat() throws Exception {
        JsonNode dry = job(0, "warm", "oci", "python:3.12", "--platform", "linux/amd64", "--dry-run");

        assertThat(blobsFetched()).isEmpty();
        // Index, image and attestation; for the image a configuration and two layers, for the attestation one of each.
        assertThat(dry.at("/chosen/files").asInt()).isEqualTo(8);
        assertThat(dry.at("/held/files").asInt()).isEqualTo(3);
        assertThat(dry.at("/message").asText()).isEqualTo("5 files would be fetched, with " + filesOfAmd() + " bytes.");

        JsonNode run = job(0, "warm", "oci", "python:3.12", "--platform", "linux/amd64");

        assertThat(run.at("/fetched/files").asInt()).isEqualTo(5);
        assertThat(run.at("/fetched/bytes").asLong()).isEqualTo(filesOfAmd());
        assertThat(registry.storage.contentBytesSent()).isEqualTo(filesOfAmd());
        assertThat(job(0, "warm", "oci", "python:3.12", "--platform", "linux/amd64", "--dry-run")
                        .at("/message")
                        .asText())
                .isEqualTo("0 files would be fetched, with 0 bytes.");
    }

    @Test
    void clientsPullByTagAndDigestWhileTheRegistryIsDown() throws Exception {
        job(0, "warm", "oci://docker.io/library/python:3.12");
        registry.api.stop();
        registry.storage.stop();
        vault.close();
        start();
        clock.advance(Duration.ofDays(1));

        HttpResponse<byte[]> tagged = get("hub/python/manifests/3.12");
        assertThat(tagged.body()).isEqualTo(index.bytes());
        assertThat(tagged.headers().firstValue("Docker-Content-Digest")).contains(index.digest());
        for (Manifest one : List.of(index, amd, arm)) {
            assertThat(get("hub/library/python/manifests/" + one.digest()).body())
                    .isEqualTo(one.bytes());
        }
        for (Content one : List.of(base, top, armTop, attestation)) {
            pulls("hub/library/python", one);
        }
        assertThat(job(0, "snapshot", "check", "oci://python:3.12")
                        .at("/message")
                        .asText())
                .startsWith("Complete and verified");
    }

    @Test
    void aSecondRunFetchesOnlyTheRest() throws Exception {
        registry.storageFault = (request, reply) -> {
            boolean hit = request.path().contains(top.sha256());
            if (hit) {
                reply.status(404).answer("");
            }
            return hit;
        };
        JsonNode first = job(1, "warm", "oci", "python:3.12", "--platform", "linux/amd64");
        assertThat(first.at("/fetched/files").asInt()).isEqualTo(4);
        assertThat(first.at("/trouble/0/path").asText()).isEqualTo("hub/library/python/blobs/sha256:" + top.sha256());
        assertThat(job(1, "snapshot", "check", "oci", "python:3.12", "--platform", "linux/amd64")
                        .at("/trouble/0/reason")
                        .asText())
                .isEqualTo("missing");

        registry.storageFault = (_, _) -> false;
        clock.advance(Duration.ofMinutes(5));
        registry.reset();
        JsonNode second = job(0, "warm", "oci", "python:3.12", "--platform", "linux/amd64");

        assertThat(second.at("/fetched/files").asInt()).isEqualTo(1);
        assertThat(registry.storage.contentBytesSent()).isEqualTo(top.length());
    }

    @Test
    void signaturesAndOtherReferrersComeAlong() throws Exception {
        Manifest listed = artifact(PYTHON, signature);
        registry.lists.put(
                PYTHON + "/referrers/" + index.digest(),
                "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + listed.digest() + "\"}]}");
        registry.push(PYTHON, tag(amd) + ".sig", artifact(PYTHON, sbom));
        Content fallback = Content.generated(1100, 7);
        Manifest tagged = artifact(PYTHON, fallback);
        registry.push(
                PYTHON,
                tag(arm),
                Manifest.of(
                        TestRegistry.OCI_INDEX,
                        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + tagged.digest() + "\"}]}"));

        job(0, "warm", "oci", "python:3.12");
        registry.api.stop();
        registry.storage.stop();
        clock.advance(Duration.ofHours(1));

        assertThat(get("hub/python/referrers/" + index.digest()).statusCode()).isEqualTo(200);
        assertThat(get("hub/python/manifests/" + listed.digest()).body()).isEqualTo(listed.bytes());
        assertThat(get("hub/python/manifests/" + tag(amd) + ".sig").statusCode())
                .isEqualTo(200);
        assertThat(get("hub/python/manifests/" + tag(arm)).statusCode()).isEqualTo(200);
        assertThat(get("hub/python/manifests/" + tagged.digest()).body()).isEqualTo(tagged.bytes());
        for (Content one : List.of(signature, sbom, fallback)) {
            pulls("hub/python", one);
        }
        JsonNode check = job(0, "snapshot", "check", "oci", "python:3.12");
        assertThat(check.at("/notes/0").asText()).contains("only stored ones count");
    }

    @Test
    void aPlatformThatAnImageLacksIsAnErrorThatNamesThoseItHas() throws Exception {
        JsonNode job = job(1, "warm", "oci", "python:3.12", "--platform", "linux/s390x", "--dry-run");

        assertThat(job.at("/trouble/0/path").asText()).isEqualTo("docker.io/library/python:3.12");
        assertThat(job.at("/trouble/0/reason").asText())
                .isEqualTo("arguments, line 1: it has no image for linux/s390x; it has linux/amd64, linux/arm64.");
    }

    @Test
    void anImageWithoutAnIndexStatesItsPlatformInItsConfiguration() throws Exception {
        registry.push("library/single", "1", image("library/single", "amd64", base));

        JsonNode wrong = job(1, "warm", "oci", "single:1", "--platform", "linux/arm64");
        assertThat(wrong.at("/trouble/0/reason").asText())
                .endsWith("it has no image for linux/arm64; it has linux/amd64.");
        assertThat(wrong.at("/fetched/files").asInt()).isZero();

        assertThat(job(0, "warm", "oci", "single:1", "--platform", "linux/amd64")
                        .at("/chosen/files")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void aLayerOfTwoRepositoriesCountsOnceAndIsServedInBoth() throws Exception {
        registry.push("library/one", "1", image("library/one", "amd64", base));
        registry.push("library/two", "1", image("library/two", "amd64", base));
        String list = file("images.txt", "one:1", "other.io/library/two:1 # another registry");

        JsonNode dry = job(0, "warm", "oci", list, "--dry-run");
        assertThat(dry.at("/chosen/files").asInt()).isEqualTo(5);
        JsonNode run = job(0, "warm", "oci", list);

        assertThat(registry.storage.contentBytesSent())
                .isEqualTo(run.at("/fetched/bytes").asLong());
        assertThat(run.at("/fetched/bytes").asLong())
                .isEqualTo(
                        dry.at("/chosen/bytes").asLong() - dry.at("/held/bytes").asLong());
        registry.api.stop();
        pulls("hub/library/one", base);
        pulls("other/library/two", base);
    }

    @Test
    void aComposeFileAndManifestsAreReadTogether() throws Exception {
        registry.push("library/web", "1", image("library/web", "amd64", top));
        String compose = file("compose.yaml", "services:", "  web: {image: 'web:1'}");
        String pod = file("pod.yaml", "kind: Pod", "spec: {containers: [{image: 'docker.io/library/python:3.12'}]}");

        assertThat(job(0, "warm", "oci", compose, pod, "web:1", "--dry-run", "--platform", "linux/amd64")
                        .at("/chosen/files")
                        .asInt())
                .isEqualTo(10);
    }

    @Test
    void aPinHoldsAllOfAnImageUnderItsName() throws Exception {
        Manifest listed = artifact(PYTHON, signature);
        registry.lists.put(
                PYTHON + "/referrers/" + arm.digest(),
                "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + listed.digest() + "\"}]}");

        JsonNode pin = job(0, "warm", "oci", "python:3.12", "--platform", "linux/arm64", "--pin", "lab");

        assertThat(pin.at("/message").asText()).startsWith("Pinned at ");
        assertThat(run("pins")).isZero();
        // The index, the image with a configuration and two layers; the list of referrers, the signature with two
        // blobs.
        assertThat(out.toString()).contains("oci/* lists/lab@").contains(" 9 blobs");
        job(0, "warm", "oci", "python:3.12", "--platform", "linux/amd64", "--pin", "lab");
        assertThat(run("pins")).isZero();
        assertThat(out.toString().lines()).hasSize(1);
        assertThat(run("unpin", "oci", "lab")).isZero();
        assertThat(out.toString()).contains("lab: 1 unpinned");
        assertThat(run("unpin", "pypi", "lab")).isEqualTo(1);
    }

    @Test
    void anImageOfAnUnknownRegistryIsNamedWithItsLineAndTheRemedy() throws Exception {
        String list = file("images.txt", "python:3.12", "quay.io/org/app:v1");

        assertThat(run("warm", "oci", list)).isEqualTo(2);
        assertThat(err.toString())
                .contains("images.txt, line 2: no registry of this vault serves quay.io/org/app:v1")
                .contains("image_hosts");
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void withABackendTheImagesOfOthersAreLeftOut() throws Exception {
        String list = file("images.txt", "python:3.12", "quay.io/org/app:v1");

        JsonNode job = job(0, "warm", "oci", list, "--backend", "hub", "--dry-run");
        assertThat(job.at("/notes/0").asText()).contains("quay.io/org/app:v1 comes from another registry");
        assertThat(run("warm", "oci", "python:3.12", "--backend", "other")).isEqualTo(2);
        assertThat(err.toString()).contains("No image of the list comes from other");
    }

    @Test
    void aTagThatTheRegistryLacksIsAnError() throws Exception {
        assertThat(job(1, "warm", "oci", "python:4").at("/trouble/0/path").asText())
                .isEqualTo("docker.io/library/python:4");
        assertThat(run("warm", "oci", "nothing.txt")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no such file");
        assertThat(run("warm", "oci", "python:3.12", "--platform", "amd64")).isEqualTo(2);
        assertThat(err.toString()).contains("is not a platform");
    }

    @Test
    void aLoginIsNotSentToSeveralRegistries() throws Exception {
        String body = "{\"list\":{\"ecosystem\":\"oci\",\"files\":[{\"name\":\"a.txt\",\"text\":\"python:3.12\"}]}}";
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + vault.adminPort() + "/admin/warm"))
                .header("Content-Type", "application/json")
                .header("X-Upstream-Authorization", TestRegistry.basic("alice"))
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();

        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("several upstreams");
    }
}
