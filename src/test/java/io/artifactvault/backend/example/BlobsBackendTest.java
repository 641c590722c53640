package io.artifactvault.backend.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example behind a real vault, in front of a server that answers as its ecosystem does. */
class BlobsBackendTest {
    private static final Content CONTENT = Content.generated(300_000, 7);
    private static final Content WRONG = Content.generated(300_000, 8);

    @TempDir
    Path dir;

    private ScriptedOrigin origin;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        origin = ScriptedOrigin.open("127.0.0.1", this::answer);
        stage = Stage.of(
                        dir,
                        new BlobsSettings(
                                "blobs",
                                "/blobs/",
                                URI.create(origin.base() + "/files"),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30)))
                .start();
    }

    @AfterEach
    void close() {
        stage.close();
        origin.close();
    }

    /** The second content is not what its name says. */
    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        if (List.of("/files/" + CONTENT.sha256(), "/files/" + WRONG.sha256()).contains(request.path())) {
            reply.field("Content-Type", "application/octet-stream").serve(CONTENT);
        } else {
            reply.status(404).answer("no such content");
        }
    }

    private static String xCache(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Cache").orElse("none");
    }

    @Test
    void contentIsFetchedOnceAndThenServedFromTheStore() throws Exception {
        HttpResponse<byte[]> cold = stage.get(CONTENT.sha256());
        HttpResponse<byte[]> warm = stage.get(CONTENT.sha256());

        assertThat(List.of(xCache(cold), xCache(warm))).containsExactly("MISS", "HIT");
        assertThat(cold.body()).isEqualTo(CONTENT.bytes());
        assertThat(warm.body()).isEqualTo(CONTENT.bytes());
        assertThat(warm.headers().firstValue("ETag")).hasValue("\"" + CONTENT.sha256() + "\"");
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void contentThatDoesNotMatchItsDigestIsNeverDeliveredComplete() {
        assertThat(catchThrowable(() -> stage.get(WRONG.sha256()))).isInstanceOf(IOException.class);
    }

    @Test
    void a404IsRemembered() throws Exception {
        String unknown = "0".repeat(64);
        assertThat(stage.get(unknown).statusCode()).isEqualTo(404);
        assertThat(stage.get(unknown).statusCode()).isEqualTo(404);
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void aPathThatIsNoDigestNeedsNoUpstream() throws Exception {
        assertThat(stage.get("../etc/passwd").statusCode()).isBetween(400, 404);
        assertThat(stage.get("ABC").statusCode()).isEqualTo(404);
        assertThat(origin.requests()).isEmpty();
    }
}
