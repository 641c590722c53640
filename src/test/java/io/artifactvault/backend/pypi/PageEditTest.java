package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.Fields;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageEditTest {
    private static final URI ADDRESS = URI.create("https://index.test/simple/demo/");
    private static final String SHA256 = "ab".repeat(32);

    private static String edited(String page, boolean html) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PageEdit(ADDRESS, html, false, new PageLimit(1 << 20))
                .copy(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aJsonPageKeepsEveryKeyAndItsUrlsBecomeAbsolute() throws IOException {
        assertThat(edited("""
                        {"alternate-locations": [], "files": [{"filename": "demo-1.0.tar.gz", "url": "../../x/demo-1.0.tar.gz",
                         "hashes": {"sha256": "%s", "blake2b": "00"}, "unknown": {"a": [1, null, 2.50]}, "size": 3}],
                         "meta": {"api-version": "1.4", "_last-serial": 7}, "name": "demo", "versions": ["1.0"]}
                        """.formatted(SHA256), false))
                .isEqualTo(
                        "{\"files\":[{\"filename\":\"demo-1.0.tar.gz\",\"url\":\"https://index.test/x/demo-1.0.tar.gz\","
                                + "\"hashes\":{\"sha256\":\"" + SHA256 + "\",\"blake2b\":\"00\"},"
                                + "\"unknown\":{\"a\":[1,null,2.50]},\"size\":3}],"
                                + "\"alternate-locations\":[],\"meta\":{\"api-version\":\"1.4\",\"_last-serial\":7},"
                                + "\"name\":\"demo\",\"versions\":[\"1.0\"]}");
    }

    @Test
    void anHtmlPageBecomesJson() throws IOException {
        assertThat(edited("""
                        <html><head><meta name="pypi:repository-version" content="1.1">
                        <meta name="pypi:project-status" content="archived"></head><body>
                        <a href="../">up</a> <a href="mailto:x@y.test">mail</a>
                        <a href="https://files.test/a/demo-1.0-py3-none-any.whl#sha256=%s" data-yanked="bad"
                         data-requires-python="&gt;=3.9" data-core-metadata="sha256=%s" data-size="7"
                         data-upload-time="2026-01-01T00:00:00Z">demo-1.0-py3-none-any.whl</a><br>
                        </body></html>""".formatted(SHA256, SHA256), true))
                .contains("\"filename\":\"demo-1.0-py3-none-any.whl\"")
                .contains("\"url\":\"https://files.test/a/demo-1.0-py3-none-any.whl\"")
                .contains("\"hashes\":{\"sha256\":\"" + SHA256 + "\"}", "\"requires-python\":\">=3.9\"")
                .contains("\"core-metadata\":{\"sha256\":\"" + SHA256 + "\"}", "\"yanked\":\"bad\"", "\"size\":7")
                .contains("\"upload-time\":\"2026-01-01T00:00:00Z\"", "\"api-version\":\"1.1\"")
                .contains("\"project-status\":{\"status\":\"archived\"}")
                .doesNotContain("mailto", "\"filename\":\"..\"");
    }

    @Test
    void anHtmlPageMayNameSeveralTracksAndAlternates() throws IOException {
        assertThat(edited("""
                        <meta name="pypi:tracks" content="https://a.test/x/"><meta name="pypi:tracks" content="b">
                        <meta name="pypi:alternate-locations" content="c"><meta name="pypi:unknown" content="d">""", true))
                .contains("\"meta\":{\"api-version\":\"1.0\",\"tracks\":[\"https://a.test/x/\",\"b\"]}")
                .contains("\"alternate-locations\":[\"c\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no markup at all \u0000 \ufffd",
                "<a href=",
                "<a href=\"demo-1.0.tar.gz",
                "<!-- <a href=\"demo-1.0.tar.gz\">x</a>",
                "<a href=\"%zz/demo-1.0.tar.gz\">x</a>",
                "<a>demo-1.0.tar.gz</a>",
                "<script><a href=\"demo-1.0.tar.gz\">x</a></script>"
            })
    void htmlWithoutLinksToFilesIsAPageOnlyIfItSaysSo(String page) throws IOException {
        assertThatThrownBy(() -> edited(page, true)).isInstanceOf(IOException.class);
        assertThat(edited("<meta name=\"pypi:repository-version\" content=\"1.0\">" + page, true))
                .startsWith("{\"files\":[],");
    }

    @Test
    void theBaseOfAnHtmlPageIsHeeded() throws IOException {
        assertThat(edited("<base href=\"https://files.test/b/\"><a href=\"demo-1.0.tar.gz\">demo-1.0.tar.gz</a>", true))
                .contains("https://files.test/b/demo-1.0.tar.gz");
    }

    @Test
    void anHtmlPageOfAnyLengthNeedsNoMemory() throws IOException {
        StringBuilder page = new StringBuilder("<body>");
        for (int i = 0; i < 5_000; i++) {
            page.append("<a href=\"demo-1.").append(i).append(".tar.gz\">demo</a><br>\n");
        }
        assertThat(edited(page.toString(), true)).contains("demo-1.0.tar.gz", "demo-1.4999.tar.gz");
    }

    @Test
    void equalPagesHaveOneDigest() throws IOException {
        String page = "{\"files\": [], \"meta\": {}}";
        Fields one = new PageEdit(ADDRESS, false, false, new PageLimit(1000))
                .copy(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)), new ByteArrayOutputStream());
        Fields other = new PageEdit(ADDRESS, false, false, new PageLimit(1000))
                .copy(
                        new ByteArrayInputStream(page.replace(" ", "").getBytes(StandardCharsets.UTF_8)),
                        new ByteArrayOutputStream());

        assertThat(one.first(PageEdit.PAGE_DIGEST))
                .isEqualTo(other.first(PageEdit.PAGE_DIGEST))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"meta\": {}}",
                "{\"files\": 1}",
                "{\"files\": [1]}",
                "{\"files\": [{}]}",
                "{\"files\": [{\"filename\": \"../x\", \"url\": \"y\"}]}",
                "{\"files\": [{\"filename\": \"a\", \"url\": 7}]}",
                "{\"files\": [{\"filename\": \"a\"}]}",
                "<html></html>"
            })
    void aPageThatIsNoneIsRefused(String page) {
        assertThatThrownBy(() -> edited(page, false)).isInstanceOf(IOException.class);
    }

    @Test
    void aPageThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> edited("{\"files\": [" + " ".repeat(2 << 20) + "]}", false))
                .hasMessageContaining("max_page_size");
    }

    @Test
    void aPageThatIsNestedTooDeeplyIsRefused() {
        assertThatThrownBy(() -> edited("{\"x\": " + "[".repeat(10_000), false)).isInstanceOf(IOException.class);
    }

    @Test
    void aBaseWithoutAnAddressIsNone() throws IOException {
        assertThat(edited("<base target=\"_top\"><base href=\"/b/\"><a href=\"demo-1.0.tar.gz\">x</a>", true))
                .contains("/b/demo-1.0.tar.gz");
    }

    @Test
    void theAddressOfAProvenanceIsRelativeToThePageToo() throws IOException {
        assertThat(edited(
                        "{\"files\":[{\"filename\":\"demo-1.0.tar.gz\",\"url\":\"x/demo-1.0.tar.gz\","
                                + "\"provenance\":\"x/provenance\"}]}",
                        false))
                .contains("\"provenance\":\"" + ADDRESS.resolve("x/provenance") + "\"");
        assertThat(edited("<base href=\"/b/\"><a href=\"demo-1.0.tar.gz\" data-provenance=\"p\">x</a>", true))
                .contains("\"provenance\":\"" + ADDRESS.resolve("/b/p") + "\"");
    }
}
