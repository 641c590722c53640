package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.TestHub;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails costs the cache, never a client: every byte arrives, and caching comes back with the disk. */
class DiskTroubleTest {
    private static final int SIZE = 8_000_000;
    private static final String SMALL = "acme/full/resolve/main/small.json";
    private static final String BIG = "acme/full/resolve/main/big.bin";

    @TempDir
    Path dir;

    private final Content content = Content.generated(SIZE, 7);
    private final FaultyDisk disk = new FaultyDisk();
    private TestHub hub;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.empty();
        hub.repo("models", "acme/full")
                .xet("big.bin", content)
                .file("small.json", "{\"small\":true}")
                .push();
        stage = Stage.ofHub(dir, hub.base())
                .blobs(settings -> disk.store(settings, Clock.systemUTC(), Duration.ofMillis(50)))
                .start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private String readiness() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + stage.vault().adminPort() + "/readyz");
        return stage.client()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private void awaitReadiness(String word) throws Exception {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (!readiness().contains(word) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(readiness()).contains(word);
    }

    @Test
    void clientsOfAFillWhoseDiskFailsInTheMiddleGetEveryByte() throws Exception {
        Gate half = hub.gate(Asked.cdn(), SIZE / 2);
        List<InputStream> bodies = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            HttpResponse<InputStream> answer =
                    stage.client().send(stage.request("GET", "/huggingface/" + BIG), BodyHandlers.ofInputStream());
            bodies.add(answer.body());
        }
        half.awaitReached();
        disk.refuse(FaultyDisk.Step.WRITE);
        half.open();
        for (InputStream body : bodies) {
            assertThat(body.readAllBytes()).isEqualTo(content.bytes());
        }
    }

    @Test
    void whileTheDiskRefusesWritesResponsesPassThroughAndReadinessSaysWhy() throws Exception {
        disk.refuse(FaultyDisk.Step.CREATE);
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
        assertThat(readiness()).contains("degraded", "reason");
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
        disk.heal();
        awaitReadiness("\"ready\"");
        stage.get(BIG);
        hub.reset();
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void afterAFileLargerThanTheWholeDiskASmallOneIsCached() throws Exception {
        disk.holdAtMost(SIZE / 4, dir);
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
        awaitReadiness("\"ready\"");
        stage.get(SMALL);
        stage.awaitQuiet();
        hub.stop();
        assertThat(stage.get(SMALL).body()).asString().contains("small");
    }

    @Test
    void aFailedSyncKeepsNothingAndTheClientIsServed() throws Exception {
        disk.refuse(FaultyDisk.Step.FORCE);
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
        disk.heal();
        awaitReadiness("\"ready\"");
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
    }
}
