package io.artifactvault.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.cache.content.Body;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Authorization | Authorization, Accept",
                "accept | accept",
                "Origin, ACCEPT | Origin, ACCEPT",
                "* | *",
            })
    void varyNamesEachFieldOnce(String before, String after) {
        Answer answer = new Answer(200, Fields.of("Vary", before), new Body.None(), CacheStatus.ofHit());

        assertThat(answer.varyingBy(List.of("Accept")).fields().all("Vary")).containsExactly(after);
    }

    @Test
    void anErrorInAnotherFormatKeepsItsVary() {
        Answer answer =
                Errors.answer(404, "There is none.", CacheStatus.local()).varyingBy(List.of("Accept"));

        assertThat(answer.fields().all("Vary")).containsExactly("Accept");
        assertThat(answer.in(ErrorFormat.JSON).fields().all("Vary")).containsExactly("Accept");
    }
}
