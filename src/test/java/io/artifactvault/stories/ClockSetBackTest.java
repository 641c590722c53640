package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was received while the clock was ahead is asked for anew once it is right, and then kept as usual. */
class ClockSetBackTest extends HubStory {
    private static final Duration BACK = Duration.ofDays(-365);
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;

    @TempDir
    Path folder;

    /** The body of each response is the number of its request. */
    private static ScriptedOrigin origin(String control) {
        ScriptedOrigin[] origin = new ScriptedOrigin[1];
        origin[0] = ScriptedOrigin.open(
                "127.0.0.1",
                (request, reply) -> reply.field("Cache-Control", control)
                        .answer(Integer.toString(origin[0].requests().size())));
        return origin[0];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | false",
                "max-age=60 | true",
                "max-age=60, stale-while-revalidate=600 | false",
                "max-age=60, stale-while-revalidate=600 | true"
            })
    void aSharedResponseIsRevalidatedOnce(String control, boolean restarts) throws Exception {
        try (ScriptedOrigin origin = origin(control);
                Stage<String> http = Stage.ofFiles(folder, origin.base()).start()) {
            assertThat(http.get("a").body()).isEqualTo("1");
            http.clock.advance(BACK);
            if (restarts) {
                http.restart();
            }

            assertThat(http.get("a").body()).isEqualTo("2");
            assertThat(http.get("a").body()).isEqualTo("2");
        }
    }

    @Test
    void noFloorBetweenRevalidationsCountsFromTheFuture() throws Exception {
        try (ScriptedOrigin origin = origin("max-age=60");
                Stage<String> http = Stage.ofFiles(folder, origin.base()).start()) {
            http.get("a");
            http.clock.advance(BACK);

            assertThat(http.get("a", "Cache-Control", "max-age=0").body()).isEqualTo("2");
        }
    }

    private HttpResponse<byte[]> ask(String token, String below) throws Exception {
        HttpResponse<byte[]> answer = token.isEmpty() ? stage.get(below) : stage.get(below, "Authorization", token);
        stage.awaitQuiet();
        return answer;
    }

    @ParameterizedTest
    @CsvSource({
        "'',acme/tiny/resolve/main/config.json,false",
        "'',acme/tiny/resolve/main/config.json,true",
        "'',api/models/acme/tiny,false",
        "'',api/models/acme/tiny,true",
        "alice,acme/gated/resolve/main/only-here.bin,false",
        "alice,acme/gated/resolve/main/only-here.bin,true",
        "alice,api/models/acme/secret,false",
        "'',acme/tiny/resolve/nope/config.json,false"
    })
    void theHubIsAskedOnceAndItsResponseIsStoredAgain(String who, String below, boolean restarts) throws Exception {
        String token = who.isEmpty() ? "" : ALICE;
        int before = ask(token, below).statusCode();
        stage.clock.advance(BACK);
        if (restarts) {
            stage.restart();
        }
        hub.reset();
        assertThat(ask(token, below).statusCode()).isEqualTo(before);
        assertThat(hub.requests()).isNotEmpty();

        hub.reset();
        assertThat(ask(token, below).statusCode()).isEqualTo(before);
        assertThat(hub.requests()).extracting(OriginRequest::path).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void storedResponsesAreServedWhileTheHubIsDown(boolean restarts) throws Exception {
        ask("", "acme/tiny/resolve/main/config.json");
        stage.clock.advance(BACK);
        if (restarts) {
            stage.restart();
        }
        hub.stop();

        assertThat(ask("", "acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(200);
    }
}
