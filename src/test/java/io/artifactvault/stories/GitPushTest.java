package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.HubRepository;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What git pushes through the vault is what the vault's other clients get from then on. */
class GitPushTest extends HubStory {
    private HttpResponse<String> push(String repository) throws Exception {
        String zero = "0".repeat(40);
        String pack = "0068" + zero + " " + "1".repeat(40) + " refs/heads/main\0 report-status0000PACK";
        HttpRequest request = HttpRequest.newBuilder(stage.uri("/huggingface/" + repository + "/git-receive-pack"))
                .timeout(Stage.PATIENCE)
                .header("Content-Type", "application/x-git-receive-pack-request")
                .POST(HttpRequest.BodyPublishers.ofString(pack))
                .build();
        return stage.client().send(request, BodyHandlers.ofString());
    }

    private String commitAtMain() throws Exception {
        return stage.head("acme/tiny/resolve/main/config.json")
                .headers()
                .firstValue("x-repo-commit")
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/tiny", "acme/tiny.git"})
    void aPushByGitIsSeenAtOnce(String repository) throws Exception {
        HubRepository tiny = hub.repo("models", "acme/tiny");
        String before = commitAtMain();
        tiny.file("config.json", "{}");
        assertThat(push(repository).body()).contains("ok refs/heads/main");
        assertThat(tiny.sha()).isNotEqualTo(before);
        assertThat(commitAtMain()).isEqualTo(tiny.sha());
    }

    /** What the Hub says now, said when the gate is open. */
    private Fault answeredLater(Gate gate) {
        HubRepository tiny = hub.repo("models", "acme/tiny");
        HubFile config = tiny.at("config.json");
        Fields fields = Fields.of("X-Repo-Commit", tiny.sha(), "ETag", "\"" + config.identity() + "\"");
        return reply -> {
            reply.waitAt(gate);
            return Fault.answer(200, fields, new String(config.content().bytes(), StandardCharsets.UTF_8))
                    .strike(reply);
        };
    }

    /** A question about main that the Hub has answered already, but whose answer waits at the gate. */
    private Future<String> askSlowly(ExecutorService pool, Gate gate) throws Exception {
        hub.failOnce(r -> r.path().contains("/resolve/main/config.json"), answeredLater(gate));
        Future<String> asked = pool.submit(this::commitAtMain);
        gate.awaitReached();
        stage.clock.advance(Duration.ofSeconds(1));
        return asked;
    }

    @Test
    void aResponseFromBeforeAPushDoesNotRestoreTheOldBranch() throws Exception {
        HubRepository tiny = hub.repo("models", "acme/tiny");
        Gate gate = new Gate();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> asked = askSlowly(pool, gate);
            tiny.file("config.json", "{}");
            push("acme/tiny");
            gate.open();
            asked.get(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        stage.awaitQuiet();
        assertThat(commitAtMain()).isEqualTo(tiny.sha());
    }

    @Test
    void aRequestAfterAPushDoesNotJoinAFetchFromBefore() throws Exception {
        HubRepository tiny = hub.repo("models", "acme/tiny");
        Gate gate = new Gate();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> asked = askSlowly(pool, gate);
            tiny.file("config.json", "{}");
            push("acme/tiny");
            Future<String> after = pool.submit(this::commitAtMain);
            assertThat(after.get(10, TimeUnit.SECONDS)).isEqualTo(tiny.sha());
            gate.open();
            asked.get(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aResponseDuringAPushIsRevalidatedWhenThePushHasEnded() throws Exception {
        HubRepository tiny = hub.repo("models", "acme/tiny");
        Gate gate = hub.gate(r -> r.path().endsWith("/git-receive-pack"), 4);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> pushed = pool.submit(() -> push("acme/tiny"));
            gate.awaitReached();
            commitAtMain();
            tiny.file("config.json", "{\"later\":true}").push();
            gate.open();
            pushed.get(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(commitAtMain()).isEqualTo(tiny.sha());
    }
}
