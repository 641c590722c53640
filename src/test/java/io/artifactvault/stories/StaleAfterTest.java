package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.StandardSet;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that accepts and does not answer: what is stored is served where that is allowed, and the question goes on. */
@Timeout(120)
class StaleAfterTest extends HubStory {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";
    private static final String CONFIG = "acme/tiny/resolve/main/config.json";
    private static final String REVISION = "api/models/acme/tiny/revision/main";
    private static final String GATED = "acme/gated/resolve/main/config.json";
    private static final String[] ALICE = {"Authorization", "Bearer " + StandardSet.ALICE_TOKEN};
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(30);

    @Override
    Stage<byte[]> setUp(Stage<byte[]> usual) {
        return usual.timeout(LONG).cache(cache -> cache.staleAfter(SOON));
    }

    private static String word(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-cache").orElse("");
    }

    private static String status(HttpResponse<?> answer) {
        return answer.headers().firstValue("cache-status").orElse("");
    }

    private static void assertSlow(HttpResponse<?> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(word(answer)).isEqualTo("STALE");
        assertThat(status(answer)).contains("stale-if-error-slow");
    }

    private Gate warmThenHang(Duration later, String... below) throws Exception {
        for (String one : below) {
            assertThat(stage.get(one).statusCode()).isEqualTo(200);
        }
        stage.awaitQuiet();
        stage.clock.advance(later);
        hub.reset();
        return hub.gateBeforeHead(Asked.anything());
    }

