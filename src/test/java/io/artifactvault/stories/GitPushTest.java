package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.HubRepository;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

    @Test
    void whatIsLearntWhileAPushIsUnderWayIsAskedAgainWhenItHasEnded() throws Exception {
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
