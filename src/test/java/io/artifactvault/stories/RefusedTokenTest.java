package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that the Hub refuses is refused whether content is stored or not; one that it accepts costs next to nothing. */
class RefusedTokenTest extends HubStory {
    private static final String REFUSED = "Bearer hf_neverIssued";
    private static final String BOB = "Bearer " + StandardSet.BOB_TOKEN;
    private static final String FILE = "acme/tiny/resolve/main/config.json";
    private static final String PATHS = "POST api/models/acme/tiny/paths-info/main";

    private HttpResponse<byte[]> ask(String request, String... fields) throws Exception {
        String[] words = request.split(" ", 2);
        if (words[0].equals("POST")) {
            HttpRequest.Builder post = HttpRequest.newBuilder(stage.uri("/huggingface/" + words[1]))
                    .timeout(Stage.PATIENCE)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"paths\":[\"config.json\"]}"));
            if (fields.length > 0) {
                post.headers(fields);
            }
            return stage.client().send(post.build(), BodyHandlers.ofByteArray());
        }
        return stage.send(words[0], words[1], fields);
    }

    private HttpResponse<byte[]> refused(String request, String... fields) throws Exception {
        List<String> all = new ArrayList<>(List.of(fields));
        all.addAll(List.of("Authorization", REFUSED));
        return ask(request, all.toArray(String[]::new));
    }

    /** All that a client can read of an answer, but for what differs each time. */
    private static String octets(HttpResponse<byte[]> answer) {
        Map<String, List<String>> fields = new TreeMap<>(answer.headers().map());
        fields.keySet().removeAll(List.of("date", "x-request-id"));
        return answer.statusCode() + " " + fields + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    private int atTheHub() {
        return hub.requests(Asked.hub()).size();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET acme/tiny/resolve/main/config.json",
                "HEAD acme/tiny/resolve/main/model.safetensors",
                "GET acme/tiny/resolve/{commit}/model.safetensors",
                "GET acme/tiny/raw/main/config.json",
                "GET api/models/acme/tiny",
                "GET api/models/acme/tiny/tree/main",
                "GET api/models/acme/tiny/refs",
                "GET api/models/acme/gated",
                "GET api/models/acme/gated/tree/main",
                PATHS,
                "GET v2/acme/quant/manifests/Q4_K_M",
                "GET v2/acme/quant/blobs/{layer}"
            })
    void theAnswerIsTheSameColdAndWarm(String template) throws Exception {
        String request = template.replace(
                        "{commit}", hub.repo("models", "acme/tiny").sha())
                .replace(
                        "{layer}",
                        "sha256:"
                                + hub.repo("models", "acme/quant")
                                        .at("tiny-Q4_K_M.gguf")
                                        .content()
                                        .sha256());
        HttpResponse<byte[]> cold = refused(request);
        assertThat(cold.statusCode()).isEqualTo(401);
        assertThat(cold.headers().firstValue("x-error-message"))
                .hasValue("Invalid credentials in Authorization header");
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(ask(request).statusCode()).isEqualTo(200);
        stage.awaitQuiet();
        assertThat(ask(request).headers().firstValue("x-cache")).hasValue("HIT");

        assertThat(octets(refused(request))).as("warm").isEqualTo(octets(cold));
        hub.reset();
        assertThat(octets(refused(request))).as("and once more").isEqualTo(octets(cold));
        assertThat(octets(refused(request, "Range", "bytes=0-0"))).isEqualTo(octets(cold));
        assertThat(octets(refused(request, "If-None-Match", "*"))).isEqualTo(octets(cold));
        assertThat(hub.requests()).as("within access_ttl").isEmpty();
        assertThat(ask(request).statusCode()).as("without a token").isEqualTo(200);
    }

    @Test
    void aTokenThatTheHubAcceptsCostsOneQuestionInItsTime() throws Exception {
        ask("GET " + FILE);
        ask("GET api/models/acme/tiny");
        stage.awaitQuiet();
        for (int i = 0; i < 3; i++) {
            hub.reset();
            for (int k = 0; k < 50; k++) {
                assertThat(stage.get(
                                        "acme/tiny/resolve/"
                                                + hub.repo("models", "acme/tiny")
                                                        .sha() + "/config.json",
                                        "Authorization",
                                        BOB)
                                .statusCode())
                        .isEqualTo(200);
            }
            stage.awaitQuiet();
            assertThat(atTheHub()).as("round " + i).isLessThanOrEqualTo(2);
            stage.clock.advance(Duration.ofSeconds(301));
        }
    }

    @Test
    void visitsWithANewTokenWaitForOneQuestion() throws Exception {
        ask("GET " + FILE);
        stage.awaitQuiet();
        hub.reset();
        Gate gate = hub.gateBeforeHead(Asked.hub());
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(stage.client()
                    .sendAsync(
                            stage.request("GET", "/huggingface/" + FILE, "Authorization", REFUSED),
                            BodyHandlers.ofByteArray()));
        }
        gate.awaitReached();
        gate.open();
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            assertThat(answer.join().statusCode()).isEqualTo(401);
        }
        assertThat(atTheHub()).isEqualTo(1);
    }

    @Test
    void whileTheHubIsDownAnUnknownTokenIsIgnored() throws Exception {
        ask("GET " + FILE);
        ask("GET api/models/acme/gated");
        stage.awaitQuiet();
        hub.stop();
        assertThat(refused("GET " + FILE).statusCode()).isEqualTo(200);
        assertThat(refused("GET api/models/acme/gated").statusCode()).isEqualTo(200);
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(refused("GET " + FILE).statusCode()).isEqualTo(200);
        hub.start();
        stage.clock.advance(Duration.ofSeconds(11));
        assertThat(refused("GET " + FILE).statusCode()).isEqualTo(401);
        hub.stop();
        assertThat(refused("GET " + FILE).statusCode())
                .as("refused a moment ago")
                .isEqualTo(401);
    }

    @Test
    void aRevokedTokenIsRefusedWithinAccessTtl() throws Exception {
        ask("GET " + FILE);
        stage.awaitQuiet();
        assertThat(ask("GET " + FILE, "Authorization", BOB).statusCode()).isEqualTo(200);
        hub.user("bob", StandardSet.BOB_TOKEN).revokeToken();
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(ask("GET " + FILE, "Authorization", BOB).statusCode()).isEqualTo(401);
        hub.user("bob", StandardSet.BOB_TOKEN).restoreToken();
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(ask("GET " + FILE, "Authorization", BOB).statusCode()).isEqualTo(200);
    }

    @Test
    void aHubThatHangsDoesNotDelayPublicContent() throws Exception {
        ask("GET " + FILE);
        stage.awaitQuiet();
        Gate gate = hub.gateBeforeHead(Asked.hub());
        assertThat(refused("GET " + FILE).statusCode()).isEqualTo(200);
        assertThat(refused("GET " + FILE).statusCode()).isEqualTo(200);
        gate.open();
    }

    /** @param age of what is stored: fresh, or with a branch that has to be asked for again */
    @ParameterizedTest
    @ValueSource(ints = {0, 120})
    void aFloodOfInventedTokensDoesNotFloodTheHub(int age) throws Exception {
        ask("GET " + FILE);
        stage.awaitQuiet();
        stage.clock.advance(Duration.ofSeconds(age));
        hub.reset();
        int served = 0;
        for (int i = 0; i < 100; i++) {
            int status = ask("GET " + FILE, "Authorization", "Bearer hf_" + i).statusCode();
            assertThat(status).isIn(200, 401);
            served += status == 200 ? 1 : 0;
        }
        assertThat(atTheHub()).isBetween(1, 15);
        assertThat(served).as("treated as without a token").isBetween(85, 99);
    }

    @Test
    void aFloodOfInventedTokensDoesNotAffectAnAcceptedToken() throws Exception {
        ask("GET " + FILE);
        stage.awaitQuiet();
        assertThat(ask("GET " + FILE, "Authorization", BOB).statusCode()).isEqualTo(200);
        hub.user("bob", StandardSet.BOB_TOKEN).revokeToken();
        stage.clock.advance(Duration.ofSeconds(301));
        for (int i = 0; i < 50; i++) {
            ask("GET " + FILE, "Authorization", "Bearer hf_" + i);
        }
        assertThat(ask("GET " + FILE, "Authorization", BOB).statusCode())
                .as("asked about all the same")
                .isEqualTo(401);
    }

    @Test
    void onlyIfCachedCausesNoTokenCheck() throws Exception {
        ask("GET " + FILE);
        stage.awaitQuiet();
        hub.reset();
        assertThat(refused("GET " + FILE, "Cache-Control", "only-if-cached").statusCode())
                .isEqualTo(200);
        assertThat(hub.requests()).isEmpty();
        refused("GET " + FILE);
        assertThat(refused("GET " + FILE, "Cache-Control", "only-if-cached").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aRefusalOfTheServersTokenIsNotReportedToTheClient() throws Exception {
        stage.close();
        stage.hub(hub -> hub.tokenForAnonymous("hf_endedLongAgo")).start();
        ask("GET " + FILE, "Authorization", BOB);
        stage.awaitQuiet();
        assertThat(ask("GET " + FILE).statusCode()).isEqualTo(200);
    }
}
