package io.artifactvault.backend.huggingface.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsInfoRequestTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON = "application/json";

    private static PathsInfoRequest read(String type, String body) throws AmbiguousRequestException {
        return PathsInfoRequest.read(List.of(type), body.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String type, String body) {
        assertThatExceptionOfType(AmbiguousRequestException.class)
                .isThrownBy(() -> read(type, body))
                .withMessageContaining(JSON)
                .withMessageMatching("[ -~]+");
    }

    @Test
    void aFormAndJsonAreEquivalent() throws Exception {
        PathsInfoRequest form = read(FORM, "paths=b%2Fc&paths=a+%C3%A9&expand=False");
        PathsInfoRequest json =
                read("Application/JSON; charset=UTF-8", "{\"paths\":[\"a é\",\"b/c\"],\"expand\":false}");

        assertThat(form.paths()).containsExactly("a é", "b/c");
        assertThat(json.key()).isEqualTo(form.key());
        assertThat(json.body()).isEqualTo(form.body());
        assertThat(new String(form.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"paths\":[\"a é\",\"b/c\"],\"expand\":false}");
        assertThat(read(FORM, "paths=a+%C3%A9&paths=b/c&expand=true").key()).isNotEqualTo(form.key());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            paths=a&paths=b,   paths=a
            paths=a,           paths=A
            paths=ab,          paths=a&paths=b
            paths=a%0Ab,       paths=a&paths=b
            paths=a%0A,        paths=a
            paths=a%001:b,     paths=a&paths=b
            paths=,            expand=false
            paths=a%20b,       paths=a%2Bb
            """)
    void otherPathsHaveAnotherKey(String one, String other) throws Exception {
        assertThat(read(FORM, one).key()).isNotEqualTo(read(FORM, other).key());
        assertThat(read(FORM, one).body()).isNotEqualTo(read(FORM, other).body());
    }

    @Test
    void theOrderAndNumberOfPathsDoNotMatter() throws Exception {
        assertThat(read(FORM, "paths=b&paths=a&paths=b")).isEqualTo(read(FORM, "paths=a&paths=b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "paths=%zz",
                "path=a",
                "Paths=a",
                "paths[]=a",
                "paths",
                "paths%3Da",
                "paths=a&x=1",
                "paths=%C0%AF",
                "paths=%ED%A0%80",
                "paths=é",
                "expand=true&expand=false",
                "expand=true&expand=true",
                "paths=a&expand=yes",
                "paths=a&expand="
            })
    void anAmbiguousFormIsRefused(String body) {
        assertRefused(FORM, body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "nonsense",
                "{\"paths\":[",
                "{\"paths\":\"a\"}",
                "{\"other\":1}",
                "{\"expand\":\"yes\"}",
                "{\"paths\":[\"a\"],\"paths\":[\"b\"]}",
                "{\"paths\":[\"a\"],\"p\\u0061ths\":[\"b\"]}",
                "{\"expand\":true,\"paths\":[\"a\"],\"expand\":false}",
                "{\"paths\":[\"a\"]}{\"paths\":[\"b\"]}",
                "{\"paths\":[[\"a\"]]}",
                "{\"paths\":[1]}",
                "{\"paths\":[null]}",
                "{\"paths\":[\"\\ud800\"]}",
                "{\"Paths\":[\"a\"]}",
                "{\"paths\":[\"a\"]} x"
            })
    void ambiguousJsonIsRefused(String body) {
        assertRefused(JSON, body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/jsonp",
                "application/x-json",
                "text/json",
                "",
                "application/json; charset=utf-16",
                "application/json; boundary=x"
            })
    void aContentTypeThatAWebPageCanSendIsRefused(String type) {
        assertRefused(type, "{\"paths\":[\"a\"]}");
        assertRefused(type, "paths=a");
    }

    @Test
    void exactlyOneContentTypeIsRequired() {
        for (List<String> types : List.of(List.<String>of(), List.of(JSON, FORM))) {
            assertThatExceptionOfType(AmbiguousRequestException.class)
                    .isThrownBy(() -> PathsInfoRequest.read(types, new byte[0]));
        }
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] overlong = "{\"paths\":[\"a?\"]}".getBytes(StandardCharsets.ISO_8859_1);
        overlong[12] = (byte) 0xC0;

        assertThatExceptionOfType(AmbiguousRequestException.class)
                .isThrownBy(() -> PathsInfoRequest.read(List.of(JSON), overlong));
    }
}
