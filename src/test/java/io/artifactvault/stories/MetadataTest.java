package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A branch is asked for once in its ttl, whoever asks for whatever of it; all that hangs on a commit is kept. */
class MetadataTest extends HubStory {
    private static final int FILES = 200;
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;
    private static final List<String> NAMES = IntStream.range(0, FILES)
            .mapToObj(i -> String.format(Locale.ROOT, "part-%d/file-%03d.txt", i % 7, i))
            .toList();

    private HubRepository wide;

    @BeforeEach
    void push() {
        wide = hub.repo("models", "acme/wide");
        NAMES.forEach(name -> wide.file(name, "This is " + name + "\n"));
        wide.push();
    }

    private HttpResponse<byte[]> ask(String token, String method, String below) throws Exception {
        return token.isEmpty() ? stage.send(method, below) : stage.send(method, below, "Authorization", token);
    }

    private void expect(int status, String token, String method, String below) throws Exception {
        assertThat(ask(token, method, below).statusCode())
                .as(method + " " + below)
                .isEqualTo(status);
    }

    /** What huggingface_hub asks since 1.22, with an empty cache of its own. */
    private void snapshotDownload(String token) throws Exception {
        expect(200, token, "GET", "api/models/acme/wide/revision/main");
        expect(200, token, "GET", "api/models/acme/wide/tree/" + wide.sha() + "?recursive=true&expand=false");
        everyFile(token, wide.sha());
    }

    /** What huggingface_hub 0.x asks for each file. */
    private void everyFile(String token, String revision) throws Exception {
        for (String name : NAMES) {
            expect(200, token, "HEAD", "acme/wide/resolve/" + revision + "/" + name);
            expect(200, token, "GET", "acme/wide/resolve/" + revision + "/" + name);
        }
    }

    /** What transformers asks, misses included. */
    private void fromPretrained(String token) throws Exception {
        expect(200, token, "GET", "api/models/acme/wide");
        expect(404, token, "HEAD", "acme/wide/resolve/" + wide.sha() + "/adapter_config.json");
        expect(404, token, "GET", "api/models/acme/wide/tree/main/additional_chat_templates?recursive=false");
        expect(200, token, "GET", "api/models/acme/wide/tree/main?recursive=true");
        expect(404, token, "HEAD", "acme/wide/resolve/main/tokenizer.json");
        everyFile(token, "main");
    }

    @ParameterizedTest
    @CsvSource({
        "snapshot,''",
        "pretrained,''",
        "files,''",
        "mixed,''",
        "snapshot,alice",
        "pretrained,alice",
        "files,alice"
    })
    void aWarmRepositoryOf200FilesCostsAtMostOneQuestionInEachTtl(String job, String who) throws Exception {
        String token = who.isEmpty() ? "" : ALICE;
        run(job, token);
        stage.awaitQuiet();
        // What is missing is believed for long once the Hub has said so again.
        stage.clock.advance(Duration.ofSeconds(61));
        run(job, token);
        stage.awaitQuiet();
        for (int window = 0; window < 6; window++) {
            stage.clock.advance(Duration.ofSeconds(61));
            hub.reset();
            run(job, token);
            stage.awaitQuiet();
            assertThat(hub.requests()).as("window " + window).hasSizeLessThanOrEqualTo(1);
        }
    }

    private void run(String job, String token) throws Exception {
        switch (job) {
            case "snapshot" -> snapshotDownload(token);
            case "pretrained" -> fromPretrained(token);
            case "files" -> everyFile(token, "main");
            default -> {
                everyFile(token, "main");
                fromPretrained(token);
                snapshotDownload(token);
            }
        }
    }

    @Test
    void filesAndJsonMoveToANewCommitTogether() throws Exception {
        stage.get("acme/wide/resolve/main/" + NAMES.getFirst());
        assertThat(stage.get("api/models/acme/wide/tree/main?recursive=true").statusCode())
                .isEqualTo(200);
        String before = wide.sha();
        String after = wide.file("new.txt", "new").push();
        assertThat(tree()).doesNotContain("new.txt");
        assertThat(commitOf(stage.head("acme/wide/resolve/main/" + NAMES.getLast())))
                .isIn(before, after);
        stage.clock.advance(Duration.ofSeconds(61));
        assertThat(tree()).contains("new.txt");
        assertThat(commitOf(stage.head("acme/wide/resolve/main/" + NAMES.getFirst())))
                .isEqualTo(after);
        assertThat(new String(stage.get("api/models/acme/wide").body(), StandardCharsets.UTF_8))
                .contains(after);
    }

