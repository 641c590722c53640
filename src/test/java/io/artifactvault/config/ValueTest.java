package io.artifactvault.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "60, PT1M",
        "60s, PT1M",
        "500ms, PT0.5S",
        "2m, PT2M",
        "1h, PT1H",
        "7d, PT168H",
        "2 H, PT2H",
        "3650d, PT87600H",
        "315360000, PT87600H"
    })
    void aLengthOfTimeHasAUnitOrCountsSeconds(String text, Duration duration) throws Exception {
        assertThat(Quantities.duration(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "-1",
                "+1",
                "1.5",
                "1.5s",
                "1w",
                "1 hour",
                "PT1M",
                "1m30s",
                "3651d",
                "999999999999999999d",
                "99999999999999999999",
                "0x10",
                "١",
                "1\n",
                "infinite"
            })
    void anythingElseIsNoLengthOfTime(String text) {
        assertThatThrownBy(() -> Quantities.duration(text)).isInstanceOf(BadValueException.class);
    }

    @Test
    void aTimeoutIsNotZero() {
        assertThatThrownBy(() -> Quantities.wait("0ms")).hasMessage("must be greater than 0, such as 500ms, 60s or 2m");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "17, 17",
        "17 B, 17",
        "1 kB, 1000",
        "1KiB, 1024",
        "64MiB, 67108864",
        "64 mib, 67108864",
        "10 GB, 10000000000",
        "500 GiB, 536870912000",
        "1.5 GiB, 1610612736",
        "2TB, 2000000000000",
        "1 TiB, 1099511627776",
        "999999999999999999, 999999999999999999"
    })
    void aSizeHasAUnitOrCountsBytes(String text, long bytes) throws Exception {
        assertThat(Quantities.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GiB", "-1", "1 G", "1 PiB", "1e9", "1,5 GB", "9999999999 TiB", "1..5 GB", "ten"})
    void anythingElseIsNoSize(String text) {
        assertThatThrownBy(() -> Quantities.size(text)).isInstanceOf(BadValueException.class);
    }

    @ParameterizedTest
    @CsvSource({"/a/, /a/", "/a, /a/", "/, /", "/a/b.c/~d_e-F, /a/b.c/~d_e-F/"})
    void aPrefixHasASlashAtBothEnds(String text, String prefix) throws Exception {
        assertThat(Values.prefix(text)).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "a/", "//", "/a//b/", "/a/../b", "/..", "/.", "/a b/", "/a?b", "/a%2Fb/", "/ä/", "/a\\b"})
    void anythingElseIsNoPrefix(String text) {
        assertThatThrownBy(() -> Values.prefix(text)).isInstanceOf(BadValueException.class);
    }

    @Test
    void aPrefixOfAMebibyteIsRefusedWithoutHarm() {
        assertThatThrownBy(() -> Values.prefix("/a".repeat(1 << 19))).isInstanceOf(BadValueException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co, https://huggingface.co",
        "https://huggingface.co/, https://huggingface.co",
        "http://10.0.0.1:8080/a//, http://10.0.0.1:8080/a",
        "http://[::1]:80, http://[::1]:80"
    })
    void aUrlIsAbsoluteAndLosesItsLastSlash(String text, URI url) throws Exception {
        assertThat(Values.url(text)).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "huggingface.co",
                "/a",
                "ftp://a",
                "http://",
                "http:///a",
                "http://a:99999",
                "http://my_host",
                "http://u@a",
                "http://a?b",
                "http://a#b",
                "http://a b",
                "file:///etc/passwd",
                "https:huggingface.co",
                ""
            })
    void anythingElseIsNoUrl(String text) {
        assertThatThrownBy(() -> Values.url(text)).isInstanceOf(BadValueException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "::, ::",
        "[::1], ::1",
        "vault-1.example.com, vault-1.example.com",
        "fe80::1%eth0, fe80::1%eth0"
    })
    void aHostIsAnAddressOrAName(String text, String host) throws Exception {
        assertThat(Values.host(text)).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:8080", "[::1]:80", "http://a", "a b", "*", ""})
    void anythingElseIsNoHost(String text) {
        assertThatThrownBy(() -> Values.host(text)).isInstanceOf(BadValueException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no", "on", "1", "tru", ""})
    void onlyTrueAndFalseAreTruthValues(String text) {
        assertThatThrownBy(() -> Values.truth(text)).hasMessage("must be true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"~/cache", "a\0b"})
    void aPathIsWhatTheSystemTakes(String text) {
        assertThatThrownBy(() -> Values.path(text)).isInstanceOf(BadValueException.class);
    }

    @Test
    void theNearestNameIsTheOneWithTheFewestEdits() {
        List<String> known = List.of("max_redirects", "metadata_ttl", "negative_ttl", "host", "port");

        assertThat(Spelling.nearest("max_redirect", known)).contains("max_redirects");
        assertThat(Spelling.nearest("Max-Redirects", known)).contains("max_redirects");
        assertThat(Spelling.nearest("metdata_tll", known)).contains("metadata_ttl");
        assertThat(Spelling.nearest("prt", known)).contains("port");
        assertThat(Spelling.nearest("colour", known)).isEmpty();
        assertThat(Spelling.nearest("x".repeat(100_000), known)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "a, '', 1", "'', ab, 2", "kitten, sitting, 3", "flaw, lawn, 2"})
    void distanceCountsInsertionsDeletionsAndReplacements(String from, String to, int distance) {
        assertThat(Spelling.distance(from, to)).isEqualTo(distance);
    }
}
