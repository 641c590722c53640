package io.artifactvault.http.conditional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §8.8.3, §13.1.1 and §13.1.2. */
class EntityTagTest {
    @ParameterizedTest
    @CsvSource({
        "\"x\", false, x",
        "W/\"x\", true, x",
        "\"\", false, ''",
        "W/\"\", true, ''",
        "' \"x\" ', false, x",
        "'\"a,b\"', false, 'a,b'",
        "\"W/\", false, W/",
        "\"a/b-c:d\", false, a/b-c:d",
        "\"a\\b\", false, a\\b",
        "\"!#~\", false, !#~",
        "\"é\", false, é",
        "\"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\", false, e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    })
    void aTagIsReadAndWrittenBack(String text, boolean weak, String opaque) {
        Optional<EntityTag> tag = EntityTag.parse(text);

        assertThat(tag).contains(new EntityTag(weak, opaque));
        assertThat(tag.orElseThrow()).hasToString(text.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "\"",
                "\"x",
                "x\"",
                "'x'",
                "w/\"x\"",
                "W/x",
                "W\"x\"",
                "W/ \"x\"",
                "\"a\"b\"",
                "\"a b\"",
                "\"a\tb\"",
                "\"a\u007fb\"",
                "\"日\"",
                "*",
                "\"a\", \"b\"",
                "\"a\" b",
                "W/",
                "W/\"",
                "/\"x\"",
                "W/W/\"x\""
            })
    void whatIsNoTagIsEmpty(String text) {
        assertThat(EntityTag.parse(text)).isEmpty();
    }

    /** The table of RFC 9110 §8.8.3.2. */
    @ParameterizedTest
    @CsvSource({
        "W/\"1\", W/\"1\", false, true",
        "W/\"1\", W/\"2\", false, false",
        "W/\"1\", \"1\", false, true",
        "\"1\", W/\"1\", false, true",
        "\"1\", \"1\", true, true",
        "\"1\", \"2\", false, false",
        "\"a\", \"A\", false, false",
    })
    void tagsAreComparedStronglyAndWeakly(String one, String other, boolean strongly, boolean weakly) {
        EntityTag first = EntityTag.parse(one).orElseThrow();
        EntityTag second = EntityTag.parse(other).orElseThrow();

        assertThat(first.matchesStrongly(second)).isEqualTo(strongly);
        assertThat(first.matchesWeakly(second)).isEqualTo(weakly);
    }

    @Test
    void aTagIsMadeStrongOrWeak() {
        assertThat(EntityTag.strong("x")).hasToString("\"x\"");
        assertThat(EntityTag.weak("x")).hasToString("W/\"x\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a b", "a\r\nX: y", "\u0000", "日"})
    void aTagThatCouldNotStandInAFieldCannotBeMade(String opaque) {
        assertThatIllegalArgumentException().isThrownBy(() -> EntityTag.strong(opaque));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"a\" | \"a\"",
                "\"a\",\"b\" | \"a\" \"b\"",
                "\"a\" , \t W/\"b\" | \"a\" W/\"b\"",
                "\"a,b\",\"c\" | \"a,b\" \"c\"",
                "\",\" | \",\"",
                ",\"a\",,\"b\", | \"a\" \"b\"",
                "\"*\" | \"*\"",
                "\"\",\"\" | \"\" \"\"",
            })
    void aListIsDividedAtCommasOutsideQuotes(String field, String tags) {
        EntityTagList list = EntityTagList.parse(field);

        assertThat(list.any()).isFalse();
        assertThat(list.tags().stream().map(EntityTag::toString).collect(Collectors.joining(" ")))
                .isEqualTo(tags);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "a",
                "\"a\", b",
                "\"a\" \"b\"",
                "\"a",
                "\"a\", *",
                "*, \"a\"",
                "**",
                "\"a\",\"b",
                "w/\"a\"",
                "\"a\"x"
            })
    void aMalformedListNamesNoTag(String field) {
        EntityTagList list = EntityTagList.parse(field);

        assertThat(list.any()).isFalse();
        assertThat(list.tags()).isEmpty();
        assertThat(list.matchesWeakly(Optional.of(EntityTag.strong("a")))).isFalse();
        assertThat(list.matchesStrongly(Optional.of(EntityTag.strong("a")))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", " * ", "*\t"})
    void aStarMatchesEveryRepresentation(String field) {
        EntityTagList list = EntityTagList.parse(field);

        assertThat(list.any()).isTrue();
        assertThat(list.matchesWeakly(Optional.empty())).isTrue();
        assertThat(list.matchesStrongly(Optional.empty())).isTrue();
    }

    @Test
    void aRepresentationWithoutATagMatchesNoList() {
        assertThat(EntityTagList.parse("\"a\"").matchesWeakly(Optional.empty())).isFalse();
        assertThat(EntityTagList.parse("\"a\"").matchesStrongly(Optional.empty()))
                .isFalse();
    }
}
