package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** A client's own conditions hold for what passes through to the Hub. */
class HubClientConditionsTest extends HubStory {
    @Test
    void aResponseThatPassesIsJudgedByThem() throws Exception {
        hub.fail(
                Asked.path("/whoami"),
                Fault.answer(200, Fields.of("ETag", "\"e\"", "Content-Type", "text/plain"), "alice"));

        HttpResponse<byte[]> answer = stage.get("api/whoami-v2", "If-None-Match", "\"e\"");
        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
    }
}
