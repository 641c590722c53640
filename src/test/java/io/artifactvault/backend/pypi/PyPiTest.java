package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index behind a real vault. */
class PyPiTest {
    private static final String JSON = "application/vnd.pypi.simple.v1+json";

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
        return send("GET", below, fields);
    }

    private HttpResponse<byte[]> send(String method, String below, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + vault.port() + "/pypi/" + below))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private String page(String project, String accept) throws Exception {
        return text(get("simple/" + project + "/", "Accept", accept));
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    @Test
    void aPageIsServedInBothFormsFromOneRequestToTheIndex() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "\"yanked\":\"broken\",\"requires-python\":\">=3.9\"");
        open("");

        HttpResponse<byte[]> json = get("simple/demo/", "Accept", JSON + ", text/html;q=0.1");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(field(json, "Content-Type")).isEqualTo(JSON);
        assertThat(field(json, "Vary")).isEqualTo("Accept");
        assertThat(text(json))
                .contains("\"url\":\"../../packages/aa/demo-1.0-py3-none-any.whl\"", "\"yanked\":\"broken\"")
                .contains("\"api-version\":\"1.4\"");

        HttpResponse<byte[]> html = get("simple/demo/");
        assertThat(field(html, "Content-Type")).startsWith("text/html");
        assertThat(text(html))
                .contains("<a href=\"../../packages/aa/demo-1.0-py3-none-any.whl#sha256=", "data-yanked=\"broken\"")
                .contains("data-requires-python=\"&gt;=3.9\"", "data-size=\"50000\"");
        assertThat(field(html, "ETag")).isNotEqualTo(field(json, "ETag"));
        assertThat(get("simple/demo/", "Accept", JSON, "If-None-Match", field(json, "ETag"))
                        .statusCode())
                .isEqualTo(304);
        assertThat(index.pagesAsked()).hasSize(1);
    }

    @Test
    void aFileIsServedVerifiedAndOnlyOnceFetched() throws Exception {
        Content wheel = index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        open("");

        assertThat(get("packages/aa/demo-1.0-py3-none-any.whl").body()).isEqualTo(wheel.bytes());
        assertThat(field(get("packages/aa/demo-1.0-py3-none-any.whl"), "X-Cache"))
                .isEqualTo("HIT");
        assertThat(index.filesAsked()).containsExactly("GET /packages/aa/demo-1.0-py3-none-any.whl");
        assertThat(index.pagesAsked()).hasSize(1);
    }

    @Test
    void aFileOfAnotherDigestIsNeverWholeAndAskedForOnce() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.contents.put("/packages/aa/demo-1.0-py3-none-any.whl", ScriptedIndex.wheel(2));
        open("");

        assertThat(catchThrowable(() -> get("packages/aa/demo-1.0-py3-none-any.whl")))
                .isInstanceOf(IOException.class);
        HttpResponse<byte[]> again = get("packages/aa/demo-1.0-py3-none-any.whl");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(text(again)).contains("digest");
        assertThat(index.filesAsked()).hasSize(1);

        clock.advance(Duration.ofSeconds(61));
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        assertThat(get("packages/aa/demo-1.0-py3-none-any.whl").statusCode()).isEqualTo(200);
    }

    @Test
    void aFileThatNoPageListsDoesNotExist() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        open("");

        assertThat(get("packages/aa/demo-2.0-py3-none-any.whl").statusCode()).isEqualTo(404);
        assertThat(get("packages/aa/other-2.0-py3-none-any.whl").statusCode()).isEqualTo(404);
        assertThat(get("etc/passwd").statusCode()).isEqualTo(404);
        assertThat(index.filesAsked()).isEmpty();
    }

    @Test
    void whatIsStoredIsServedWhileTheIndexIsDown() throws Exception {
        Content wheel = index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        open("");
        get("simple/demo/");
        get("packages/aa/demo-1.0-py3-none-any.whl");
        index.index.stop();
        clock.advance(Duration.ofHours(1));

        assertThat(get("simple/demo/").statusCode()).isEqualTo(200);
        assertThat(get("packages/aa/demo-1.0-py3-none-any.whl").body()).isEqualTo(wheel.bytes());
    }

    @Test
    void anIndexThatOnlySpeaksHtmlIsServedInBothForms() throws Exception {
        index.speaksJson = false;
        Content wheel = ScriptedIndex.wheel(3);
        index.contents.put("/whl/demo-1.0%2Bcpu-py3-none-any.whl", wheel);
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        "demo-1.0+cpu-py3-none-any.whl",
                        "/whl/demo-1.0%2Bcpu-py3-none-any.whl#sha256=" + wheel.sha256(),
                        ""));
        open("");

        assertThat(page("demo", JSON)).contains("../../whl/demo-1.0%2Bcpu-py3-none-any.whl");
        assertThat(page("demo", "text/html")).contains("../../whl/demo-1.0%2Bcpu-py3-none-any.whl#sha256=");
        assertThat(get("whl/demo-1.0+cpu-py3-none-any.whl").body()).isEqualTo(wheel.bytes());
        assertThat(field(get("whl/demo-1.0%2Bcpu-py3-none-any.whl"), "X-Cache")).isEqualTo("HIT");
    }

    @Test
    void filesOfTwoHostsWithOnePathAreTwoFiles() throws Exception {
        Content own = index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        "demo-1.0-py3-none-any.whl",
                        index.files.base() + "/packages/aa/demo-1.0-py3-none-any.whl",
                        ScriptedIndex.verified(own, "")));
        open(", files_hosts: [\"127.0.0.1\"]");

        assertThat(page("demo", JSON))
                .contains("\"../../packages/aa/demo-1.0-py3-none-any.whl\"")
                .contains("\"../../127.0.0.1:" + index.files.port() + "/packages/aa/demo-1.0-py3-none-any.whl\"");
    }

    @Test
    void namesAreNormalised() throws Exception {
        index.add("demo-pkg", "demo_pkg-1.0.tar.gz", 1, "");
        open("");

        assertThat(field(get("simple/Demo_Pkg/"), "Location")).isEqualTo("../demo-pkg/");
        assertThat(field(get("simple/demo-pkg"), "Location")).isEqualTo("demo-pkg/");
        assertThat(get("simple/demo-pkg/").statusCode()).isEqualTo(200);
        assertThat(List.of(
                        get("simple/-x-/").statusCode(), get("simple/nothing/").statusCode()))
                .containsExactly(404, 404);
    }

    @Test
    void aColdRangeOfALargeFileFetchesLittle() throws Exception {
        Content wheel = Content.generated(40 << 20, 9);
        index.contents.put("/packages/aa/big-1.0-py3-none-any.whl", wheel);
        index.list(
                "big",
                new ScriptedIndex.Listed(
                        "big-1.0-py3-none-any.whl",
                        index.index.base() + "/packages/aa/big-1.0-py3-none-any.whl",
                        "\"hashes\":{\"sha256\":\"" + wheel.sha256() + "\"}"));
        open("");

        HttpResponse<byte[]> end = get("packages/aa/big-1.0-py3-none-any.whl", "Range", "bytes=-1000");

        assertThat(end.statusCode()).isEqualTo(206);
        assertThat(end.body()).isEqualTo(wheel.bytes((40L << 20) - 1000, 1000));
        assertThat(index.index.contentBytesSent()).isLessThan(64 << 10);
    }

    @Test
    void headSaysTheSameAsGetAfterContentOfAnotherDigest() throws Exception {
        index.add("demo", "demo-1.0-py3-none-any.whl", 1, "");
        index.contents.put("/packages/aa/demo-1.0-py3-none-any.whl", ScriptedIndex.wheel(2));
        open("");

        assertThat(catchThrowable(() -> get("packages/aa/demo-1.0-py3-none-any.whl")))
                .isInstanceOf(IOException.class);
        assertThat(send("HEAD", "packages/aa/demo-1.0-py3-none-any.whl").statusCode())
                .isEqualTo(409);
        HttpResponse<byte[]> again = get("packages/aa/demo-1.0-py3-none-any.whl");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(text(again)).contains("the digest that identifies it", "not asked again for 60 s");
        assertThat(index.filesAsked()).containsExactly("GET /packages/aa/demo-1.0-py3-none-any.whl");
    }

    @Test
    void aPageThatChangesWhileItsViewIsMadeIsServedInItsNewVersion() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        changing(() -> Math.min(requests.incrementAndGet(), 2));
        open(", metadata_ttl: 0");

        HttpResponse<byte[]> page = get("simple/demo/", "Accept", JSON);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(text(page)).contains("demo-2.0-").doesNotContain("demo-1.0-");
        assertThat(requests.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aPageThatNeverStaysTheSameGets503() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        changing(requests::incrementAndGet);
        open(", metadata_ttl: 0");

        HttpResponse<byte[]> page = get("simple/demo/", "Accept", JSON);

        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(field(page, "Retry-After")).isEqualTo("1");
        assertThat(text(page)).contains("the index page has changed meanwhile; try again");
        assertThat(requests.get()).isLessThan(20);
    }

    private void changing(IntSupplier version) {
        index.scripts.put(
                "/simple/demo/",
                (_, reply) -> reply.field("Content-Type", JSON)
                        .answer("{\"files\":[{\"filename\":\"demo-" + version.getAsInt()
                                + ".0-py3-none-any.whl\",\"url\":\"/x\"}]}"));
    }

    @Test
    void headAndThenARangeOfALargeFileCostOneHead() throws Exception {
        Content wheel = Content.generated(40 << 20, 9);
        index.contents.put("/packages/aa/big-1.0-py3-none-any.whl", wheel);
        index.list(
                "big",
                new ScriptedIndex.Listed(
                        "big-1.0-py3-none-any.whl",
                        index.index.base() + "/packages/aa/big-1.0-py3-none-any.whl",
                        ScriptedIndex.verified(wheel, "")));
        open("");

        assertThat(send("HEAD", "packages/aa/big-1.0-py3-none-any.whl").statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> end = get("packages/aa/big-1.0-py3-none-any.whl", "Range", "bytes=-1000");

        assertThat(end.statusCode()).isEqualTo(206);
        assertThat(end.body()).isEqualTo(wheel.bytes((40L << 20) - 1000, 1000));
        assertThat(index.filesAsked())
                .containsExactly(
                        "HEAD /packages/aa/big-1.0-py3-none-any.whl", "GET /packages/aa/big-1.0-py3-none-any.whl");
    }

    @Test
    void aLargeFileThatLeftItsHostAfterHeadIsNotFound() throws Exception {
        Content wheel = Content.generated(40 << 20, 9);
        index.contents.put("/packages/aa/big-1.0-py3-none-any.whl", wheel);
        index.list(
                "big",
                new ScriptedIndex.Listed(
                        "big-1.0-py3-none-any.whl",
                        index.index.base() + "/packages/aa/big-1.0-py3-none-any.whl",
                        ScriptedIndex.verified(wheel, "")));
        open("");

        send("HEAD", "packages/aa/big-1.0-py3-none-any.whl");
        index.contents.clear();

        assertThat(get("packages/aa/big-1.0-py3-none-any.whl").statusCode()).isEqualTo(404);
    }

    @Test
    void anOlderPageDoesNotReplaceANewerOneForADay() throws Exception {
        AtomicInteger serial = new AtomicInteger(10);
        index.scripts.put(
                "/simple/demo/",
                (_, reply) -> reply.field("Content-Type", JSON)
                        .field("ETag", "\"" + serial + "\"")
                        .field("X-PyPI-Last-Serial", serial.toString())
                        .answer("{\"files\":[{\"filename\":\"demo-" + serial + ".zip\",\"url\":\"/x\"}]}"));
        open("");

        assertThat(page("demo", JSON)).contains("demo-10.zip");
        serial.set(9);
        clock.advance(Duration.ofSeconds(301));
        assertThat(page("demo", JSON)).contains("demo-10.zip");
        assertThat(page("demo", JSON)).contains("demo-10.zip");
        assertThat(index.pagesAsked()).hasSize(2);
        serial.set(11);
        clock.advance(Duration.ofSeconds(301));
        assertThat(page("demo", JSON)).contains("demo-11.zip");
        // An index that was set up anew counts from the beginning.
        serial.set(3);
        clock.advance(Duration.ofHours(23));
        assertThat(page("demo", JSON)).contains("demo-11.zip");
        clock.advance(Duration.ofHours(2));
        assertThat(page("demo", JSON)).contains("demo-3.zip");
    }
}
