package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {
    private static final String J = "application/vnd.pypi.simple.v1+json";
    private static final String H = "application/vnd.pypi.simple.v1+html";

    private static Optional<Form> of(String accept) {
        return Form.negotiated(Fields.of("Accept", accept), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                J + ", " + H + "; q=0.1, text/html; q=0.01 | JSON",
                J + "," + H + ";q=0.2,text/html;q=0.01 | JSON",
                "text/html | TEXT_HTML",
                H + " | HTML",
                "*/* | TEXT_HTML",
                "text/html, */*;q=0.8 | TEXT_HTML",
                "application/* | JSON",
                "application/vnd.pypi.simple.latest+html | HTML",
                "text/html, " + J + " | TEXT_HTML",
                "application/vnd.pypi.simple.latest+json | JSON",
                J + ";q=0.5, text/html;q=0.6 | TEXT_HTML",
                J + ";q=0, */* | TEXT_HTML",
                "TEXT/HTML;q=1.0 | TEXT_HTML",
                J + ";q=nonsense, " + H + ";q=0.001 | HTML"
            })
    void theHighestWeightWins(String accept, Form form) {
        assertThat(of(accept)).contains(form);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "image/png",
                "application/vnd.pypi.simple.v2+json",
                "text/html;q=0",
                "nothing"
            })
    void aClientThatAcceptsNoFormGetsNone(String accept) {
        assertThat(of(accept)).isEmpty();
    }

    @Test
    void withoutAcceptItIsHtml() {
        assertThat(Form.negotiated(Fields.EMPTY, Optional.empty())).contains(Form.TEXT_HTML);
    }

    @Test
    void theParameterOfTheQueryTakesPrecedence() {
        assertThat(Form.negotiated(Fields.of("Accept", "text/html"), Optional.of(J)))
                .contains(Form.JSON);
    }
}
