package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.pypi.text.Urls;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The URLs that indexes list, and the paths below the mount that stand for them. */
class AddressesTest {
    private static final URI BASE = URI.create("https://index.test/root/simple/demo/");
    private static final FilePaths PATHS = new FilePaths(
            URI.create("https://index.test/root"), "shared.test", List.of("files.test", "other.test:8443"));

    @ParameterizedTest
    @CsvSource({
        "x.whl, https://index.test/root/simple/demo/x.whl",
        "../../x.whl, https://index.test/root/x.whl",
        "/x.whl, https://index.test/x.whl",
        "//FILES.test/x.whl, https://files.test/x.whl",
        "HTTP://files.test:80/x.whl, http://files.test:80/x.whl",
        "https://files.test, https://files.test/",
        "a b.whl, https://index.test/root/simple/demo/a%20b.whl",
        "a%2bb.whl, https://index.test/root/simple/demo/a%2Bb.whl",
        "x.whl#sha256=ab, https://index.test/root/simple/demo/x.whl",
        "x.whl?a=b, https://index.test/root/simple/demo/x.whl?a=b"
    })
    void aLinkBecomesOneCanonicalUrl(String link, String url) {
        assertThat(Urls.resolve(BASE, link)).hasValue(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "data:text/plain,x",
                "mailto:x@y.test",
                "https://user:secret@files.test/x",
                "http:///x",
                "https://files.test/%2e%2e/x",
                "https://files.test/a%2F..%2Fx",
                "../../../../../x",
                "http://[::1/x",
                "%",
                "a\u0000b"
            })
    void aLinkThatCannotBeRequestedIsNone(String link) {
        assertThat(Urls.resolve(BASE, link)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://index.test/root/packages/x.whl, packages/x.whl",
        "https://index.test/root/packages/a%2Bb.whl, packages/a+b.whl",
        "https://index.test/elsewhere/x.whl, index.test/elsewhere/x.whl",
        "https://index.test/rootless/x.whl, index.test/rootless/x.whl",
        "http://index.test/root/x.whl, index.test:80/root/x.whl",
        "https://shared.test/packages/x.whl, packages/x.whl",
        "https://files.test/packages/x.whl, files.test/packages/x.whl",
        "https://files.test:8443/x.whl, files.test:8443/x.whl",
        "https://other.test:8443/x.whl, other.test:8443/x.whl",
        "https://files.test/x.whl?v=1, files.test/x.whl?v=1"
    })
    void aFileHasAPathThatEndsAsUpstreamsDoes(String url, String path) {
        assertThat(PATHS.path(url)).hasValue(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://index.test/root/files.test/x.whl",
                "https://index.test/root/other.test:8443/x.whl",
                "https://index.test/root/index.test%3A80/x.whl",
                "https://shared.test/files.test:81/x.whl",
                "https://other.test/x.whl",
                "https://evil.test/x.whl",
                "https://files.test.evil.test/x.whl"
            })
    void aFileOfAHostThatIsNotPermittedHasNoPath(String url) {
        assertThat(PATHS.path(url)).isEmpty();
    }
}
