package io.artifactvault.backend.pypi;

import static io.artifactvault.backend.pypi.PyPiStage.HTML;
import static io.artifactvault.backend.pypi.PyPiStage.JSON;
import static io.artifactvault.backend.pypi.PyPiStage.field;
import static io.artifactvault.backend.pypi.PyPiStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often the index and the files' hosts are asked, and for what. */
class IndexRequestsTest {
    private static final String NAME = "demo-1.0-py3-none-any.whl";
    private static final String FILE = "packages/aa/" + NAME;

    @TempDir
    Path dir;

    private final ScriptedIndex index = new ScriptedIndex();

    @SuppressWarnings("NullAway.Init") // each test opens it
    private PyPiStage vault;

    private void open() throws Exception {
        vault = PyPiStage.open(dir, index);
    }

    @AfterEach
    void close() {
        vault.close();
        index.close();
    }

    @Test
    void fiftyClientsOfOneColdPageCauseOneRequest() throws Exception {
        Gate gate = new Gate();
        index.scripts.put("/simple/demo/", (request, reply) -> {
            reply.waitAt(gate);
            reply.field("Content-Type", JSON)
                    .answer("{\"files\":[{\"filename\":\"" + NAME + "\",\"url\":\"/" + FILE + "\"}]}");
        });
        open();
        List<CompletableFuture<HttpResponse<byte[]>>> pages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            pages.add(vault.stage
                    .client()
                    .sendAsync(
                            vault.stage.request("GET", "simple/demo/", "Accept", i % 2 == 0 ? JSON : HTML),
                            BodyHandlers.ofByteArray()));
        }
        gate.awaitReached();
        gate.open();

