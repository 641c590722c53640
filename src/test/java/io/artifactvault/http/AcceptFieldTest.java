package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptFieldTest {
    private static final String JSON = "application/vnd.pypi.simple.v1+json";
    private static final String HTML = "text/html";

    private static AcceptField accept(String value) {
        return AcceptField.of(Fields.of("Accept", value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.pypi.simple.v1+json, text/html;q=0.1 | application/vnd.pypi.simple.v1+json",
                "application/vnd.pypi.simple.v1+json;q=0.2, text/html | text/html",
                "text/html;q=0.01, application/vnd.pypi.simple.v1+json;q=0.010 | text/html",
                "*/* | text/html",
                "*/*;q=0.1, application/*;q=0.2 | application/vnd.pypi.simple.v1+json",
                "*/*, text/html;q=0 | application/vnd.pypi.simple.v1+json",
                "TEXT/HTML ; Q=1.000, application/vnd.pypi.simple.v1+json;q=0.999 | text/html",
                "text/html;q=0.5, text/html;q=0.9, application/*;q=0.8 | text/html",
            })
    void theClientsWeightsDecideAndThenTheServersOrder(String value, String preferred) {
        assertThat(accept(value).preferred(List.of(HTML, JSON))).contains(preferred);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "text/html;q=0",
                "text/html;q=2",
                "text/html;q=1.001",
                "text/html;q=0.1234",
                "text/html;q=",
                "text/html;q=x",
                "text/html;q=0,5",
                "text/html;level=1",
                "text/",
                "/html",
                "text",
                "te xt/html",
                "tex/*",
                "*/html",
                "\"text/html\"",
            })
    void aTypeThatNoWellFormedRangeIncludesIsNotAccepted(String value) {
        assertThat(accept(value).preferred(List.of(HTML, JSON))).isEmpty();
    }

    @Test
    void aRequestWithoutAcceptAcceptsEveryType() {
        assertThat(AcceptField.of(Fields.EMPTY).preferred(List.of(HTML, JSON))).contains(HTML);
    }

    @Test
    void anEmptyAcceptIsNone() {
        assertThat(accept("").preferred(List.of(HTML))).contains(HTML);
        assertThat(accept(" , ").preferred(List.of(HTML))).contains(HTML);
    }

    @Test
    void severalLinesAreOneField() {
        AcceptField accept = AcceptField.of(Fields.of("Accept", "text/html;q=0.5", "accept", JSON));

        assertThat(accept.preferred(List.of(HTML, JSON))).contains(JSON);
    }

    @Test
    void theAcceptedTypesHaveTheServersOrderAndSpelling() {
        List<String> known = List.of("a/index", "a/manifest", "b/list", "b/manifest");

        assertThat(accept("B/manifest;q=0.3, a/*, a/manifest;q=0").accepted(known))
                .containsExactly("a/index", "b/manifest");
    }
}
