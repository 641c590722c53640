package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.TestHub;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an interrupted fill left is not fetched again. */
class ResumeTest {
    private static final int SIZE = 100_000_000;
    /** Where a stream begins that has come to 58.7 MB by runs of 8, 16 and 32 MiB. */
    private static final int FOURTH_RUN = 56 << 20;

    private static final String BIG = "acme/resume/resolve/main/big.bin";

    @TempDir
    Path dir;

    private final Content content = Content.generated(SIZE, 3);
    private TestHub hub;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.empty();
        hub.repo("models", "acme/resume").xet("big.bin", content).push();
        stage = Stage.ofHub(dir, hub.base()).streams(1).start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    @Test
    void aFillInterruptedByARestartGoesOnWhereItStopped() throws Exception {
        Gate most = hub.gate(r -> r.field("Range").orElse("").startsWith("bytes=" + FOURTH_RUN + "-"), 2_000_000);
        try (InputStream body = stage.client()
                .send(stage.request("GET", "/huggingface/" + BIG), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(body.readNBytes(50_000_000)).hasSize(50_000_000);
            most.awaitReached();
            stage.close();
        }
        most.open();
        hub.heal();
        hub.reset();
        stage.start();
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
        assertThat(hub.originBodyBytes()).isLessThanOrEqualTo(SIZE / 100 * 45);
    }
}
