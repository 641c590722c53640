package io.artifactvault.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.cache.content.Body;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Could not fetch acme/tiny.",
                "a \"quoted\" \\ word",
                "two\nlines\r\nand\ta tab \u0000 \u0001",
                "✖ Invalid option: é 漢字 😀",
                ""
            })
    void theSentenceIsJsonInTheBodyAndAsciiInTheField(String sentence) throws IOException {
        Answer answer = Errors.answer(502, sentence, CacheStatus.local());
        byte[] body = ((Body.Bytes) answer.body()).array();

        assertThat(answer.status()).isEqualTo(502);
        assertThat(new ObjectMapper().readTree(body).get("error").textValue()).isEqualTo(sentence);
        assertThat(answer.fields().first("Content-Length")).contains(Integer.toString(body.length));
        assertThat(answer.fields().first("Content-Type")).contains("application/json; charset=utf-8");
        assertThat(answer.fields().first("X-Error-Message").orElseThrow())
                .matches("[\\x20-\\x7e]*")
                .hasSize((int) sentence.codePoints().count());
    }

    @Test
    void anErrorIsNotForOtherCaches() {
        assertThat(Errors.answer(500, "x", CacheStatus.local()).fields().first("Cache-Control"))
                .contains("no-store");
    }

    @Test
    void upstreamsOwnMessageWinsAndItsOtherFieldsStay() {
        Fields fields = Fields.of(
                "X-Error-Message", "Entry not found", "X-Error-Code", "EntryNotFound", "Content-Type", "text/plain");
        Answer answer = Errors.answer(404, fields, "Not found", CacheStatus.local());

        assertThat(answer.fields().all("X-Error-Message")).containsExactly("Entry not found");
        assertThat(answer.fields().all("X-Error-Code")).containsExactly("EntryNotFound");
        assertThat(answer.fields().all("Content-Type")).containsExactly("application/json; charset=utf-8");
    }
}
