package io.artifactvault.backend.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsQuestionTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    private static Optional<PathsQuestion> read(String type, String body) {
        return PathsQuestion.read(type, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFormAndJsonAskTheSame() {
        PathsQuestion form =
                read(FORM, "paths=b%2Fc&paths=a+%C3%A9&expand=False").orElseThrow();
        PathsQuestion json = read("application/json", "{\"paths\":[\"a é\",\"b/c\"],\"expand\":false}")
                .orElseThrow();

        assertThat(form.paths()).containsExactly("b/c", "a é");
        assertThat(json.key()).isEqualTo(form.key());
        assertThat(read(FORM, "paths=a+%C3%A9&paths=b/c&expand=true")
                        .orElseThrow()
                        .key())
                .isNotEqualTo(form.key());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            paths=a&paths=b, paths=a
            paths=a,         paths=A
            paths=ab,        paths=a&paths=b
            """)
    void otherPathsHaveAnotherKey(String one, String other) {
        assertThat(read(FORM, one).orElseThrow().key())
                .isNotEqualTo(read(FORM, other).orElseThrow().key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"paths=%zz", "path=a", "", "paths=a&x=1"})
    void aStrangeFormIsLeftToTheHub(String body) {
        assertThat(read(FORM, body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"paths\":[", "{\"paths\":\"a\"}", "{\"other\":1}", "nonsense", "{\"expand\":\"yes\"}"})
    void strangeJsonIsLeftToTheHub(String body) {
        assertThat(read("application/json", body)).isEmpty();
    }
}
