package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.UserAgent;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client asks, and how it asks, changes nothing for others. */
class PoisonTest extends HubStory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INFO = "api/models/acme/tiny";
    private static final Fault FILTERED = Fault.answer(403, Fields.of("Content-Type", "text/html"), "Not for you");

    private String commit() throws Exception {
        return JSON.readTree(stage.get(INFO).body()).get("sha").asText();
    }

    private static Set<String> paths(HttpResponse<byte[]> tree) throws Exception {
        Set<String> paths = new TreeSet<>();
        for (JsonNode entry : JSON.readTree(tree.body())) {
            paths.add(entry.get("path").asText());
        }
        return paths;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "recursive%3Dtrue",
                "Recursive=true",
                "recursive=false&recursive=true",
                "recursive=true;x",
                "%2572ecursive=true"
            })
    void noSpellingOfAListingLeavesItShorterForOthers(String query) throws Exception {
        String tree = "api/models/acme/tiny/tree/" + commit() + "?";
        stage.awaitQuiet();
        hub.reset();

        HttpResponse<byte[]> refused = stage.get(tree + query);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).get("error").asText()).contains("recursive");
        assertThat(hub.requests()).isEmpty();

        Set<String> all = paths(stage.get(tree + "recursive=True&expand=False"));
        assertThat(hub.requests()).extracting(OriginRequest::query).containsExactly("recursive=true");
        assertThat(paths(stage.get(tree + "recursive=true"))).isEqualTo(all);
        assertThat(paths(stage.get(tree + "recursive=false"))).isSubsetOf(all);
        assertThat(hub.requests()).hasSize(2);
    }

    @Test
    void allSpellingsOfPathsAreRequestedByOneText() throws Exception {
        String target = "/huggingface/api/models/acme/tiny/paths-info/" + commit();
        stage.awaitQuiet();
        hub.reset();
        for (String[] spelled : new String[][] {
            {"application/x-www-form-urlencoded", "paths=model.safetensors&paths=nope%0A&expand=False"},
            {"application/json", "{\"expand\":false,\"paths\":[\"nope\\n\",\"model.safetensors\"]}"}
        }) {
            assertThat(post(target, spelled[0], spelled[1]).statusCode()).isEqualTo(200);
        }
        assertThat(hub.requests()).singleElement().satisfies(request -> {
            assertThat(request.field("Content-Type")).contains("application/json");
            assertThat(request.bodyText())
                    .isEqualTo("{\"paths\":[\"model.safetensors\",\"nope\\n\"],\"expand\":false}");
        });
        assertThat(post(target, "application/json", "{\"paths\":[\"a\"],\"paths\":[\"b\"]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(target, "text/plain", "paths=a").statusCode()).isEqualTo(400);
        assertThat(hub.requests()).hasSize(1);
    }

    private HttpResponse<byte[]> post(String target, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(stage.uri(target))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        return stage.client().send(request, BodyHandlers.ofByteArray());
    }

    @Test
    void noFieldOfAClientReachesTheHubWithASharedRequest() throws Exception {
        String[] fields = {
            "User-Agent", "evil/1", "Accept", "text/evil", "Accept-Language", "de", "X-Forwarded-Host", "evil.example",
            "Forwarded", "host=evil.example", "X-Original-URL", "/evil", "X-HTTP-Method-Override", "DELETE", "Cookie",
                    "a=b"
        };
        for (String below : List.of(
                "acme/tiny/resolve/main/config.json",
                "acme/tiny/resolve/main/model.safetensors",
                "acme/tiny/raw/main/model.safetensors",
                "api/models/acme/tiny/tree/main",
                "api/models/acme/tiny/refs",
                "api/models?search=tiny",
                "v2/acme/quant/manifests/Q4_K_M")) {
            assertThat(stage.get(below, fields).statusCode()).as(below).isEqualTo(200);
        }
        stage.awaitQuiet();

        for (OriginRequest request : hub.requests()) {
            assertThat(request.field("User-Agent")).as(request.target()).contains(UserAgent.OWN);
            assertThat(request.fields().toString())
                    .doesNotContainIgnoringCase("evil")
                    .doesNotContain("a=b");
            assertThat(request.field("Accept-Language")).isEmpty();
        }
    }

    @Test
    void eachKindOfRegistryClientIsAskedForUnderOneNameAndOneAccept() throws Exception {
        for (String agent :
                List.of("ollama/0.1 (amd64)", "Ollama/0.9", "llama-cpp/b1", "llama-cpp/b2", "curl/8", "x")) {
            stage.get("v2/acme/quant/manifests/Q4_K_M", "User-Agent", agent, "Accept", "text/" + agent.charAt(0));
        }

        List<String> asked = hub.requests(Asked.path("manifests")).stream()
                .map(r -> r.field("User-Agent").orElse("") + " "
                        + r.field("Accept").orElse(""))
                .toList();
        assertThat(asked).hasSize(3).doesNotHaveDuplicates();
        assertThat(asked).noneMatch(line -> line.contains("text/"));
    }

    @Test
    void aRefusalWithoutTheHubsReasonIsForOneRequestAlone() throws Exception {
        String file = "acme/tiny/resolve/main/config.json";
        HttpResponse<byte[]> stored = stage.get(file);
        stage.awaitQuiet();
        stage.clock.advance(Duration.ofSeconds(301));
        hub.failOnce(Asked.hub(), FILTERED);

        assertThat(stage.get(file).statusCode()).isEqualTo(403);
        HttpResponse<byte[]> next = stage.get(file);
        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(next.body()).isEqualTo(stored.body());
    }

    @Test
    void aRefusalWithoutTheHubsReasonRevokesNoAccess() throws Exception {
        String file = "acme/tiny/resolve/main/config.json";
        stage.get(file);
        stage.awaitQuiet();
        stage.clock.advance(Duration.ofSeconds(301));
        hub.failOnce(Asked.hub(), FILTERED);
        assertThat(stage.get(file).statusCode()).isEqualTo(403);

        hub.stop();
        assertThat(stage.get(file).statusCode()).isEqualTo(200);
    }

    @Test
    void aRefusalWithTheHubsReasonIsRememberedForTheSameCallerOnly() throws Exception {
        String file = "acme/gated/resolve/main/config.json";
        assertThat(stage.get(file).statusCode()).isEqualTo(401);
        hub.reset();
        assertThat(stage.get(file).statusCode()).isEqualTo(401);
        assertThat(hub.requests()).isEmpty();
        assertThat(stage.get(file, "Authorization", "Bearer " + StandardSet.ALICE_TOKEN)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCrowdDoesNotShareARefusalWithoutTheHubsReason() throws Exception {
        String file = "acme/tiny/resolve/main/config.json";
        Gate gate = hub.gateBeforeHead(Asked.path("/resolve/"));
        hub.failOnce(Asked.path("/resolve/"), FILTERED);
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(
                    stage.client().sendAsync(stage.request("GET", "/huggingface/" + file), BodyHandlers.ofByteArray()));
        }
        gate.awaitReached();
        gate.open();

        long refused = 0;
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            refused += answer.get().statusCode() == 403 ? 1 : 0;
        }
        assertThat(refused).isLessThanOrEqualTo(1);
    }

    @Test
    void requestsAfterARefusalWithoutTheHubsReasonAreForwardedInParallel() throws Exception {
        String file = "acme/tiny/resolve/main/config.json";
        hub.failOnce(Asked.path("/resolve/"), FILTERED);
        assertThat(stage.get(file).statusCode()).isEqualTo(403);
        hub.reset();
        Gate gate = new Gate();
        hub.fail(Asked.path("/resolve/"), Fault.stallBeforeHead(gate));
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(
                    stage.client().sendAsync(stage.request("GET", "/huggingface/" + file), BodyHandlers.ofByteArray()));
        }
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos() / 2;
        while (hub.requests().size() < 5 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        int waiting = hub.requests().size();
        gate.open();
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
        assertThat(waiting).isEqualTo(5);
    }
}
