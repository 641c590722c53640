package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrersEditTest {
    private static String filtered(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(new ReferrersEdit("a/b")
                        .copy(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), out)
                        .isEmpty())
                .isTrue();
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"manifests":[]}                                            | {"manifests":[]}
            {}                                                          | {}
            {"manifests":[{"artifactType":"a/b"}]}                      | {"manifests":[{"artifactType":"a/b"}]}
            {"manifests":[{"artifactType":"a/b;x"},{"artifactType":""}]} | {"manifests":[]}
            {"manifests":[{"artifactType":"A/B"},{"size":1}]}           | {"manifests":[]}
            {"manifests":[{"annotations":{"artifactType":"a/b"}}]}      | {"manifests":[]}
            {"manifests":[{"artifactType":{"x":"a/b"}},{"artifactType":["a/b"]}]} | {"manifests":[]}
            {"manifests":[{"artifactType":null},{"artifactType":7}]}    | {"manifests":[]}
            {"annotations":{"manifests":[{}]},"manifests":[{}],"x":1}   | {"annotations":{"manifests":[{}]},"manifests":[],"x":1}
            {"manifests":{"artifactType":"c/d"}}                        | {"manifests":{"artifactType":"c/d"}}
            {"manifests":null,"list":[1,2,[3]],"t":true}                | {"manifests":null,"list":[1,2,[3]],"t":true}
            """)
    void onlyDescriptorsOfThatTypeStay(String list, String expected) throws Exception {
        assertThat(filtered(list)).isEqualTo(expected);
    }

    @Test
    void descriptorsKeepTheirOrderAndMembersToTheDigit() throws Exception {
        String first = "{\"size\":123456789012345678901,\"x\":1.50,\"artifactType\":\"a/b\",\"y\":\"\\u00e4\"}";
        String second = "{\"artifactType\":\"a/b\",\"annotations\":{\"k\":\"v\"},\"urls\":[\"u\"]}";

        assertThat(filtered("{\"schemaVersion\":2, \"manifests\" : [" + first.replace("\\u00e4", "ä")
                        + ", {\"artifactType\":\"c/d\"}, " + second + "]}"))
                .isEqualTo(
                        "{\"schemaVersion\":2,\"manifests\":[" + first.replace("\\u00e4", "ä") + "," + second + "]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "7",
                "\"x\"",
                "<html></html>",
                "{\"manifests\":[7]}",
                "{\"manifests\":[[]]}",
                "{\"manifests\":[\"a/b\"]}",
                "{\"manifests\":[null]}",
                "{\"manifests\":[{\"artifactType\":\"a/b\"}",
                "{\"manifests\":[{\"artifactType\":\"a/",
                "{\"manifests\":[{\"artifactType\":\"a/b\",}]}",
                "{\"manifests\"",
                "{\"manifests\":[]"
            })
    void whatIsNoListOfReferrersIsRefused(String text) {
        assertThatThrownBy(() -> filtered(text)).isInstanceOf(IOException.class);
    }

    @Test
    void aListThatIsNestedTooDeepOrTooLongIsRefused() {
        assertThatThrownBy(() -> filtered("{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be read");
        String descriptor = "{\"artifactType\":\"a/b\",\"x\":\"" + "y".repeat(1_000) + "\"}";
        assertThatThrownBy(() -> filtered("{\"manifests\":[" + (descriptor + ",").repeat(4_300) + "{}]}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be read");
    }
}
