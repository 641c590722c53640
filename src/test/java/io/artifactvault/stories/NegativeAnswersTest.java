package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.ScriptedOrigin;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** "Not found" may be wrong for a moment: it is believed for long only after a second look. */
class NegativeAnswersTest extends HubStory {
    private static final Duration NEGATIVE_TTL = Duration.ofSeconds(30);
    private static final Duration CONFIRMED = Duration.ofMinutes(10);
    private static final String OPEN = "acme/tiny/resolve/main/config.json";

    @TempDir
    Path folder;

    private String commit = "";

    @BeforeEach
    void open() throws Exception {
        commit = ask(OPEN).headers().firstValue("x-repo-commit").orElseThrow();
    }

    private HttpResponse<byte[]> ask(String below, String... fields) throws Exception {
        HttpResponse<byte[]> answer = stage.get(below, fields);
        stage.awaitQuiet();
        return answer;
    }

    /** Asks for what is missing, at a moment when the caller is known to be let in. */
    private int askedUpstream(String below, int expected, String... fields) throws Exception {
        ask(OPEN);
        hub.reset();
        assertThat(ask(below, fields).statusCode()).isEqualTo(expected);
        return hub.requests().size();
    }

    private String missing(String form) {
        return form.replace("COMMIT", commit);
    }

    private void hubIsWrongOnce() {
        hub.failOnce(
                request -> !request.path().contains("config.json"),
                Fault.answer(
                        404,
                        Fields.of("X-Error-Code", "EntryNotFound", "X-Repo-Commit", commit),
                        "{\"error\":\"Entry not found\"}"));
    }

    @ParameterizedTest
    @CsvSource({
        "acme/tiny/resolve/COMMIT/one.txt,false",
        "acme/tiny/resolve/COMMIT/one.txt,true",
        "acme/tiny/resolve/COMMIT/model.safetensors,false",
        "api/models/acme/tiny/tree/COMMIT?recursive=false,false",
        "api/models/acme/tiny/tree/COMMIT?recursive=false,true"
    })
    void aFileThatTheHubDeniedBrieflyIsFoundAgainAfterNegativeTtl(String form, boolean restarts) throws Exception {
        String below = missing(form);
        hubIsWrongOnce();
        assertThat(ask(below).statusCode()).isEqualTo(404);
        assertThat(askedUpstream(below, 404)).isZero();
        if (restarts) {
            stage.restart();
        }
        stage.clock.advance(NEGATIVE_TTL);

        assertThat(ask(below).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme/tiny/resolve/COMMIT/nope.json",
                "acme/tiny/resolve/main/nope.json",
                "api/models/acme/tiny/tree/COMMIT/nope?recursive=false"
            })
    void aSecond404IsFreshForTenMinutes(String form) throws Exception {
        String below = missing(form);
        assertThat(askedUpstream(below, 404)).isEqualTo(1);
        stage.clock.advance(NEGATIVE_TTL);
        assertThat(askedUpstream(below, 404)).isEqualTo(1);
        stage.clock.advance(CONFIRMED.minusSeconds(1));
        assertThat(askedUpstream(below, 404)).isZero();
        stage.clock.advance(Duration.ofSeconds(1));
        assertThat(askedUpstream(below, 404)).isEqualTo(1);
    }

    @Test
    void aSecond404WithinNegativeTtlConfirmsNothing() throws Exception {
        String below = missing("acme/tiny/resolve/COMMIT/nope.json");
        ask(below);
        stage.clock.advance(Duration.ofSeconds(3));
        assertThat(askedUpstream(below, 404, "Cache-Control", "no-cache")).isEqualTo(1);
        stage.clock.advance(NEGATIVE_TTL);

        assertThat(askedUpstream(below, 404)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme/tiny/resolve/COMMIT/nope.json",
                "api/models/acme/tiny/tree/COMMIT/nope?recursive=false",
                "acme/tiny/resolve/no-such-branch/config.json"
            })
    void noCacheRevalidatesOnceTheMinimumIntervalIsOver(String form) throws Exception {
        String below = missing(form);
        ask(below);
        assertThat(askedUpstream(below, 404, "Cache-Control", "no-cache")).isZero();
        stage.clock.advance(Duration.ofSeconds(2));

        assertThat(askedUpstream(below, 404, "Cache-Control", "no-cache")).isEqualTo(1);
    }