    private CompletableFuture<HttpResponse<byte[]>> ask(String below, String... fields) {
        return stage.client()
                .sendAsync(stage.request("GET", "/huggingface/" + below, fields), BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @CsvSource({"HEAD, " + WEIGHTS, "GET, " + WEIGHTS, "HEAD, " + CONFIG, "GET, " + CONFIG, "GET, " + REVISION})
    void theStoredResponseIsServedAndTheFetchContinues(String method, String below) throws Exception {
        Gate hanging = warmThenHang(Duration.ofSeconds(61), below);
        HttpResponse<byte[]> answer = stage.send(method, below);
        assertSlow(answer);
        hanging.open();
        stage.awaitQuiet();
        assertThat(hub.requests()).isNotEmpty();
        hub.reset();
        assertThat(word(stage.send(method, below))).isEqualTo("HIT");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aFileAtACommitWhoseAccessMustBeConfirmedIsServedToItsCaller() throws Exception {
        stage.get(GATED, ALICE);
        Gate hanging = warmThenHang(Duration.ofSeconds(61));
        assertSlow(stage.get(GATED, ALICE));
        hanging.open();
    }

    @Test
    void aCallerWhoseAccessIsNoLongerConfirmedWaitsForTheHub() throws Exception {
        stage.get(GATED, ALICE);
        Gate hanging = warmThenHang(Duration.ofSeconds(301), CONFIG);
        stage.clock.advance(Duration.ofSeconds(61));
        CompletableFuture<HttpResponse<byte[]>> waits = ask(GATED, ALICE);
        hanging.awaitReached();
        assertSlow(stage.get(CONFIG));
        assertThat(waits).isNotDone();
        hanging.open();
        assertThat(status(waits.get(30, TimeUnit.SECONDS))).doesNotContain("slow");
        assertThat(waits.get().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0"})
    void aClientThatDemandsRevalidationWaitsForTheHub(String wish) throws Exception {
        Gate hanging = warmThenHang(Duration.ofSeconds(61), CONFIG, WEIGHTS);
        CompletableFuture<HttpResponse<byte[]>> waits = ask(CONFIG, "Cache-Control", wish);
        hanging.awaitReached();
        assertSlow(stage.get(WEIGHTS));
        assertThat(waits).isNotDone();
        hanging.open();
        assertThat(status(waits.get(30, TimeUnit.SECONDS))).doesNotContain("slow");
    }

    @Test
    void aRefusalThatComesLateCountsFromThenOn() throws Exception {
        Gate hanging = warmThenHang(Duration.ofSeconds(61), CONFIG);
        Fields missing = Fields.of("X-Error-Code", "EntryNotFound", "X-Error-Message", "Entry not found");
        hub.fail(Asked.anything(), Fault.answer(404, missing, ""));
        assertSlow(stage.get(CONFIG));
        hanging.open();
        stage.awaitQuiet();
        hub.reset();
        assertThat(stage.get(CONFIG).statusCode()).isEqualTo(404);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aJobOfTheVaultWaitsForTheHub() throws Exception {
        String order = "{\"repository\":\"acme/tiny\",\"dry_run\":true}";
        assertThat(operator.order("warm", order).at("/chosen/files").asInt()).isEqualTo(8);
        Gate hanging = warmThenHang(Duration.ofSeconds(61), WEIGHTS);
        hub.repo("models", "acme/tiny").file("more.txt", "more").push();
        CompletableFuture<Integer> files = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                files.complete(operator.order("warm", order).at("/chosen/files").asInt());
            } catch (Exception e) {
                files.completeExceptionally(e);
            }
        });
        hanging.awaitReached();
        assertSlow(stage.get(WEIGHTS));
        assertThat(files).isNotDone();
        hanging.open();
        assertThat(files.get(30, TimeUnit.SECONDS)).isEqualTo(9);
    }

    /** A backend of type http, whose origin answers as the path says, and from the second time on after the gate. */
    private final class Shared implements AutoCloseable {
        private final Gate hanging = new Gate();
        private final ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", this::answer);
        private final Stage<String> files;

        Shared() throws IOException {
            files = Stage.ofFiles(dir.resolve("shared"), origin.base())
                    .origin(towards -> towards.timeouts(LONG))
                    .cache(cache -> cache.staleAfter(SOON))
                    .start();
        }

        private void answer(OriginRequest request, OriginReply reply) throws IOException {
            boolean first = origin.requests(other -> other.path().equals(request.path()))
                            .size()
                    == 1;
            if (!first) {
                reply.waitAt(hanging);
            }
            String control = switch (request.path()) {
                case "/strict" -> "max-age=1, must-revalidate";
                case "/passing" -> first ? "max-age=1" : "no-store";
                default -> "max-age=1";
            };
            reply.field("Cache-Control", control)
                    .field("ETag", first ? "\"v1\"" : "\"v2\"")
                    .answer(first ? "old" : "new");
        }

        HttpResponse<String> get(String path) throws Exception {
            return files.send("GET", path);
        }

        void warm(String... paths) throws Exception {
            for (String path : paths) {
                assertThat(files.get(path).body()).isEqualTo("old");
            }
            files.clock.advance(Duration.ofSeconds(10));
        }

        @Override
        public void close() {
            hanging.open();
            files.close();
            origin.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "GET"})
    void anHttpOriginThatHangsDoesNotDelayStoredResponses(String method) throws Exception {
        try (Shared shared = new Shared()) {
            shared.warm("file");
            assertSlow(shared.files.send(method, "file"));
            assertSlow(shared.get("file"));
            shared.hanging.open();
            shared.files.awaitQuiet();
            assertThat(shared.get("file").body()).isEqualTo("new");
        }
    }

    @Test
    void aResponseWithMustRevalidateIsWaitedFor() throws Exception {
        try (Shared shared = new Shared()) {
            shared.warm("strict", "file");
            CompletableFuture<HttpResponse<String>> waits = shared.files
                    .client()
                    .sendAsync(
                            HttpRequest.newBuilder(shared.files.uri("strict")).build(), BodyHandlers.ofString());
            shared.hanging.awaitReached();
            assertSlow(shared.get("file"));
            assertThat(waits).isNotDone();
            shared.hanging.open();
            assertThat(waits.get(30, TimeUnit.SECONDS).body()).isEqualTo("new");
        }
    }

    @Test
    void aLatePrivateResponseIsDiscarded() throws Exception {
        try (Shared shared = new Shared()) {
            shared.warm("passing");
            assertSlow(shared.get("passing"));
            shared.hanging.open();
            shared.files.awaitQuiet();
            assertThat(shared.files.vault().openFills()).isZero();
            assertThat(shared.origin.requests()).hasSize(2);
        }
    }
}
