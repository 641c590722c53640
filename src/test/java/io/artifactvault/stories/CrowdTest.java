package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.TestHub;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many readers of one cold file ride on one fill. */
class CrowdTest {
    private static final long SIZE = 48_000_000;
    private static final String BIG = "acme/crowd/resolve/main/big.bin";

    @TempDir
    Path dir;

    private final Content content = Content.generated(SIZE, 42);
    private TestHub hub;
    private Stage<byte[]> stage;
    private ExecutorService clients;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.empty();
        hub.repo("models", "acme/crowd").xet("big.bin", content).push();
        stage = Stage.ofHub(dir, hub.base()).start();
        clients = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterEach
    void close() {
        clients.shutdownNow();
        stage.close();
        hub.close();
    }

    /** The stream that begins in the middle of the file. */
    private static boolean isHalf(OriginRequest request) {
        return request.field("Range").orElse("").startsWith("bytes=" + (24 << 20) + "-");
    }

    private HttpResponse<InputStream> ask(String... fields) throws Exception {
        return stage.client().send(stage.request("GET", "/huggingface/" + BIG, fields), BodyHandlers.ofInputStream());
    }

    private static String sha256(InputStream body) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream in = new DigestInputStream(body, digest)) {
            byte[] buffer = new byte[65_536];
            while (in.read(buffer) >= 0) {
                // The stream hashes as it is read.
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void fiftyClientsOfOneColdFileCostOneFetchAndGetEveryByte() throws Exception {
        List<Future<String>> sums = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sums.add(clients.submit(() -> sha256(ask().body())));
        }
        for (Future<String> sum : sums) {
            assertThat(sum.get(120, TimeUnit.SECONDS)).isEqualTo(content.sha256());
        }
        assertThat(hub.originBodyBytes()).isEqualTo(SIZE);
    }

    @Test
    void theFirstBytesArriveBeforeTheOriginHasFinishedAndAFollowerCatchesUp() throws Exception {
        Gate half = hub.gate(CrowdTest::isHalf, 0);
        try (InputStream first = ask().body();
                InputStream second = ask().body()) {
            assertThat(first.readNBytes(1_000_000)).isEqualTo(content.bytes(0, 1_000_000));
            half.awaitReached();
            assertThat(second.readNBytes(20_000_000)).hasSize(20_000_000);
            half.open();
            assertThat(second.readAllBytes()).hasSize((int) (SIZE - 20_000_000));
        }
    }

    @Test
    void aClientThatLeavesDisturbsNoOtherAndTheFillContinues() throws Exception {
        Gate half = hub.gate(CrowdTest::isHalf, 0);
        InputStream leaver = ask().body();
        assertThat(leaver.readNBytes(1000)).hasSize(1000);
        CompletableFuture<String> stayer = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return sha256(ask().body());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                clients);
        half.awaitReached();
        leaver.close();
        half.open();
        assertThat(stayer.get(60, TimeUnit.SECONDS)).isEqualTo(content.sha256());
        assertThat(hub.originBodyBytes()).isEqualTo(SIZE);
    }

    @Test
    void aFillWithoutClientsIsFinishedForTheNext() throws Exception {
        Gate start = hub.gate(Asked.cdn(), 1_000_000);
        InputStream leaver = ask().body();
        assertThat(leaver.readNBytes(1000)).hasSize(1000);
        start.awaitReached();
        leaver.close();
        start.open();
        assertThat(sha256(ask().body())).isEqualTo(content.sha256());
        assertThat(hub.originBodyBytes()).isEqualTo(SIZE);
    }

    @Test
    void aRangeOfAFileThatIsStillBeingFilledIsExactAndDoesNotWaitForTheRest() throws Exception {
        Gate half = hub.gate(CrowdTest::isHalf, 0);
        try (InputStream first = ask().body()) {
            assertThat(first.readNBytes(1)).hasSize(1);
            half.awaitReached();
            HttpResponse<InputStream> part = ask("Range", "bytes=1000000-1000999");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body().readAllBytes()).isEqualTo(content.bytes(1_000_000, 1000));
            hub.heal();
            HttpResponse<InputStream> tail = ask("Range", "bytes=-500");
            assertThat(tail.body().readAllBytes()).isEqualTo(content.bytes(SIZE - 500, 500));
            half.open();
            assertThat(first.readAllBytes()).hasSize((int) SIZE - 1);
        }
        assertThat(hub.originBodyBytes()).isLessThan(SIZE / 100 * 105);
    }
}