        for (CompletableFuture<HttpResponse<byte[]>> page : pages) {
            assertThat(page.get().statusCode()).isEqualTo(200);
            assertThat(text(page.get())).contains(FILE);
        }
        assertThat(index.pagesAsked()).hasSize(1);
    }

    @Test
    void aSecondResolveCostsOnlyConfirmations() throws Exception {
        List<String> projects = List.of("one", "two", "three");
        projects.forEach(project -> index.add(project, project + "-1.0-py3-none-any.whl", 1, ""));
        open();
        List<String> tags = new ArrayList<>();
        for (String project : projects) {
            for (String form : List.of(JSON, HTML)) {
                tags.add(field(vault.get("simple/" + project + "/", "Accept", form), "ETag"));
            }
        }
        assertThat(index.pagesAsked()).hasSize(3);
        assertThat(tags).doesNotHaveDuplicates();
        index.reset();
        vault.stage.clock.advance(Duration.ofSeconds(301));

        List<Integer> statuses = new ArrayList<>();
        for (String project : projects) {
            for (String form : List.of(JSON, HTML)) {
                statuses.add(
                        vault.status("simple/" + project + "/", "Accept", form, "If-None-Match", tags.removeFirst()));
            }
        }
        assertThat(statuses).containsOnly(304);
        assertThat(index.pagesAsked())
                .hasSize(3)
                .allMatch(asked -> asked.field("If-None-Match").isPresent());
        assertThat(index.index.bodyBytesSent()).isZero();
    }

    @Test
    void headOfAPageAndOfAFileGiveTheLengthThatGetSends() throws Exception {
        index.add("demo", NAME, 1, "");
        open();

        for (String path : List.of("simple/demo/", FILE)) {
            HttpResponse<byte[]> head = vault.stage.head(path);
            HttpResponse<byte[]> get = vault.get(path);
            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.headers().firstValueAsLong("Content-Length"))
                    .as(path)
                    .hasValue(get.body().length);
            assertThat(field(head, "ETag")).isEqualTo(field(get, "ETag"));
            assertThat(field(head, "Cache-Control")).isEqualTo(field(get, "Cache-Control"));
        }
    }

    @Test
    void anotherSha256AtTheSamePathIsFetchedAnew() throws Exception {
        Content before = index.add("demo", NAME, 1, "");
        open();
        assertThat(vault.get(FILE).body()).isEqualTo(before.bytes());
        index.clear("demo");
        Content after = index.add("demo", NAME, 2, "");
        vault.stage.clock.advance(Duration.ofSeconds(301));

        assertThat(vault.get(FILE).body()).isEqualTo(after.bytes());
        assertThat(index.filesAsked()).hasSize(2);
    }

    @Test
    void aDigestThatIsStoredIsNotFetchedFromAnotherPath() throws Exception {
        Content wheel = index.add("demo", NAME, 1, "");
        index.list(
                "demo",
                new ScriptedIndex.Listed(
                        NAME, index.index.base() + "/mirror/" + NAME, ScriptedIndex.verified(wheel, "")));
        index.contents.put("/mirror/" + NAME, wheel);
        open();
        vault.get(FILE);
        vault.stage.awaitQuiet();

        // The other path must permit access, which costs no content.
        assertThat(vault.get("mirror/" + NAME).body()).isEqualTo(wheel.bytes());
        assertThat(vault.get("mirror/" + NAME).body()).isEqualTo(wheel.bytes());
        assertThat(index.filesAsked()).containsExactly("GET /" + FILE, "HEAD /mirror/" + NAME);
    }

    @Test
    void twoHostsWithOnePathAreTwoFiles() throws Exception {
        Content own = index.add("demo", NAME, 1, "");
        Content other = ScriptedIndex.wheel(8);
        index.scripts.put(
                "/" + FILE,
                (request, reply) ->
                        reply.serve(request.field("Host").orElse("").endsWith(":" + index.files.port()) ? other : own));
        index.list(
                "demo",
                new ScriptedIndex.Listed(NAME, index.files.base() + "/" + FILE, ScriptedIndex.verified(other, "")));
        open();

        assertThat(vault.get(FILE).body()).isEqualTo(own.bytes());
        assertThat(vault.get("127.0.0.1:" + index.files.port() + "/" + FILE).body())
                .isEqualTo(other.bytes());
        assertThat(vault.get(FILE).body()).isEqualTo(own.bytes());
    }

    @Test
    void theListOfProjectsIsServedInTheFormAskedFor() throws Exception {
        index.scripts.put("/simple/", (request, reply) -> {
            boolean json = request.field("Accept").orElse("").contains("json");
            reply.field("Content-Type", json ? JSON : HTML)
                    .field("ETag", json ? "\"j\"" : "\"h\"")
                    .answer(json ? "{\"projects\":[{\"name\":\"demo\"}]}" : "<a href=\"demo/\">demo</a>");
        });
        open();

        assertThat(text(vault.get("simple/", "Accept", JSON))).contains("\"projects\"");
        assertThat(text(vault.get("simple/"))).contains("<a href=\"demo/\">");
        assertThat(field(vault.get("simple/"), "X-Cache")).isEqualTo("HIT");
        assertThat(index.pagesAsked()).hasSize(2);
    }

    @Test
    void everyKeyOfTheIndexGoesThrough() throws Exception {
        index.keys = "\"meta\":{\"api-version\":\"1.4\",\"tracks\":[\"https://a.test/x/\",\"https://b.test/x/\"],"
                + "\"_last-serial\":7},\"name\":\"demo\",\"versions\":[\"1.0\"],"
                + "\"alternate-locations\":[\"https://c.test/simple/demo/\"],"
                + "\"project-status\":{\"status\":\"archived\",\"reason\":\"old & <done>\"},\"future\":{\"x\":[1.50]}";
        String hash = "ab".repeat(32);
        index.add(
                "demo",
                NAME,
                1,
                "\"yanked\":\"bad \\\"build\\\"\",\"requires-python\":\">=3.9\","
                        + "\"core-metadata\":{\"sha256\":\"" + hash
                        + "\"},\"upload-time\":\"2025-01-01T00:00:00.123456Z\","
                        + "\"provenance\":\"" + index.index.base() + "/integrity/demo/1.0/" + NAME + "/provenance\","
                        + "\"gpg-sig\":true,\"new-key\":[1,{\"a\":null}]");
        open();

        String json = vault.page("demo", JSON);
        assertThat(json)
                .contains("\"meta\":{\"api-version\":\"1.4\",\"tracks\":[\"https://a.test/x/\",\"https://b.test/x/\"]")
                .contains("\"_last-serial\":7", "\"versions\":[\"1.0\"]", "\"future\":{\"x\":[1.50]}")
                .contains("\"alternate-locations\":[\"https://c.test/simple/demo/\"]", "\"new-key\":[1,{\"a\":null}]")
                .contains("\"project-status\":{\"status\":\"archived\",\"reason\":\"old & <done>\"}")
                .contains("\"yanked\":\"bad \\\"build\\\"\"", "\"requires-python\":\">=3.9\"", "\"gpg-sig\":true")
                .contains("\"core-metadata\":{\"sha256\":\"" + hash + "\"}", "\"size\":50000")
                .contains("\"upload-time\":\"2025-01-01T00:00:00.123456Z\"")
                .contains("\"provenance\":\"../../integrity/demo/1.0/" + NAME + "/provenance\"");
        assertThat(vault.page("demo", HTML))
                .contains("<meta name=\"pypi:repository-version\" content=\"1.4\">")
                .contains("<meta name=\"pypi:tracks\" content=\"https://a.test/x/\">")
                .contains("<meta name=\"pypi:tracks\" content=\"https://b.test/x/\">")
                .contains("<meta name=\"pypi:alternate-locations\" content=\"https://c.test/simple/demo/\">")
                .contains("<meta name=\"pypi:project-status\" content=\"archived\">")
                .contains("<meta name=\"pypi:project-status-reason\" content=\"old &amp; &lt;done&gt;\">")
                .contains("data-yanked=\"bad &quot;build&quot;\"", "data-requires-python=\"&gt;=3.9\"")
                .contains("data-core-metadata=\"sha256=" + hash + "\"", "data-dist-info-metadata=\"sha256=" + hash)
                .contains("data-size=\"50000\"", "data-upload-time=\"2025-01-01T00:00:00.123456Z\"")
                .contains("data-gpg-sig=\"true\"", "data-provenance=\"../../integrity/demo/1.0/");
    }
}
