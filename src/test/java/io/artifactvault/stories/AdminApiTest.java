package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin API explains answers, refuses bad calls by name, and lets no page in a browser act. */
class AdminApiTest extends HubStory {
    private JsonNode why(HttpResponse<byte[]> answer) throws Exception {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        // An answer is written down once its last byte has left, which the client may see first.
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        HttpResponse<String> account = operator.get("/admin/why/" + id);
        while (account.statusCode() == 404 && System.nanoTime() < deadline) {
            account = operator.get("/admin/why/" + id);
        }
        return Operator.read(account);
    }

    @Test
    void aColdDownloadIsExplainedHopByHop() throws Exception {
        JsonNode why = why(stage.get("acme/tiny/resolve/main/model.safetensors?secret=1"));
        assertThat(why.get("resource").asText()).isEqualTo("acme/tiny model.safetensors at main");
        assertThat(why.get("decision").asText()).isEqualTo("forward to upstream (uri-miss)");
        assertThat(why.get("backend").asText()).isEqualTo("huggingface");
        assertThat(why.get("bytes").asLong()).isEqualTo(204_800);
        assertThat(why.at("/upstream/0/host").asText()).isEqualTo(hub.base());
        assertThat(why.at("/upstream/0/status").asInt()).isEqualTo(302);
        assertThat(why.at("/upstream/1/host").asText()).isEqualTo(hub.cdn().base());
        assertThat(why.at("/upstream/1/status").asInt()).isEqualTo(200);
        assertThat(why.toString()).doesNotContain("secret", "Signature", "X-Amz");
    }

    @Test
    void aHitIsExplainedWithoutUpstream() throws Exception {
        stage.get("acme/tiny/resolve/main/config.json");
        stage.awaitQuiet();
        JsonNode why = why(stage.get("acme/tiny/resolve/main/config.json"));
        assertThat(why.get("decision").asText()).isEqualTo("serve the stored response");
        assertThat(why.get("access").asText()).isEqualTo("anonymous, public");
        assertThat(why.get("upstream")).isEmpty();
    }

    @Test
    void aRefusalAndAnOutageAreExplained() throws Exception {
        JsonNode refused = why(
                stage.get("acme/gated/resolve/main/config.json", "Authorization", "Bearer " + StandardSet.BOB_TOKEN));
        assertThat(refused.get("status").asInt()).isEqualTo(403);
        assertThat(refused.get("access").asText()).isEqualTo("with a token, upstream must confirm access");
        assertThat(refused.toString()).doesNotContain(StandardSet.BOB_TOKEN);
        hub.stop();
        JsonNode down = why(stage.get("acme/tiny/resolve/main/config.json"));
        assertThat(down.at("/upstream/0/failure").asText()).isNotEmpty();
    }

    @Test
    void anUnknownIdIsReported() throws Exception {
        HttpResponse<String> answer = operator.get("/admin/why/0000");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("X-Request-Id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                             | acme/tiny",
                "{\"repository\":\"../etc\"}                     | acme/tiny",
                "{\"repository\":\"a/b/c\"}                      | acme/tiny",
                "{\"repository\":\"acme/tiny\",\"typ\":\"model\"} | \\\"typ\\\" is not a known name",
                "{\"repository\":7}                             | must be a string",
                "{\"repository\":\"acme/tiny\",\"jobs\":0}       | from 1 to 32",
                "{\"repository\":\"acme/tiny\",\"jobs\":\"9\"}   | from 1 to 32",
                "{\"repository\":\"acme/tiny\",\"include\":\"*\"} | must be a list of strings",
                "{\"repository\":\"acme/tiny\",\"dry_run\":1}    | must be true or false",
                "{\"repository\":\"acme/tiny\",\"type\":\"wheel\"} | model, dataset or space",
                "{\"repository\":\"acme/tiny\",\"backend\":\"x\"} | backends with snapshots: huggingface",
                "{\"repository\":\"acme/tiny\",\"revision\":\"a b\"} | A revision must be",
                "[1]                                            | not a JSON object",
                "{\"repository\":                               | not a JSON object",
            })
    void invalidInputIsRefusedByName(String json, String reason) throws Exception {
        HttpResponse<String> answer = operator.post("/admin/warm", json);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf_marker",
                "{\"repository\": hf_marker}",
                "{\"repository\": \"a\"} hf_marker",
                "{\"a\":\"hf_marker"
            })
    void aRefusalDoesNotRepeatWhatWasSent(String body) throws Exception {
        HttpResponse<String> answer = operator.post("/admin/warm", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("hf_marker");
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        String json = "{\"repository\":\"" + "a".repeat(2 << 20) + "\"}";
        assertThat(operator.post("/admin/unpin", json).statusCode()).isEqualTo(413);
    }

    @Test
    void aListMayBeLongerThanOtherBodies() throws Exception {
        String list = "{\"list\":{\"files\":[{\"name\":\"a.txt\",\"text\":\"%s\"}]}}";
        HttpResponse<String> read = operator.post("/admin/warm", list.formatted("a".repeat(8 << 20)));
        assertThat(read.statusCode()).isEqualTo(400);
        assertThat(read.body()).contains("No backend with lists of files");
        assertThat(operator.post("/admin/warm", list.formatted("a".repeat(17 << 20)))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void aListThatIsMalformedIsRefused() throws Exception {
        for (String body : new String[] {
            "{\"list\":[]}",
            "{\"list\":{}}",
            "{\"list\":{\"files\":[1]}}",
            "{\"list\":{\"files\":[{\"name\":1}]}}",
            "{\"list\":{\"files\":[{\"name\":\"a\",\"text\":\"\"}],\"options\":{\"python\":1}}}",
            "{\"list\":{\"files\":[{\"name\":\"a\",\"text\":\"\"}]},\"repository\":\"a/b\"}",
        }) {
            assertThat(operator.post("/admin/warm", body).statusCode()).as(body).isEqualTo(400);
        }
    }

    @Test
    void pagesInABrowserMayNotCall() throws Exception {
        String tiny = "{\"repository\":\"acme/tiny\"}";
        assertThat(operator.post("/admin/warm", tiny, "Origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(operator.get("/admin/jobs", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(Operator.read(operator.get("/admin/jobs")).get("jobs")).isEmpty();
    }

    @Test
    void anotherMethodAndAnotherTypeAreRefused() throws Exception {
        assertThat(operator.get("/admin/warm").statusCode()).isEqualTo(405);
        assertThat(operator.post("/admin/warm", "x=1", "Content-Type", "text/plain")
                        .statusCode())
                .isIn(400, 415);
        assertThat(operator.get("/admin/nothing").statusCode()).isEqualTo(404);
    }
}
