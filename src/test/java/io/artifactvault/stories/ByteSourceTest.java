package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hit is a response of which no byte comes from upstream. */
@Timeout(120)
class ByteSourceTest extends HubStory {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";

    @TempDir
    Path folder;

    private static String word(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Cache").orElseThrow();
    }

    private static String status(HttpResponse<?> answer) {
        return answer.headers().firstValue("Cache-Status").orElseThrow();
    }

    /** Content of ten bytes, whole or the part that is asked for. */
    private static OriginHandler ranged(Gate gate) {
        return (request, reply) -> {
            reply.field("Cache-Control", "max-age=600").field("ETag", "\"e\"");
            String range = request.field("Range").orElse("");
            if (range.equals("bytes=0-4")) {
                reply.status(206).field("Content-Range", "bytes 0-4/10").answer("01234");
            } else if (range.startsWith("bytes=5-")) {
                reply.status(206).field("Content-Range", "bytes 5-9/10").answer("56789");
            } else {
                reply.gateAfter(5, gate).answer("0123456789");
            }
        };
    }

    @Test
    void partlyStoredContentIsNoHitUntilTheRestIsStored() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", ranged(new Gate()));
                Stage<String> http = Stage.ofFiles(folder, origin.base()).start()) {
            http.get("a", "Range", "bytes=0-4");
            assertThat(word(http.get("a", "Range", "bytes=0-4"))).isEqualTo("HIT");
            HttpResponse<String> whole = http.get("a");
            assertThat(whole.body()).isEqualTo("0123456789");
            assertThat(word(whole)).isEqualTo("MISS");
            assertThat(status(whole)).contains("fwd=partial").doesNotContain("hit");
            assertThat(word(http.get("a"))).isEqualTo("HIT");
        }
    }

    @Test
    void aReaderOfAnothersFetchIsReportedAsJoined() throws Exception {
        Gate gate = new Gate();
        try (ScriptedOrigin origin = ScriptedOrigin.open(
                        "127.0.0.1",
                        (request, reply) -> reply.field("Cache-Control", "max-age=600")
                                .gateAfter(5, gate)
                                .answer("0123456789"));
                Stage<String> http = Stage.ofFiles(folder, origin.base()).start()) {
            HttpRequest request = HttpRequest.newBuilder(http.uri("a"))
                    .timeout(Stage.PATIENCE)
                    .build();
            HttpResponse<InputStream> first = http.client().send(request, BodyHandlers.ofInputStream());
            HttpResponse<InputStream> second = http.client().send(request, BodyHandlers.ofInputStream());
            gate.open();

            assertThat(word(first)).isEqualTo("MISS");
            assertThat(word(second)).isEqualTo("JOINED");
            assertThat(status(second)).contains("collapsed").doesNotContain("hit");
            assertThat(new String(second.body().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("0123456789");
            first.body().close();
            http.awaitQuiet();
            assertThat(word(http.get("a"))).isEqualTo("HIT");
        }
    }

    @Test
    void aGrowingFileOfTheHubIsNoHitAndWhyExplainsIt() throws Exception {
        Gate gate = new Gate();
        String pinned = WEIGHTS.replace(
                "main",
                stage.head(WEIGHTS).headers().firstValue("x-repo-commit").orElseThrow());
        hub.fail(Asked.cdn().and(Asked.get()), Fault.stallAfter(1000, gate));
        HttpRequest request = stage.request("GET", "/huggingface/" + pinned);
        HttpResponse<InputStream> first = stage.client().send(request, BodyHandlers.ofInputStream());
        HttpResponse<InputStream> second = stage.client().send(request, BodyHandlers.ofInputStream());
        gate.open();
        assertThat(word(first)).isEqualTo("MISS");
        assertThat(word(second)).isEqualTo("JOINED");
        second.body().readAllBytes();
        first.body().readAllBytes();
        stage.awaitQuiet();

        String id = second.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(operator.get("/admin/why/" + id).body()).contains("JOINED").contains("fetch in progress");
        assertThat(operator.get("/metrics").body()).contains("outcome=\"joined\"");
        assertThat(word(stage.get(pinned))).isEqualTo("HIT");
    }

    @Test
    void theFirstReadAfterAStartIsAHitAlthoughItIsChecked() throws Exception {
        stage.get(WEIGHTS);
        stage.awaitQuiet();
        stage.restart();

        assertThat(word(stage.get(WEIGHTS))).isEqualTo("HIT");
    }
}
