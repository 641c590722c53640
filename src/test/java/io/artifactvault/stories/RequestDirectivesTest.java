package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §5.2.1 on the Hub's mount: how fresh an answer is to be is the client's wish, too. */
class RequestDirectivesTest {
    private static final String AT_MAIN = "acme/fast/resolve/main/note.txt";
    private static final String TREE = "api/models/acme/fast/tree/main";

    @TempDir
    Path dir;

    private TestHub hub;
    private Stage<byte[]> stage;
    private HubRepository repository;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        repository = hub.repo("models", "acme/fast").file("note.txt", "old");
        repository.push();
        stage = Stage.ofHub(dir, hub.base()).start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private String get(String below, String wish) throws Exception {
        HttpResponse<byte[]> answer = stage.get(below, "Cache-Control", wish);
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    private void warmAndMove() throws Exception {
        stage.get(AT_MAIN);
        stage.get(TREE);
        stage.awaitQuiet();
        repository.file("note.txt", "new").file("more.txt", "more").push();
        hub.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0"})
    void aRequestMayRevalidateABranchAtOnce(String wish) throws Exception {
        warmAndMove();
        stage.clock.advance(Duration.ofSeconds(2));
        assertThat(get(AT_MAIN, "max-age=60")).isEqualTo("200 old");
        assertThat(hub.requests()).isEmpty();
        assertThat(get(AT_MAIN, wish)).isEqualTo("200 new");
        assertThat(get(TREE, "only-if-cached")).startsWith("504 ");
        assertThat(get(TREE, wish)).startsWith("200 ").contains("more.txt");
        assertThat(get(AT_MAIN, "only-if-cached")).isEqualTo("200 new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "no-store"})
    void aFileAtACommitIsNotRevalidatedWhateverTheRequestDemands(String wish) throws Exception {
        String atCommit = "acme/fast/resolve/" + repository.sha() + "/note.txt";
        stage.get(atCommit);
        stage.awaitQuiet();
        hub.reset();
        assertThat(get(atCommit, wish)).isEqualTo("200 old");
        assertThat(hub.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"no-cache, STALE", "max-stale=100, STALE", "only-if-cached, 504"})
    void whileTheHubIsDownStaleResponsesAreServedIfTheRequestAllowsIt(String wish, String word) throws Exception {
        stage.get(AT_MAIN);
        stage.awaitQuiet();
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(90));
        HttpResponse<byte[]> answer = stage.get(AT_MAIN, "Cache-Control", wish);
        if (word.equals("504")) {
            assertThat(answer.statusCode()).isEqualTo(504);
        } else {
            assertThat(answer.body()).asString().isEqualTo("old");
            assertThat(answer.headers().firstValue("x-cache")).hasValue(word);
        }
    }

    @Test
    void onlyIfCachedSendsNoRequestAndRevealsNothingWithoutAccess() throws Exception {
        String gated = "acme/gated/resolve/main/config.json";
        String token = "Bearer " + StandardSet.ALICE_TOKEN;
        assertThat(get(AT_MAIN, "only-if-cached")).startsWith("504 ").contains("only-if-cached");
        assertThat(hub.requests()).isEmpty();
        assertThat(stage.get(gated, "Authorization", token).statusCode()).isEqualTo(200);
        stage.awaitQuiet();
        hub.reset();
        assertThat(get(gated, "only-if-cached")).startsWith("504 ");
        assertThat(stage.get(gated, "Authorization", token, "Cache-Control", "only-if-cached")
                        .statusCode())
                .isEqualTo(200);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aNoStoreRequestStoresNothing() throws Exception {
        assertThat(get(AT_MAIN, "no-store")).isEqualTo("200 old");
        stage.awaitQuiet();
        assertThat(get(AT_MAIN, "only-if-cached")).startsWith("504 ");
        assertThat(stage.get(AT_MAIN).headers().firstValue("x-cache")).hasValue("MISS");
    }
}
