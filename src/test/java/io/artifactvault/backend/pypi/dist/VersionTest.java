package io.artifactvault.backend.pypi.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {
    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0",
        "v1.0, 1.0",
        "V1.0, 1.0",
        "1.0, 1.0.0",
        "1, 1.0.0.0",
        "0, 0.0",
        "0!1.0, 1.0",
        "1!1.0, 1!1",
        "1.0-beta_2, 1.0b2",
        "1.0.beta.2, 1.0b2",
        "1.0.0-beta_2, 1.0b2",
        "1.0ALPHA1, 1.0a1",
        "1.0alpha, 1.0a0",
        "1.0-rc.1, 1.0c1",
        "1.0.preview1, 1.0rc1",
        "1.0pre, 1.0rc0",
        "1.0-1, 1.0.post1",
        "1.0_1, 1.0.post1",
        "1.0-01, 1.0.post1",
        "1.0-r4, 1.0.post4",
        "1.0rev, 1.0.post0",
        "1.0post, 1.0.post0",
        "1.0-dev, 1.0.dev0",
        "1.0dev1, 1.0.0.dev01",
        "1.0adev1, 1.0a0.dev1",
        "1.0a1.post2.dev3, 1.0-alpha-1-2-dev-3",
        "1.01, 1.1",
        "1.0+cpu, 1.0+CPU",
        "1.0.0+ubuntu-1, 1.0+ubuntu.01",
        "1.0+a_b, 1.0+a.b",
        "2024.01.05, 2024.1.5",
        "2004D, 2004d",
        "1.0-final-x, 1.0_FINAL.x"
    })
    void spellingsOfOneVersionAreEqual(String one, String other) {
        assertThat(Version.of(one)).isEqualTo(Version.of(other));
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.1",
        "1.0, 1.0b1",
        "1.0b1, 1.0a1",
        "1.0, 10",
        "1.0.1, 1.0-1",
        "1.0.1, 1.0.post1",
        "1.0, 0.1",
        "1.0, 1!1.0",
        "1.0, 1.0.dev0",
        "1.0, 1.0.post0",
        "1.0.post1, 1.0.post1.dev0",
        "1.0a1, 1.0rc1",
        "1.0+cpu, 1.0",
        "1.0+1, 1.0+1.0",
        "1.0, 1.0x",
        "x, y"
    })
    void otherVersionsAreNot(String one, String other) {
        assertThat(Version.of(one)).isNotEqualTo(Version.of(other));
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0.0, true",
        "1.0+cpu, 1.0, true",
        "1.0+cpu, 1.0.0+CPU, true",
        "1.0, 1.0+cpu, false",
        "1.0+cpu, 1.0+gpu, false",
        "1.1+cpu, 1.0, false",
        "1.0.post1, 1.0-1, true",
        "1.0.post1, 1.0, false",
        "2004d+x, 2004d, true"
    })
    void aSpecifiedVersionWithoutALocalPartMatchesEveryLocalPart(String version, String specified, boolean matches) {
        assertThat(Version.of(version).matches(Version.of(specified))).isEqualTo(matches);
    }
}
