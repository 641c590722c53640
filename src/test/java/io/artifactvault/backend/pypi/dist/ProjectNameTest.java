package io.artifactvault.backend.pypi.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectNameTest {
    @ParameterizedTest
    @CsvSource({
        "demo, demo",
        "Demo, demo",
        "Demo_Pkg, demo-pkg",
        "a.-_b, a-b",
        "zope.interface, zope-interface",
        "A__B--C..D, a-b-c-d",
        "0x, 0x"
    })
    void spellingsOfOneNameAreNormalisedToOne(String spelled, String normal) {
        assertThat(ProjectName.parse(spelled).map(ProjectName::text)).contains(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", ".", "..", "_", "a/b", "a\\b", "a b", "a%2Fb", "é", "a\u0000", "a\n", "ａ"})
    void noOtherTextIsAName(String text) {
        assertThat(ProjectName.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201})
    void aNameHasALimit(int length) {
        assertThat(ProjectName.parse("a".repeat(length)).isPresent()).isEqualTo(length <= 200);
    }
}
