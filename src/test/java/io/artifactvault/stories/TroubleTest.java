package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What clients are told when something goes wrong, and that nothing wrong is kept. */
class TroubleTest extends HubStory {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";

    private static void isError(HttpResponse<byte[]> answer, int status, String... words) {
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(body).isEqualTo(status);
        assertThat(body).startsWith("{\"error\":\"").contains(words);
        assertThat(answer.headers().firstValue("x-error-message").orElseThrow()).contains(words);
    }

    @Test
    void anUnreachableHubIs502() throws Exception {
        hub.stop();
        isError(stage.get(WEIGHTS), 502, "acme/tiny", "refused");
    }

    @Test
    void aHubThatDoesNotAnswerInTimeIs504() throws Exception {
        stage.close();
        stage.timeout(Duration.ofMillis(300)).start();
        Gate never = hub.gateBeforeHead(Asked.anything());
        isError(stage.get(WEIGHTS), 504, "acme/tiny", "no response arrived in time");
        never.open();
    }

    @Test
    void aRedirectLoopIs502() throws Exception {
        try (ScriptedOrigin loop = ScriptedOrigin.open(
                        "127.0.0.1",
                        (request, reply) -> reply.status(302)
                                .field("Location", request.target())
                                .answer(""));
                Stage<byte[]> looped =
                        Stage.ofHub(dir.resolve("loop"), loop.base()).start()) {
            isError(looped.get(WEIGHTS), 502, "loop");
        }
    }

    @Test
    void aRedirectIntoAPrivateNetworkIs502UnlessTheOperatorAllowedIt() throws Exception {
        stage.close();
        stage.hub(hub -> hub.privateRedirects(PrivateTargets.NONE)).start();
        isError(stage.get(WEIGHTS), 502, "private network");
        assertThat(hub.cdn().requests()).isEmpty();
    }

    @Test
    void anUnknownPrefixIs404AndNamesTheMounts() throws Exception {
        HttpResponse<byte[]> answer =
                stage.client().send(stage.request("GET", "/pypi/simple/"), BodyHandlers.ofByteArray());
        isError(answer, 404, "/huggingface/");
    }

    @Test
    void anUnknownMethodIs405() throws Exception {
        HttpResponse<byte[]> answer = stage.send("TRACK", WEIGHTS);
        isError(answer, 405, "GET");
        assertThat(answer.headers().firstValue("allow")).isPresent();
    }

    @Test
    void bothPortsReportHealth() throws Exception {
        for (int port : new int[] {stage.vault().port(), stage.vault().adminPort()}) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz"))
                    .build();
            HttpResponse<String> answer = stage.client().send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("ok");
        }
    }

    @Test
    void aWrongByteIsNeverServedAsWholeNorKept() throws Exception {
        hub.failOnce(Asked.cdn(), Fault.corruptAt(1000));
        assertThatThrownBy(() -> stage.get(WEIGHTS)).isInstanceOf(IOException.class);
        HttpResponse<byte[]> healed = stage.get(WEIGHTS);
        assertThat(healed.statusCode()).isEqualTo(200);
        assertThat(healed.body()).hasSize(204_800);
    }

    @Test
    void aBodyThatBreaksOffForGoodIsCutShortForTheClientAndNeverWhole() throws Exception {
        hub.fail(Asked.cdn(), Fault.cutAfter(0));
        assertThatThrownBy(() -> stage.get(WEIGHTS)).isInstanceOf(IOException.class);
        hub.heal();
        assertThat(stage.get(WEIGHTS).body()).hasSize(204_800);
    }

    @Test
    void aLoginPageIs502AndNotKept() throws Exception {
        hub.failOnce(Asked.path("config.json"), Fault.loginPage());
        isError(stage.get("acme/tiny/resolve/main/config.json"), 502, "X-Repo-Commit");
        assertThat(stage.get("acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(200);
    }

    @Test
    void aServerErrorOfTheHubIsNotTakenForAMissingFile() throws Exception {
        hub.failOnce(Asked.path("config.json"), Fault.status(500));
        isError(stage.get("acme/tiny/resolve/main/config.json"), 502, "500");
        assertThat(stage.get("acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(200);
    }

    @Test
    void aRateLimitServesWhatIsStoredAndIsPassedOnOtherwise() throws Exception {
        stage.get(WEIGHTS);
        stage.clock.advance(Duration.ofSeconds(61));
        hub.fail(Asked.anything(), Fault.rateLimited(Duration.ofSeconds(7)));
        assertThat(stage.get(WEIGHTS).headers().firstValue("x-cache")).hasValue("STALE");
        HttpResponse<byte[]> limited = stage.get("acme/tiny/resolve/main/README.md");
        isError(limited, 429, "429");
        assertThat(limited.headers().firstValue("retry-after")).hasValue("7");
        assertThat(limited.headers().firstValue("ratelimit")).isPresent();
    }

    @Test
    void aBrokenStoreDoesNotPreventResponsesFromTheOrigin() throws Exception {
        stage.get("acme/tiny/resolve/main/README.md");
        Path partial = dir.resolve("partial");
        Files.move(partial, dir.resolve("aside"));
        Files.writeString(partial, "a file in the folder's place");
        HttpResponse<byte[]> answer = stage.get(WEIGHTS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(204_800);
    }
}
