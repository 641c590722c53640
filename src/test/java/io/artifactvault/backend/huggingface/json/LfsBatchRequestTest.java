package io.artifactvault.backend.huggingface.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.backend.huggingface.route.AmbiguousRequestException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LfsBatchRequestTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aDownloadRequestsOnlyTheBasicTransfer() throws Exception {
        LfsBatchRequest batch = LfsBatchRequest.read(
                bytes(
                        "{ \"operation\": \"download\", \"transfers\": [\"xet\", \"basic\"], \"objects\": [{\"oid\":\"a\"}] }"));

        assertThat(batch.isDownload()).isTrue();
        assertThat(new String(batch.body(), StandardCharsets.UTF_8))
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
        assertThatExceptionOfType(AmbiguousRequestException.class).isThrownBy(() -> LfsBatchRequest.read(bytes(body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "{\"operation\":\"upload\"}", "{\"Operation\":\"download\"}", "{\"operation\":"})
    void otherBatchesAreForwardedUnchanged(String body) throws Exception {
        LfsBatchRequest batch = LfsBatchRequest.read(bytes(body));

        assertThat(batch.isDownload()).isFalse();
        assertThat(batch.body()).isEqualTo(bytes(body));
    }
}
