package io.artifactvault.backend.pypi.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {
    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0",
        "v1.0, 1.0",
        "1.0-beta_2, 1.0b2",
        "1.0.beta.2, 1.0b2",
        "1.0ALPHA1, 1.0a1",
        "1.0-rc.1, 1.0c1",
        "1.0.preview1, 1.0rc1",
        "1.0-r4, 1.0.post4",
        "1.01, 1.1",
        "1.0+cpu, 1.0+CPU",
        "2024.01.05, 2024.1.5"
    })
    void spellingsOfOneVersionAreEqual(String one, String other) {
        assertThat(Version.normal(one)).isEqualTo(Version.normal(other));
    }

    @ParameterizedTest
    @CsvSource({"1.0, 1.1", "1.0, 1.0b1", "1.0b1, 1.0a1", "1.0, 10", "1.0+cpu, 1.0"})
    void otherVersionsAreNot(String one, String other) {
        assertThat(Version.normal(one)).isNotEqualTo(Version.normal(other));
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0.0, true",
        "1, 1.0, true",
        "1.0, 1.0+cpu, true",
        "1.0+cpu, 1.0+cpu, true",
        "1.0+cpu, 1.0, false",
        "1.0+cpu, 1.0+cu128, false",
        "1.0b1, 1.0.0-beta1, true",
        "1.10, 1.1, false",
        "10, 1, false",
        "1.0, 1.0.1, false"
    })
    void aVersionSatisfiesAnExactOne(String wanted, String version, boolean expected) {
        assertThat(Version.matches(wanted, version)).isEqualTo(expected);
    }
}