    private String tree() throws Exception {
        return new String(
                stage.get("api/models/acme/wide/tree/main?recursive=true").body(), StandardCharsets.UTF_8);
    }

    private static String commitOf(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("x-repo-commit").orElseThrow();
    }

    @Test
    void aPushThroughTheVaultIsSeenAtOnce() throws Exception {
        expect(200, "", "GET", "api/models/acme/wide");
        String after = wide.file("pushed.txt", "pushed").push();
        hub.fail(Asked.path("/commit/main"), Fault.answer(200, Fields.of("Content-Type", "application/json"), "{}"));
        expect(200, ALICE, "POST", "api/models/acme/wide/commit/main");
        assertThat(commitOf(stage.head("acme/wide/resolve/main/pushed.txt"))).isEqualTo(after);
        assertThat(tree()).contains("pushed.txt");
    }

    @Test
    void aTreeIsServedStaleWhileTheHubIsAway() throws Exception {
        tree();
        hub.stop();
        stage.clock.advance(Duration.ofHours(1));
        HttpResponse<byte[]> stale = stage.get("api/models/acme/wide/tree/main?recursive=true");
        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(stale.headers().firstValue("x-cache")).hasValue("STALE");
        assertThat(stage.get("api/models/acme/wide/tree/main?recursive=true&limit=7")
                        .statusCode())
                .isIn(502, 504);
    }

    @Test
    void aTreeOfNoBranchIsRefusedAsTheHubRefusesTheBranch() throws Exception {
        HttpResponse<byte[]> answer = stage.get("api/models/acme/wide/tree/nope");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("x-error-code")).hasValue("RevisionNotFound");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("Invalid rev id");
        hub.reset();
        assertThat(stage.get("api/models/acme/wide/tree/nope").statusCode()).isEqualTo(404);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aMissingFolderOfACommitIsRevalidatedWithinTenMinutes() throws Exception {
        String absent = "api/models/acme/wide/tree/" + wide.sha() + "/nowhere";
        expect(404, "", "GET", absent);
        expect(200, "", "GET", "api/models/acme/wide");
        stage.clock.advance(Duration.ofMinutes(1));
        expect(404, "", "GET", absent);
        stage.clock.advance(Duration.ofSeconds(599));
        expect(200, "", "GET", "api/models/acme/wide");
        hub.reset();
        HttpResponse<byte[]> again = stage.get(absent);
        assertThat(again.statusCode()).isEqualTo(404);
        assertThat(again.headers().firstValue("x-error-code")).hasValue("EntryNotFound");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void pathsInAnyFormAndOrderAreRequestedOnce() throws Exception {
        HttpResponse<byte[]> form = paths("application/x-www-form-urlencoded", "paths=part-0&paths=nope&expand=False");
        hub.reset();
        HttpResponse<byte[]> json = paths("application/json", "{\"paths\":[\"nope\",\"part-0\"],\"expand\":false}");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.body()).isEqualTo(form.body());
        assertThat(json.headers().firstValue("x-cache")).hasValue("HIT");
        assertThat(hub.requests()).isEmpty();
        assertThat(paths("application/json", "{\"paths\":[").statusCode()).isEqualTo(400);
    }

    private HttpResponse<byte[]> paths(String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(stage.uri("/huggingface/api/models/acme/wide/paths-info/main"))
                .timeout(Stage.PATIENCE)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return stage.client().send(request, BodyHandlers.ofByteArray());
    }

    @Test
    void anOverlongQueryIsRefused() throws Exception {
        assertThat(paths("application/json", "x".repeat(2_000_000)).statusCode())
                .isEqualTo(413);
        assertThat(hub.requests()).isEmpty();
    }
}
