package io.artifactvault.origin.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.origin.wire.RequestHead;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** References are resolved as RFC 3986 says, and not one byte of a query changes that may stay. */
class LocationTest {
    private static final URI BASE = URI.create("http://a/b/c/d;p?q");

    /** RFC 3986 §5.4, but for the forms that do not lead to http. */
    @ParameterizedTest
    @CsvSource({
        "g, http://a/b/c/g",
        "./g, http://a/b/c/g",
        "g/, http://a/b/c/g/",
        "/g, http://a/g",
        "//g, http://g/",
        "?y, http://a/b/c/d;p?y",
        "g?y, http://a/b/c/g?y",
        "#s, http://a/b/c/d;p?q",
        "g#s, http://a/b/c/g",
        "g?y#s, http://a/b/c/g?y",
        ";x, http://a/b/c/;x",
        "g;x, http://a/b/c/g;x",
        "g;x?y#s, http://a/b/c/g;x?y",
        "., http://a/b/c/",
        "./, http://a/b/c/",
        ".., http://a/b/",
        "../, http://a/b/",
        "../g, http://a/b/g",
        "../.., http://a/",
        "../../, http://a/",
        "../../g, http://a/g",
        "../../../g, http://a/g",
        "../../../../g, http://a/g",
        "/./g, http://a/g",
        "/../g, http://a/g",
        "g., http://a/b/c/g.",
        ".g, http://a/b/c/.g",
        "g.., http://a/b/c/g..",
        "..g, http://a/b/c/..g",
        "./../g, http://a/b/g",
        "./g/., http://a/b/c/g/",
        "g/./h, http://a/b/c/g/h",
        "g/../h, http://a/b/c/h",
        "g;x=1/./y, http://a/b/c/g;x=1/y",
        "g;x=1/../y, http://a/b/c/y",
        "g?y/./x, http://a/b/c/g?y/./x",
        "g?y/../x, http://a/b/c/g?y/../x",
        "HTTP://CDN.Test/X, http://cdn.test/X",
        "https://cdn.test, https://cdn.test/",
        "https://cdn.test:8443?x=1, https://cdn.test:8443/?x=1",
        "http://[2001:DB8::1]:8080/x, http://[2001:db8::1]:8080/x",
        "//cdn.test/a//b, http://cdn.test/a//b",
    })
    void aReferenceIsResolved(String reference, String expected) {
        assertThat(Location.resolve(BASE, reference)).contains(URI.create(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/resolve-cache/models/a/t/607a/c.json?%2Fa%2Ft%2Fresolve%2Fmain%2Fc.json=&etag=%22d0c4%22",
                "/x?Policy=eyJ_-~&Signature=a%2Bb+c%2F==&Key-Pair-Id=K1",
                "/x?X-Amz-Credential=A%2F2026%2Fus&response-content-disposition=inline%3B%20filename*%3DUTF-8%27%27m",
                "/a%20b%2fc%2Fd?lower=%2f&empty&=&&",
                "/x?a[]=1&b=~!$'()*,;:@/?",
            })
    void pathsAndQueriesStayAsTheyAre(String target) {
        URI uri = Location.resolve(BASE, "https://cdn.test" + target).orElseThrow();
        assertThat(uri.getRawPath() + "?" + uri.getRawQuery()).isEqualTo(target);
        assertThat(uri.getHost()).isEqualTo("cdn.test");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "/a b|/a%20b",
                "/x?q=\"v\"|/x?q=%22v%22",
                "/x?a|/x?a",
                "/x?100%|/x?100%25",
                "/x?%zz|/x?%25zz",
                "/x?a{b}^`\\<>|/x?a%7Bb%7D%5E%60%5C%3C%3E",
                "/a[1]|/a%5B1%5D",
                "/\u00c3\u00a9?\u00c3|/%C3%A9?%C3",
            },
            delimiter = '|')
    void onlyWhatAUriMayNotHoldIsEncoded(String reference, String target) {
        URI uri = Location.resolve(BASE, reference).orElseThrow();
        assertThat(RequestHead.target(uri)).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "ftp://cdn.test/x",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "data:text/plain,x",
                "http:",
                "http:///x",
                "http:/x",
                "http:x",
                "https://",
                "//",
                "///x",
                "https://user@cdn.test/",
                "https://user:pw@cdn.test/",
                "https://@cdn.test/",
                "https://cdn.test:0/",
                "https://cdn.test:65536/",
                "https://cdn.test:999999/",
                "https://cdn.test:x/",
                "https://cdn test/",
                "https://cdn\\.test/",
                "https://hub.test\\@cdn.test/",
                "https://cdn.test%2f/",
                "https://[::1/",
                "https://[fe80::1%25eth0]/",
                "https://\u00e9.test/",
                "/x\ty",
                "/x\u0000",
            })
    void anInvalidReferenceIsRefused(String reference) {
        assertThat(Location.resolve(BASE, reference)).isEmpty();
    }

    @Test
    void aVeryLongReferenceIsRefused() {
        assertThat(Location.resolve(BASE, "/" + "a".repeat(40_000))).isEmpty();
    }
}
