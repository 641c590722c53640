package io.artifactvault.backend.pypi;

import static io.artifactvault.backend.pypi.PyPiStage.HTML;
import static io.artifactvault.backend.pypi.PyPiStage.JSON;
import static io.artifactvault.backend.pypi.PyPiStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index that sends what no index should: a sentence for the client, and the other projects remain usable. */
class BadIndexTest {
    private static final String FILE = "packages/aa/demo-1.0-py3-none-any.whl";
    private static final String NAME = "demo-1.0-py3-none-any.whl";

    @TempDir
    Path dir;

    private final ScriptedIndex index = new ScriptedIndex();

    @SuppressWarnings("NullAway.Init") // each test opens it
    private PyPiStage vault;

    private void open() throws Exception {
        index.add("good", "good-1.0-py3-none-any.whl", 3, "");
        vault = PyPiStage.open(dir, index);
    }

    @AfterEach
    void close() {
        vault.close();
        index.close();
    }

    private void theRestIsUsable() throws Exception {
        assertThat(vault.page("good", JSON)).contains("good-1.0-py3-none-any.whl");
        assertThat(vault.status("packages/aa/good-1.0-py3-none-any.whl")).isEqualTo(200);
    }

    private void list(String url, String keys) {
        index.list("demo", new ScriptedIndex.Listed(NAME, url, keys));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "<html></html>",
                "{\"name\":\"demo\"}",
                "{\"files\":[{\"filename\":\"../demo-1.0.tar.gz\",\"url\":\"x\"}]}",
                "{\"files\":[{\"filename\":\"a/b\",\"url\":\"x\"}]}",
                "{\"files\":[{\"filename\":\"demo-1.0.tar.gz\"}]}",
                "{\"files\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            })
    void aPageThatIsNoPageGets502AndASentence(String page) throws Exception {
        index.pages.put("demo", page);
        open();

        for (String path : new String[] {"simple/demo/", FILE, FILE + ".metadata"}) {
            HttpResponse<byte[]> response = vault.get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(502);
            assertThat(text(response)).as(path).contains("the index page of demo", "cannot be used (");
        }
        assertThat(index.filesAsked()).isEmpty();
        theRestIsUsable();
        index.pages.remove("demo");
        index.add("demo", NAME, 1, "");
        vault.stage.clock.advance(Duration.ofSeconds(61));
        assertThat(vault.status("simple/demo/")).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPageThatIsTooLongGets502(boolean json) throws Exception {
        index.speaksJson = json;
        String blank = " ".repeat(9 << 20);
        index.pages.put("demo", json ? "{\"files\":[" + blank + "]}" : "<a href=\"" + NAME + "\">a</a>" + blank);
        open();

        HttpResponse<byte[]> response = vault.get("simple/demo/");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).contains("max_page_size");
    }

    @Test
    void aPageOfAnotherMediaTypeGets502() throws Exception {
        index.scripts.put(
                "/simple/demo/",
                (request, reply) ->
                        reply.field("Content-Type", "application/pdf").answer("{\"files\":[]}"));
        open();

        HttpResponse<byte[]> response = vault.get("simple/demo/");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).contains("another media type");
        theRestIsUsable();
    }

    @Test
    void deeplyNestedHtmlIsRead() throws Exception {
        index.speaksJson = false;
        index.pages.put("demo", "<div>".repeat(20_000) + "<a href=\"/" + FILE + "\">x</a>");
        vault = PyPiStage.open(dir, index);

        assertThat(vault.page("demo", HTML)).contains(FILE);
    }

