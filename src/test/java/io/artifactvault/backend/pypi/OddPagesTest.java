package io.artifactvault.backend.pypi;

import static io.artifactvault.backend.pypi.PyPiStage.HTML;
import static io.artifactvault.backend.pypi.PyPiStage.JSON;
import static io.artifactvault.backend.pypi.PyPiStage.field;
import static io.artifactvault.backend.pypi.PyPiStage.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginHandler;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that contradict themselves, pages of another project, and pages that are none. */
class OddPagesTest {
    private static final String NAME = "demo-1.0-py3-none-any.whl";
    private static final String FILE = "packages/aa/" + NAME;
    private static final String OLD = "\"upload-time\":\"2020-01-01T00:00:00Z\"";

    @TempDir
    Path dir;

    private final ScriptedIndex index = new ScriptedIndex();

    @SuppressWarnings("NullAway.Init") // each test opens it
    private PyPiStage vault;

    @AfterEach
    void close() {
        vault.close();
        index.close();
    }

    private void open() throws Exception {
        vault = PyPiStage.open(dir, index);
    }

    private void openWithGate(String... exemptions) throws Exception {
        vault = PyPiStage.open(dir, index, PyPiStage.sevenDays(exemptions), PrivateTargets.ALL);
    }

    private String young() {
        return "\"upload-time\":\"" + vault.stage.clock.instant().minus(Duration.ofDays(1)) + "\"";
    }

    @ParameterizedTest
    @ValueSource(strings = {"/" + FILE + "#x", "/packages/aa/demo-1.0%2Dpy3-none-any.whl", "/" + FILE})
    void ofTwoTimesAtOneAddressTheYoungerOneCounts(String second) throws Exception {
        openWithGate();
        Content wheel = index.add("demo", NAME, 1, young());
        index.list(
                "demo",
                new ScriptedIndex.Listed("demo-0.9-py3-none-any.whl", second, ScriptedIndex.verified(wheel, OLD)));

        assertThat(vault.status(FILE)).isEqualTo(403);
        assertThat(vault.stage.head(FILE).statusCode()).isEqualTo(403);
        assertThat(index.filesAsked()).isEmpty();
    }

    @Test
    void aFileWhoseNameIsAnotherProjectsIsNotOnThePage() throws Exception {
        openWithGate("demo");
        index.add("demo", NAME, 1, young());
        index.add("demo", "evil-6.0-py3-none-any.whl", 2, young());

        for (String form : new String[] {JSON, HTML}) {
            assertThat(vault.page("demo", form)).contains(NAME).doesNotContain("evil");
        }
        assertThat(vault.status("packages/aa/evil-6.0-py3-none-any.whl")).isEqualTo(404);
    }

    private static OriginHandler html(String page) {
        return (_, reply) -> reply.field("Content-Type", "text/html").answer(page);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/simple/demo/ | <html><a href='/help'>help</a>login</html>",
                "/login | <html>login</html>",
                "/login | <a href='/x/demo-9.0.tar.gz'>demo-9.0.tar.gz</a>"
            })
    void aLoginPageDoesNotReplaceAStoredPage(String place, String page) throws Exception {
        index.add("demo", NAME, 1, "");
        open();
        String before = vault.page("demo", JSON);
        assertThat(vault.status(FILE)).isEqualTo(200);
        vault.stage.awaitQuiet();
        index.scripts.put(
                "/simple/demo/",
                (_, reply) -> reply.status(302).field("Location", place).answer(""));
        index.scripts.put(place, html(page));
        vault.stage.clock.advance(Duration.ofSeconds(301));

        assertThat(vault.page("demo", JSON)).isEqualTo(before);
        assertThat(vault.status(FILE)).isEqualTo(200);
        index.scripts.put("/simple/other/", html(page));
        assertThat(vault.status("simple/other/")).isIn(200, 502);
    }

    @Test
    void anEmptyProjectIsAPageInBothForms() throws Exception {
        index.scripts.put("/simple/demo/", html("<meta name=\"pypi:repository-version\" content=\"1.0\">"));
        index.scripts.put(
                "/simple/other/",
                (_, reply) -> reply.field("Content-Type", JSON).answer("{\"files\":[]}"));
        index.scripts.put("/simple/third/", html("<h1>Links for third</h1>"));
        open();

        assertThat(vault.status("simple/demo/")).isEqualTo(200);
        assertThat(vault.status("simple/other/")).isEqualTo(200);
        assertThat(text(vault.get("simple/third/"))).contains("the page links to no file");
    }

    @Test
    void aLoginPageIsNotAFile() throws Exception {
        index.list("demo", new ScriptedIndex.Listed(NAME, "/" + FILE, "\"hashes\":{}"));
        index.scripts.put("/" + FILE, html("<html>login</html>"));
        open();

        assertThat(vault.status(FILE)).isEqualTo(502);
    }

    @Test
    void htmlIsSentSoThatABrowserRunsNoneOfIt() throws Exception {
        index.add("demo", NAME, 1, "");
        index.scripts.put("/simple/", html("<script>alert(1)</script><a href=\"//evil.test/x/\">demo</a>"));
        index.scripts.put(
                "/" + FILE,
                (_, reply) ->
                        reply.status(404).field("Content-Type", "text/html").answer("<script>1</script>"));
        open();

        for (String path : new String[] {"simple/", "simple/demo/"}) {
            var response = vault.get(path, "Accept", HTML);
            assertThat(field(response, "Content-Security-Policy")).isEqualTo("default-src 'none'; sandbox");
            assertThat(field(response, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(text(response)).doesNotContain("script", "evil.test");
        }
        var refusal = vault.get(FILE);
        assertThat(refusal.statusCode()).isEqualTo(404);
        assertThat(field(refusal, "Content-Type")).startsWith("text/plain");
        assertThat(text(refusal)).doesNotContain("script");
    }
}
