package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.MinimumRate;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.RawOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An origin that drips holds no fill: neither with its readers nor after they have left. What is passed on may be slow. */
@Timeout(120)
class SlowOriginTest {
    private static final OriginSettings DEMANDING =
            OriginSettings.defaults().withMinimumRate(new MinimumRate(1 << 20, Duration.ofMillis(200)));

    @TempDir
    Path folder;

    private final CountDownLatch over = new CountDownLatch(1);

    private RawOrigin dripping(String cacheControl, String framing) throws IOException {
        return RawOrigin.open(peer -> {
            while (peer.readHead() != null) {
                peer.send("HTTP/1.1 200 OK\r\nCache-Control: " + cacheControl + "\r\n" + framing + "\r\n\r\n");
                for (int i = 0; over.getCount() > 0; i++) {
                    peer.send(framing.startsWith("Transfer") ? "1\r\nx\r\n" : "x");
                    Thread.sleep(2);
                }
                return;
            }
        });
    }

    private Stage<String> stage(RawOrigin origin) throws IOException {
        return Stage.ofFiles(folder, origin.uri("").toString())
                .origin(DEMANDING)
                .start();
    }

    private static HttpResponse<InputStream> open(Stage<String> stage) throws Exception {
        return stage.client().send(HttpRequest.newBuilder(stage.uri("drip")).build(), BodyHandlers.ofInputStream());
    }

    @Test
    void aDrippingBodyThatIsKeptIsCut() throws Exception {
        try (RawOrigin origin = dripping("max-age=60", "Transfer-Encoding: chunked");
                Stage<String> stage = stage(origin);
                InputStream body = open(stage).body()) {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            stage.awaitQuiet();
            assertThat(stage.vault().openFills()).isZero();
        } finally {
            over.countDown();
        }
    }

    @Test
    void aDrippingFillThatItsReadersHaveLeftEnds() throws Exception {
        try (RawOrigin origin = dripping("max-age=60", "ETag: \"v\"\r\nContent-Length: 100000000");
                Stage<String> stage = stage(origin)) {
            try (InputStream body = open(stage).body()) {
                assertThat(body.read()).isEqualTo('x');
            }
            stage.awaitQuiet();
            assertThat(stage.vault().openFills()).isZero();
        } finally {
            over.countDown();
        }
    }

    @Test
    void aDrippingBodyThatIsPassedOnIsNotCut() throws Exception {
        try (RawOrigin origin = dripping("no-store", "Transfer-Encoding: chunked");
                Stage<String> stage = stage(origin);
                InputStream body = open(stage).body()) {
            // More than a window's worth of waiting.
            assertThat(body.readNBytes(400)).hasSize(400);
        } finally {
            over.countDown();
        }
    }
}
