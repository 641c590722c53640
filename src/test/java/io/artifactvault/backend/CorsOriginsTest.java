package io.artifactvault.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CorsOriginsTest {
    private static final Fields READABLE =
            Fields.of("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "ETag", "ETag", "\"a\"");
    private static final CorsOrigins LAB = CorsOrigins.of(List.of("https://lab.example", "http://localhost:5173"));

    @Test
    void everyPageMayReadByDefaultAndTheAnswerDoesNotVary() {
        assertThat(CorsOrigins.any().narrow(READABLE, Optional.of("https://elsewhere.example")))
                .isEqualTo(READABLE);
    }

    @Test
    void aListedPageIsNamedAndTheAnswerVaries() {
        Fields answer = LAB.narrow(READABLE.with("Vary", "Authorization"), Optional.of("https://lab.example"));
        assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly("https://lab.example");
        assertThat(answer.first("Access-Control-Expose-Headers")).hasValue("ETag");
        assertThat(answer.all("Vary")).containsExactly("Authorization, Origin");
    }

    @Test
    void anotherPageMayNotReadAndTheAnswerVariesAllTheSame() {
        for (Optional<String> origin : List.of(
                Optional.<String>empty(),
                Optional.of("https://lab.example.evil"),
                Optional.of("http://lab.example"),
                Optional.of("null"),
                Optional.of("*"))) {
            Fields answer = LAB.narrow(READABLE, origin);
            assertThat(answer).isEqualTo(Fields.of("ETag", "\"a\"", "Vary", "Origin"));
        }
    }

    @Test
    void responsesThatNoPageMayReadStayUnreadable() {
        Fields answer = LAB.narrow(Fields.of("ETag", "\"a\""), Optional.of("https://lab.example"));
        assertThat(answer.has("Access-Control-Allow-Origin")).isFalse();
    }

    @Test
    void noOriginAtAllMayBeListed() {
        assertThat(CorsOrigins.of(List.of()).narrow(READABLE, Optional.of("https://lab.example")))
                .isEqualTo(Fields.of("ETag", "\"a\"", "Vary", "Origin"));
    }
}
