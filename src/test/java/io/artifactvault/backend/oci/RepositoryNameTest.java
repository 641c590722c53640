package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of names in the distribution specification, "Pulling manifests". */
class RepositoryNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0",
                "alpine",
                "library/alpine",
                "a.b",
                "a_b",
                "a__b",
                "a-b",
                "a---b",
                "a1.b2_c3__d4-e5",
                "x86-64/amd64",
                "a/b/c/d/e/f",
                "manifests/blobs/tags/list",
                "referrers"
            })
    void theseAreNames(String text) {
        assertThat(RepositoryName.parse(text)).map(RepositoryName::text).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "a/", "/a", "a//b", "A", "aB", "a..b", "a._b", "a_.b", "a___b", "a-_b", "a.-b", "-a", "a-",
                "_a", "a_", "a__", ".a", "a.", "a/.b", "a/b-", "a/-/b", "..", "a/../b", "a b", "a:b", "a@b", "a%2fb",
                "a\\b", "a\nb", "\u00e4", "\uff41", "\u0661"
            })
    void theseAreNone(String text) {
        assertThat(RepositoryName.parse(text)).isEmpty();
    }

    @Test
    void aNameHasAtMost255Characters() {
        assertThat(RepositoryName.parse("a".repeat(255))).isPresent();
        assertThat(RepositoryName.parse("a".repeat(256))).isEmpty();
        assertThat(RepositoryName.parse("a/".repeat(127) + "a")).isPresent();
        assertThat(RepositoryName.parse("a/".repeat(128) + "a")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"alpine, library, library/alpine", "team/image, library, team/image", "alpine, '', alpine"})
    void aNameOfOneComponentGetsTheNamespace(String name, String namespace, String whole) {
        assertThat(RepositoryName.parse(name).orElseThrow().within(namespace)).hasToString(whole);
    }
}