    @Test
    void aStored404IsServedWhileTheHubIsDownWithoutInternalFields() throws Exception {
        String below = missing("acme/tiny/resolve/COMMIT/nope.json");
        ask(below);
        stage.clock.advance(NEGATIVE_TTL);
        hub.stop();

        HttpResponse<byte[]> answer = ask(below);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("x-cache")).hasValue("STALE");
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.contains("absent"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a404FromAClockThatWasAheadIsRevalidatedOnce(boolean restarts) throws Exception {
        String missing = "acme/tiny/resolve/main/missing.json";
        ask("acme/tiny/resolve/main/config.json");
        ask(missing);
        stage.clock.advance(Duration.ofDays(-365));
        if (restarts) {
            stage.restart();
        }
        ask("acme/tiny/resolve/main/config.json");
        hub.reset();
        assertThat(ask(missing).statusCode()).isEqualTo(404);
        assertThat(hub.requests()).hasSize(1);
        assertThat(ask(missing).statusCode()).isEqualTo(404);
        assertThat(hub.requests()).hasSize(1);
    }

    private static OriginHandler saying(int status, String... fields) {
        return (request, reply) ->
                reply.status(status).fields(Fields.of(fields)).answer("x");
    }

    private Stage<String> http(ScriptedOrigin origin) throws Exception {
        return Stage.ofFiles(folder, origin.base())
                .files(files -> files.following(PrivateTargets.NONE).defaultTtl(Optional.of(Duration.ofDays(1))))
                .start();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405, 410, 414, 501})
    void anErrorOfAnyOriginWithoutALifetimeIsTreatedAlike(int status) throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", saying(status));
                Stage<String> http = http(origin)) {
            http.get("a");
            http.clock.advance(NEGATIVE_TTL.minusSeconds(1));
            assertThat(http.get("a").headers().map().keySet()).noneMatch(name -> name.contains("absent"));
            assertThat(origin.requests()).hasSize(1);
            http.clock.advance(Duration.ofSeconds(1));
            http.get("a");
            assertThat(origin.requests()).hasSize(2);
            http.restart();
            http.clock.advance(CONFIRMED.minusSeconds(1));
            http.get("a");
            assertThat(origin.requests()).hasSize(2);
            http.clock.advance(Duration.ofSeconds(1));
            http.get("a");
            assertThat(origin.requests()).hasSize(3);
        }
    }

    @Test
    void a304ForAStoredErrorConfirmsIt() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", saying(404, "ETag", "\"e\""));
                Stage<String> http = http(origin)) {
            http.get("a");
            http.clock.advance(NEGATIVE_TTL);
            origin.handler((request, reply) -> reply.status(304).sendHead());
            assertThat(http.get("a").statusCode()).isEqualTo(404);
            http.clock.advance(CONFIRMED.minusSeconds(1));
            assertThat(http.get("a").statusCode()).isEqualTo(404);

            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void anErrorBehindARedirectIsNoExceptionAndItsOwnLifetimeCounts() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", (request, reply) -> {
                    if (request.path().endsWith("/away")) {
                        reply.status(301).field("Location", "/gone").answer("");
                    } else if (request.path().endsWith("/own")) {
                        reply.status(404).field("Cache-Control", "max-age=3600").answer("x");
                    } else {
                        reply.status(404).answer("x");
                    }
                });
                Stage<String> http = http(origin)) {
            http.get("away");
            http.get("own");
            http.clock.advance(NEGATIVE_TTL);
            int before = origin.requests().size();
            http.get("own");
            assertThat(origin.requests()).hasSize(before);
            http.get("away");
            assertThat(origin.requests()).hasSize(before + 2);
        }
    }
}
