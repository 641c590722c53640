package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OciErrorsTest {
    private static JsonNode error(byte[] body) throws Exception {
        JsonNode errors = new ObjectMapper().readTree(body).get("errors");
        assertThat(errors).hasSize(1);
        return errors.get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "400, UNKNOWN",
        "401, UNAUTHORIZED",
        "403, DENIED",
        "404, NAME_UNKNOWN",
        "405, UNSUPPORTED",
        "416, UNKNOWN",
        "429, TOOMANYREQUESTS",
        "500, UNKNOWN",
        "502, UNAVAILABLE",
        "503, UNAVAILABLE",
        "504, UNAVAILABLE"
    })
    void aStatusHasACode(int status, String code) throws Exception {
        ErrorFormat.Text text = OciErrors.FORMAT.write(status, "A sentence.", Fields.EMPTY);

        assertThat(error(text.body()).get("code").asText()).isEqualTo(code);
        assertThat(error(text.body()).get("message").asText()).isEqualTo("A sentence.");
        assertThat(text.fields().all("Content-Type")).containsExactly("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NAME_INVALID",
                "NAME_UNKNOWN",
                "MANIFEST_UNKNOWN",
                "BLOB_UNKNOWN",
                "DIGEST_INVALID",
                "UNSUPPORTED"
            })
    void aCodeThatTheFieldsStateComesFirstAndLeavesTheFields(String code) throws Exception {
        ErrorFormat.Text text = OciErrors.FORMAT.write(
                404, "Not there.", OciErrors.fields(code, "Not there.").with("Retry-After", "3"));

        assertThat(error(text.body()).get("code").asText()).isEqualTo(code);
        assertThat(text.fields()).isEqualTo(Fields.of("Retry-After", "3", "Content-Type", "application/json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RepoNotFound", "name_unknown", "", "X\",\"a\":\"b"})
    void aCodeThatTheSpecificationDoesNotHaveIsNotSent(String code) throws Exception {
        ErrorFormat.Text text = OciErrors.FORMAT.write(404, "Not there.", Fields.of("X-Error-Code", code));

        assertThat(error(text.body()).get("code").asText()).isEqualTo("NAME_UNKNOWN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a \"quoted\" word", "back\\slash", "line\nbreak", "tab\t\u0001", "ä \u2028 \ud83d\ude00"})
    void everySentenceIsWrittenAsJson(String sentence) throws Exception {
        assertThat(error(OciErrors.FORMAT.write(404, sentence, Fields.EMPTY).body())
                        .get("message")
                        .asText())
                .isEqualTo(sentence);
    }

    @Test
    void aLocalErrorHasTheSameForm() throws Exception {
        Resolution.Local local = OciErrors.local(400, OciErrors.NAME_INVALID, "No name.");

        assertThat(local.status()).isEqualTo(400);
        assertThat(error(local.body()).get("code").asText()).isEqualTo("NAME_INVALID");
        assertThat(local.fields()).isEqualTo(Fields.of("Content-Type", "application/json"));
    }
}
