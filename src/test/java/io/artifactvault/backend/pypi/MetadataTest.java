package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.backend.pypi.dist.Wheels;
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
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Core metadata, provenance and signatures beside the files of an index. */
class MetadataTest {
    private static final String JSON = "application/vnd.pypi.simple.v1+json";
    private static final String NAME = "demo-1.0-py3-none-any.whl";
    private static final String WHEEL = "packages/aa/" + NAME;
    private static final String METADATA = WHEEL + ".metadata";
    private static final String PROVENANCE = "integrity/demo/1.0/" + NAME + "/provenance";
    private static final Content TEXT = Content.of(Wheels.metadata("demo", "1.0"));

    @TempDir
    Path dir;

    private final ScriptedIndex index = new ScriptedIndex();
    private final TestClock clock = new TestClock();
    private final HttpClient client = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // each test opens it
    private VaultServer vault;

    private void open(String settings) throws Exception {
        Path file = Files.writeString(
                dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_revalidate_interval: 0}
                backends: [{type: pypi, name: pypi, config: {base_url: "%s"%s}}]
                """.formatted(dir.resolve("cache"), index.index.base(), settings));
        vault = VaultServer.start(
                new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none()), clock, _ -> {});
    }

    @AfterEach
    void close() {
        vault.close();
        index.close();
    }

    private HttpResponse<byte[]> get(String below, String... fields) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + vault.port() + "/pypi/" + below));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private String page() throws Exception {
        return text(get("simple/demo/", "Accept", JSON));
    }

    private Content list(byte[] wheel, String keys) {
        Content content = Content.of(wheel);
        index.contents.put("/" + WHEEL, content);
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        NAME, index.index.base() + "/" + WHEEL, ScriptedIndex.verified(content, keys)));
        return content;
    }

    private static String announced(String sha256) {
        return "\"core-metadata\":{\"sha256\":\"" + sha256 + "\"}";
    }

    @Test
    void theIndexsOwnMetadataIsServedVerified() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), announced(TEXT.sha256()));
        index.contents.put("/" + METADATA, TEXT);
        open("");

        // pip 22.3 ends with an error if it finds an object under the older name.
        assertThat(page()).contains(announced(TEXT.sha256())).doesNotContain("\"dist-info-metadata\"");
        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
        assertThat(get(METADATA).headers().firstValue("X-Cache")).contains("HIT");
        assertThat(index.filesAsked()).containsOnlyOnce("GET /" + METADATA).doesNotContain("GET /" + WHEEL);
    }

    @Test
    void metadataOfAnotherDigestIsNeverWholeAndAskedForOnce() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), announced("0".repeat(64)));
        index.contents.put("/" + METADATA, TEXT);
        open("");

        try {
            assertThat(get(METADATA).statusCode()).isEqualTo(409);
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
        assertThat(get(METADATA).statusCode()).isEqualTo(409);
        assertThat(index.filesAsked()).containsOnlyOnce("GET /" + METADATA).doesNotContain("GET /" + WHEEL);
    }

    @Test
    void metadataWithoutADigestIsServedToo() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), "\"core-metadata\":true");
        index.contents.put("/" + METADATA, TEXT);
        open("");

        assertThat(page()).contains("\"core-metadata\":true");
        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
    }

    @Test
    void anIndexInHtmlAnnouncesMetadataToo() throws Exception {
        index.speaksJson = false;
        Content wheel = Content.of(Wheels.wheel("demo", "1.0", 10));
        index.contents.put("/" + WHEEL, wheel);
        index.contents.put("/" + METADATA, TEXT);
        index.pages.put(
                "demo",
                "<a href=\"/" + WHEEL + "#sha256=" + wheel.sha256() + "\" data-dist-info-metadata=\"sha256="
                        + TEXT.sha256() + "\">" + NAME + "</a>");
        index.list("demo", new ScriptedIndex.Listed(NAME, "/" + WHEEL, ""));
        open("");

        assertThat(page()).contains(announced(TEXT.sha256()));
        assertThat(text(get("simple/demo/"))).contains("data-core-metadata=\"sha256=" + TEXT.sha256() + "\"");
        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
    }

    @Test
    void metadataThatTheIndexAnnouncesButDoesNotHaveComesFromTheWheel() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), announced(TEXT.sha256()));
        open("");

        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
        assertThat(index.filesAsked()).containsExactly("HEAD /" + METADATA, "GET /" + WHEEL);
    }

    @Test
    void metadataFromTheWheelMustHaveTheAnnouncedDigest() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), announced("0".repeat(64)));
        open("");

        HttpResponse<byte[]> response = get(METADATA);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).contains("does not have the sha256 that the index announces");
    }

    @Test
    void metadataThatTheIndexCannotSendNowIsAnErrorAndNotTakenFromTheWheel() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), announced(TEXT.sha256()));
        open("");
        page();
        index.status = 503;

        assertThat(get(METADATA).statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(index.filesAsked()).noneMatch(asked -> asked.endsWith("/" + WHEEL));
    }

    @Test
    void theMetadataOfAColdLargeWheelCostsLittle() throws Exception {
        byte[] wheel = Wheels.wheel("demo", "1.0", 40 << 20);
        list(wheel, "");
        open("");
        page();
        long before = index.index.contentBytesSent();

        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
        assertThat(index.index.contentBytesSent() - before).isLessThanOrEqualTo(64 << 10);
        assertThat(page()).contains(announced(TEXT.sha256()));
        assertThat(get(METADATA).headers().firstValue("ETag")).contains('"' + TEXT.sha256() + '"');
        assertThat(index.index.contentBytesSent() - before).isLessThanOrEqualTo(64 << 10);
    }

    @Test
    void aLargeWheelOfUnknownLengthCostsLittleToo() throws Exception {
        Content wheel = Content.of(Wheels.wheel("demo", "1.0", 40 << 20));
        index.contents.put("/" + WHEEL, wheel);
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        NAME, index.index.base() + "/" + WHEEL, "\"hashes\":{\"sha256\":\"" + wheel.sha256() + "\"}"));
        open("");

        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
        assertThat(index.index.contentBytesSent()).isLessThanOrEqualTo(64 << 10);
    }

    @Test
    @Timeout(60)
    void metadataIsAnnouncedOnceItsWheelIsStored() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), "");
        open("");

        String before = page();
        String html = text(get("simple/demo/"));
        assertThat(before).doesNotContain("core-metadata");
        assertThat(html).doesNotContain("core-metadata");
        get(WHEEL);
        // The last bytes leave before the wheel is durable; a later page finds it.
        String after = page();
        while (!after.contains("core-metadata")) {
            clock.advance(Duration.ofSeconds(5));
            after = page();
        }
        assertThat(after).contains(announced(TEXT.sha256()));
        assertThat(text(get("simple/demo/"))).contains("data-core-metadata=\"sha256=" + TEXT.sha256() + "\"");
        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
        assertThat(index.filesAsked()).containsExactly("GET /" + WHEEL);
    }

    @Test
    void announcedMetadataSurvivesARestartAndTheEvictionOfItsWheel() throws Exception {
        Content wheel = list(Wheels.wheel("demo", "1.0", 100_000), "");
        open("");
        get(METADATA);
        get(WHEEL);
        vault.close();
        evict(wheel);
        open("");
        index.index.stop();

        assertThat(page()).contains(announced(TEXT.sha256()));
        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
    }

    @Test
    void aWheelThatWasStoredBeforeARestartIsAnnouncedAfterIt() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), "");
        open("");
        get(WHEEL);
        vault.close();
        open("");

        assertThat(page()).contains(announced(TEXT.sha256()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///x", "https://user@files.test/", "javascript:x", "/a/%2e%2e/", "/%zz/"})
    void aWheelAtAnAddressThatIsNoneDoesNotHarmItsPageAfterARestart(String folder) throws Exception {
        Content wheel = list(Wheels.wheel("demo", "1.0", 10), "");
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        "demo-2.0-py3-none-any.whl",
                        folder + "demo-2.0-py3-none-any.whl",
                        ScriptedIndex.verified(wheel, "")));
        open("");
        get(WHEEL);
        assertThat(get(METADATA).statusCode()).isEqualTo(200);
        vault.close();
        open("");

        assertThat(page()).contains(announced(TEXT.sha256()));
        assertThat(get(WHEEL).statusCode()).isEqualTo(200);
    }

    private void evict(Content content) throws IOException {
        try (Stream<Path> files = Files.walk(dir.resolve("cache"))) {
            List<Path> blobs = files.filter(
                            file -> file.getFileName().toString().contains(content.sha256()))
                    .toList();
            assertThat(blobs).isNotEmpty();
            for (Path blob : blobs) {
                Files.delete(blob);
            }
        }
    }

    @Test
    void aWheelWithoutUsableMetadataIsServedAndAnnouncesNone() throws Exception {
        byte[] broken = Wheels.zip(zip -> Wheels.put(zip, "demo.py", new byte[10], ZipEntry.STORED));
        list(broken, "");
        open("");

        assertThat(get(WHEEL).body()).isEqualTo(broken);
        assertThat(page()).doesNotContain("core-metadata");
        HttpResponse<byte[]> response = get(METADATA);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).contains("the wheel has no files *.dist-info/METADATA");
    }

    @Test
    void aSourceDistributionHasNoMetadata() throws Exception {
        index.add("demo", "demo-1.0.tar.gz", 1, "");
        open("");

        assertThat(get("packages/aa/demo-1.0.tar.gz.metadata").statusCode()).isEqualTo(404);
    }

    @Test
    void provenanceLiesBesideTheFileForItsLifetime() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), "\"provenance\":\"" + index.index.base() + "/" + PROVENANCE + "\"");
        index.contents.put("/" + PROVENANCE, Content.of("{\"version\":1}"));
        open(", metadata_ttl: 300");

        assertThat(page()).contains("\"provenance\":\"../../" + PROVENANCE + "\"");
        assertThat(text(get("simple/demo/"))).contains("data-provenance=\"../../" + PROVENANCE + "\"");
        HttpResponse<byte[]> response = get(PROVENANCE);
        assertThat(text(response)).isEqualTo("{\"version\":1}");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/vnd.pypi.integrity.v1+json");
        index.contents.put("/" + PROVENANCE, Content.of("{\"version\":2}"));
        assertThat(text(get(PROVENANCE))).isEqualTo("{\"version\":1}");
        clock.advance(Duration.ofSeconds(301));
        assertThat(text(get(PROVENANCE))).isEqualTo("{\"version\":2}");
        assertThat(get("integrity/demo/2.0/" + NAME + "/provenance").statusCode())
                .isEqualTo(404);
    }

    @Test
    void provenanceAtAnotherHostIsLeftOut() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), "\"provenance\":\"https://other.example/" + PROVENANCE + "\"");
        open("");

        assertThat(page()).contains(NAME).doesNotContain("provenance");
        assertThat(text(get("simple/demo/"))).contains(NAME).doesNotContain("provenance");
        assertThat(get(PROVENANCE).statusCode()).isEqualTo(404);
    }

    @Test
    void signaturesLieBesideTheirFiles() throws Exception {
        list(Wheels.wheel("demo", "1.0", 10), "\"gpg-sig\":true");
        index.add("demo", "demo-1.0.tar.gz", 1, "");
        index.contents.put("/" + WHEEL + ".asc", Content.of("signed"));
        index.contents.put("/packages/aa/demo-1.0.tar.gz.asc", Content.of("signed"));
        open("");

        assertThat(text(get(WHEEL + ".asc"))).isEqualTo("signed");
        assertThat(get("packages/aa/demo-1.0.tar.gz.asc").statusCode()).isEqualTo(404);
    }

    @Test
    void metadataFromPartsOfAWheelIsDroppedWhenTheWheelTurnsOutToBeAnotherFile() throws Exception {
        Content wheel = Content.of(Wheels.wheel("demo", "1.0", 20 << 20));
        index.contents.put("/" + WHEEL, wheel);
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        NAME,
                        index.index.base() + "/" + WHEEL,
                        "\"hashes\":{\"sha256\":\"" + "0".repeat(64) + "\"},\"size\":" + wheel.length()));
        open("");

        // The digest of the whole cannot be checked by its parts.
        assertThat(get(METADATA).body()).isEqualTo(TEXT.bytes());
        assertThat(page()).contains("core-metadata");
        assertThat(catchThrowable(() -> get(WHEEL))).isInstanceOf(IOException.class);

        assertThat(page()).doesNotContain("core-metadata");
        assertThat(get(METADATA).statusCode()).isEqualTo(409);
        vault.close();
        open("");
        assertThat(page()).doesNotContain("core-metadata");
    }
}
