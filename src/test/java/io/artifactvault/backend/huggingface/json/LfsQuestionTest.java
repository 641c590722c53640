package io.artifactvault.backend.huggingface.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.backend.huggingface.route.BadQuestionException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LfsQuestionTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aDownloadRequestsOnlyTheBasicTransfer() throws Exception {
        LfsQuestion question = LfsQuestion.read(
                bytes(
                        "{ \"operation\": \"download\", \"transfers\": [\"xet\", \"basic\"], \"objects\": [{\"oid\":\"a\"}] }"));

        assertThat(question.isDownload()).isTrue();
        assertThat(new String(question.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"operation\":\"download\",\"transfers\":[\"basic\"],\"objects\":[{\"oid\":\"a\"}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"operation\":\"download\",\"operation\":\"upload\"}",
                "{\"operation\":\"upload\",\"operation\":\"download\"}",
                "{\"operation\":\"download\",\"Operation\":\"upload\"}",
                "{\"operation\":\"download\",\"oper\\u0061tion\":\"upload\"}",
                "{\"operation\":\"download\"}{\"operation\":\"upload\"}",
                "{\"operation\":\"download\",\"objects\":[{\"oid\":\"a\",\"oid\":\"b\"}]}"
            })
    void anAmbiguousBatchIsRefused(String body) {
        assertThatExceptionOfType(BadQuestionException.class).isThrownBy(() -> LfsQuestion.read(bytes(body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "{\"operation\":\"upload\"}", "{\"Operation\":\"download\"}", "{\"operation\":"})
    void otherBatchesAreForwardedUnchanged(String body) throws Exception {
        LfsQuestion question = LfsQuestion.read(bytes(body));

        assertThat(question.isDownload()).isFalse();
        assertThat(question.body()).isEqualTo(bytes(body));
    }
}