    @Test
    void aPageOf100000FilesIsServed() throws Exception {
        StringBuilder page = new StringBuilder("{\"files\":[");
        for (int i = 0; i < 100_000; i++) {
            page.append(i == 0 ? "" : ",")
                    .append("{\"filename\":\"demo-")
                    .append(i)
                    .append(".zip\",\"url\":\"x\"}");
        }
        index.pages.put("demo", page.append("]}").toString());
        open();

        assertThat(vault.page("demo", JSON)).contains("demo-0.zip", "demo-99999.zip");
        assertThat(vault.status("simple/demo/x")).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://127.0.0.1/demo-1.0-py3-none-any.whl",
                "javascript:alert(1)",
                "https://elsewhere.test/demo-1.0-py3-none-any.whl",
                "http://169.254.169.254/demo-1.0-py3-none-any.whl",
                "http://user@127.0.0.1/demo-1.0-py3-none-any.whl",
                "http://%/demo-1.0-py3-none-any.whl",
                "/a/%2e%2e/demo-1.0-py3-none-any.whl",
                "../../../../demo-1.0-py3-none-any.whl"
            })
    void aUrlThatMayNotBeRequestedIsListedAsUnavailable(String url) throws Exception {
        list(url, "\"core-metadata\":true");
        index.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        open();

        assertThat(vault.page("demo", JSON))
                .contains("\"url\":\"../../unavailable/demo/" + NAME + "\"")
                .doesNotContain("core-metadata");
        HttpResponse<byte[]> response = vault.get("unavailable/demo/" + NAME);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(text(response)).contains(NAME);
        assertThat(vault.status("packages/aa/demo-2.0-py3-none-any.whl")).isEqualTo(200);
    }

    @Test
    void aPrivateAddressIsNotReachedWithoutPermission() throws Exception {
        Content wheel = ScriptedIndex.wheel(4);
        index.contents.put("/x/" + NAME, wheel);
        list(index.files.base() + "/x/" + NAME, ScriptedIndex.verified(wheel, ""));
        vault = PyPiStage.open(dir, index, AgeGate.OPEN, PrivateTargets.NONE);

        HttpResponse<byte[]> response = vault.get("127.0.0.1:" + index.files.port() + "/x/" + NAME);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(index.files.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "zz", "0123456789012345678901234567890123456789012345678901234567890123ff"})
    void aFileWithASha256ThatIsNoneIsNotFetched(String hash) throws Exception {
        index.contents.put("/" + FILE, ScriptedIndex.wheel(4));
        list(index.index.base() + "/" + FILE, "\"hashes\":{\"sha256\":\"" + hash + "\"}");
        open();

        HttpResponse<byte[]> response = vault.get(FILE);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).contains(NAME, "64 hexadecimal digits");
        assertThat(index.filesAsked()).isEmpty();
        theRestIsUsable();
    }

    @Test
    void aFileWithOnlyAnotherHashIsServedAndItsHashPassedOn() throws Exception {
        Content wheel = ScriptedIndex.wheel(4);
        index.contents.put("/" + FILE, wheel);
        list(index.index.base() + "/" + FILE, "\"hashes\":{\"md5\":\"d41d8cd98f00b204e9800998ecf8427e\"}");
        open();

        assertThat(vault.get(FILE).body()).isEqualTo(wheel.bytes());
        assertThat(vault.page("demo", HTML)).contains("#md5=d41d8cd98f00b204e9800998ecf8427e");
        assertThat(vault.page("demo", JSON)).contains("\"md5\":\"d41d8cd98f00b204e9800998ecf8427e\"");
    }

    @Test
    void aFileThatLeavesThePageIsNoLongerServed() throws Exception {
        index.add("demo", NAME, 1, "");
        open();
        assertThat(vault.status(FILE)).isEqualTo(200);
        index.clear("demo");
        index.add("demo", "demo-2.0-py3-none-any.whl", 2, "");
        vault.stage.clock.advance(Duration.ofSeconds(301));

        assertThat(vault.page("demo", HTML)).contains("demo-2.0").doesNotContain("demo-1.0");
        assertThat(vault.status(FILE)).isEqualTo(404);
    }

    @Test
    void aHostThatRefusesHeadIsAskedWithGet() throws Exception {
        Content wheel = index.add("demo", NAME, 1, "");
        index.scripts.put("/" + FILE, (request, reply) -> {
            if (request.isHead()) {
                reply.status(405).answer("");
            } else {
                reply.serve(wheel);
            }
        });
        open();

        HttpResponse<byte[]> head = vault.stage.head(FILE);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(wheel.length());
        assertThat(vault.get(FILE).body()).isEqualTo(wheel.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 405, 501})
    void aLargeFileOfAHostThatRefusesHeadIsFetchedWithGet(int status) throws Exception {
        Content wheel = Content.generated(20 << 20, 5);
        list(index.index.base() + "/" + FILE, "\"hashes\":{\"sha256\":\"" + wheel.sha256() + "\"}");
        index.scripts.put("/" + FILE, (request, reply) -> {
            if (request.isHead()) {
                reply.status(status).answer("");
            } else {
                reply.serve(wheel);
            }
        });
        open();

        assertThat(vault.get(FILE, "Range", "bytes=100-199").body()).isEqualTo(wheel.bytes(100, 100));
        assertThat(vault.get(FILE).body()).isEqualTo(wheel.bytes());
    }

    @Test
    void anUpstreamThatIgnoresRangesStillGivesRanges() throws Exception {
        Content wheel = Content.generated(20 << 20, 5);
        list(index.index.base() + "/" + FILE, "\"hashes\":{\"sha256\":\"" + wheel.sha256() + "\"}");
        index.scripts.put(
                "/" + FILE,
                (request, reply) ->
                        reply.contentLength(wheel.length()).ignoreRange().serve(wheel));
        open();

        HttpResponse<byte[]> part = vault.get(FILE, "Range", "bytes=-100");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(wheel.bytes((20 << 20) - 100, 100));
    }

    @Test
    void anIndexThatRedirectsIsFollowed() throws Exception {
        index.add("moved-here", "demo-1.0-py3-none-any.whl", 1, "");
        index.scripts.put(
                "/simple/demo/",
                (request, reply) -> reply.status(301)
                        .field("Location", "/simple/moved-here/")
                        .answer(""));
        open();

        assertThat(vault.page("demo", JSON)).contains("../../" + FILE);
        assertThat(vault.status(FILE)).isEqualTo(200);
    }

    @Test
    void anIndexThatRedirectsInACircleGets502() throws Exception {
        index.scripts.put(
                "/simple/demo/",
                (request, reply) ->
                        reply.status(302).field("Location", "/simple/demo/").answer(""));
        open();

        assertThat(vault.status("simple/demo/")).isEqualTo(502);
        theRestIsUsable();
    }

    @Test
    void aTruncatedPageIsNotStored() throws Exception {
        index.add("demo", NAME, 1, "");
        index.scripts.put("/simple/demo/", (request, reply) -> {
            reply.field("Content-Type", JSON).contentLength(1000);
            reply.send("{\"files\":[]}".getBytes(StandardCharsets.UTF_8));
            reply.drop();
        });
        open();

        assertThat(vault.status("simple/demo/")).isIn(502, 504);
        index.scripts.clear();
        vault.stage.clock.advance(Duration.ofSeconds(61));
        assertThat(vault.page("demo", JSON)).contains(NAME);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linksAreRelativeToTheAddressToWhichTheIndexRedirects(boolean json) throws Exception {
        Content wheel = ScriptedIndex.wheel(4);
        index.contents.put("/moved/demo/files/" + NAME, wheel);
        index.scripts.put(
                "/simple/demo/",
                (request, reply) ->
                        reply.status(302).field("Location", "/moved/demo/").answer(""));
        String link = "files/" + NAME;
        index.scripts.put(
                "/moved/demo/",
                (request, reply) -> reply.field("Content-Type", json ? JSON : HTML)
                        .answer(
                                json
                                        ? "{\"files\":[{\"filename\":\"" + NAME + "\",\"url\":\"" + link + "\"}]}"
                                        : "<a href=\"" + link + "\">" + NAME + "</a>"));
        open();

        assertThat(vault.page("demo", JSON)).contains("\"../../moved/demo/files/" + NAME + "\"");
        assertThat(vault.get("moved/demo/files/" + NAME).body()).isEqualTo(wheel.bytes());
    }

    @Test
    void pagesAreRequestedCompressed() throws Exception {
        index.scripts.put(
                "/simple/demo/",
                (request, reply) -> reply.field("Content-Type", JSON)
                        .field("Content-Encoding", "gzip")
                        .field("ETag", "\"packed\"")
                        .answer(packed("{\"files\":[{\"filename\":\"" + NAME + "\",\"url\":\"/" + FILE + "\"}]}")));
        index.contents.put("/" + FILE, ScriptedIndex.wheel(4));
        open();

        HttpResponse<byte[]> page = vault.get("simple/demo/", "Accept", JSON);
        assertThat(text(page)).contains("\"../../" + FILE + "\"");
        assertThat(page.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(vault.status(FILE)).isEqualTo(200);
        assertThat(index.pagesAsked())
                .allSatisfy(asked -> assertThat(asked.field("Accept-Encoding")).contains("gzip"));
        assertThat(index.index.requests(asked -> asked.path().equals("/" + FILE)))
                .isNotEmpty()
                .allSatisfy(asked -> assertThat(asked.field("Accept-Encoding")).contains("identity"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"files\":[%s]}", "{\"files\":[]}%s"})
    void aSmallPageThatBecomesTooLongWhenItIsDecodedGets502(String page) throws Exception {
        byte[] bomb = packed(page.formatted(" ".repeat(64 << 20)));
        assertThat(bomb.length).isLessThan(1 << 20);
        index.scripts.put(
                "/simple/demo/",
                (request, reply) -> reply.field("Content-Type", JSON)
                        .field("Content-Encoding", "gzip")
                        .answer(bomb));
        open();

        HttpResponse<byte[]> response = vault.get("simple/demo/");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(text(response)).contains("max_page_size");
        assertThat(vault.stage.metric("vault_pypi_pages_refused_total{backend=\"pypi\"}"))
                .isEqualTo("1.0");
        theRestIsUsable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "br", "gzip, gzip"})
    void aPageInACodingThatWasNotRequestedGets502(String coding) throws Exception {
        index.scripts.put(
                "/simple/demo/",
                (request, reply) -> reply.field("Content-Type", JSON)
                        .field("Content-Encoding", coding)
                        .answer(packed("{\"files\":[]}")));
        open();

        assertThat(vault.status("simple/demo/")).isEqualTo(502);
        theRestIsUsable();
    }

    @Test
    void aPageThatIsNoGzipAlthoughItSaysSoGets502() throws Exception {
        byte[] cut = Arrays.copyOf(packed("{\"files\":[]}"), 30);
        index.scripts.put(
                "/simple/demo/",
                (request, reply) -> reply.field("Content-Type", JSON)
                        .field("Content-Encoding", "gzip")
                        .answer(cut));
        open();

        assertThat(vault.status("simple/demo/")).isEqualTo(502);
        theRestIsUsable();
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
