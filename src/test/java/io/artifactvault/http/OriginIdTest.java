package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6454 §4, RFC 3986 §3.2 and RFC 9110 §7.2. */
class OriginIdTest {
    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co/a/b, huggingface.co, 443, huggingface.co, true",
        "http://huggingface.co, huggingface.co, 80, huggingface.co, false",
        "HTTPS://HuggingFace.CO/, huggingface.co, 443, huggingface.co, true",
        "https://hub.lab:8443/x, hub.lab, 8443, hub.lab:8443, true",
        "https://hub.lab:443/x, hub.lab, 443, hub.lab, true",
        "https://hub.lab:80/x, hub.lab, 80, hub.lab:80, true",
        "http://hub.lab:443/x, hub.lab, 443, hub.lab:443, false",
        "http://hub.lab:/x, hub.lab, 80, hub.lab, false",
        "http://127.0.0.1:8080/, 127.0.0.1, 8080, 127.0.0.1:8080, false",
        "http://[::1]/, ::1, 80, [::1], false",
        "http://[::1]:8080/, ::1, 8080, [::1]:8080, false",
        "https://[2001:DB8::A]/, 2001:db8::a, 443, [2001:db8::a], true",
        "https://[::ffff:127.0.0.1]:8443/, ::ffff:127.0.0.1, 8443, [::ffff:127.0.0.1]:8443, true",
    })
    void anOriginIsSchemeHostAndPort(URI uri, String host, int port, String authority, boolean tls) {
        OriginId origin = OriginId.of(uri);

        assertThat(origin.host()).isEqualTo(host);
        assertThat(origin.port()).isEqualTo(port);
        assertThat(origin.authority()).isEqualTo(authority);
        assertThat(origin.isTls()).isEqualTo(tls);
        assertThat(origin).hasToString(origin.scheme() + "://" + authority);
        assertThat(OriginId.of(URI.create(origin.toString()))).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a",
                "a",
                "//a/b",
                "ftp://a/",
                "file:///a",
                "mailto:a@b",
                "http:a",
                "http:///a",
                "http://a_b:x/",
                "http://a:0/",
                "http://a:65536/",
                "http://[fe80::1%25eth0]/",
                "http://user@a/",
                "https://user:pw@a/",
                "http://@a/",
                "https://huggingface.co@evil.example/",
            })
    void whatIsNoPlainHttpOriginIsRefused(URI uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> OriginId.of(uri));
    }

    @Test
    void aRefusalDoesNotRepeatThePassword() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OriginId.of(URI.create("https://user:secret@a/")))
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a/b",
                "a@b",
                "a?b",
                "a#b",
                "[a]",
                "[::1",
                "::1]",
                "a\r\nb",
                "a:b",
                ":",
                ":::",
                "1::2::3",
                "fe80::1%eth0",
                "é"
            })
    void aHostIsANameOrAnAddress(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> new OriginId("http", host, 80));
    }

    @Test
    void bracketsDoNotBelongToAnAddress() {
        assertThat(new OriginId("http", "[::1]", 80)).isEqualTo(new OriginId("HTTP", "::1", 80));
    }
}
