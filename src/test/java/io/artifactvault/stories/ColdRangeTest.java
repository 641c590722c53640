package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.TestHub;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges of files that are not here cost upstream what was asked for, once. */
class ColdRangeTest {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 64 * MIB + 12_345;
    private static final String BIG = "acme/ranges/resolve/main/big.bin";

    @TempDir
    Path dir;

    private final Content content = Content.generated(SIZE, 7);
    private TestHub hub;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.empty();
        hub.repo("models", "acme/ranges").xet("big.bin", content).push();
        stage = Stage.ofHub(dir, hub.base()).start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private void isExact(long first, int count) throws Exception {
        HttpResponse<byte[]> answer = stage.get(BIG, "Range", "bytes=" + first + "-" + (first + count - 1));
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("content-range"))
                .hasValue("bytes " + first + "-" + (first + count - 1) + "/" + SIZE);
        assertThat(answer.body()).isEqualTo(content.bytes(first, count));
    }

    @Test
    void onlyTheRequestedRangeIsFetchedAndThenKept() throws Exception {
        isExact(30_000_000, 1000);
        stage.awaitQuiet();
        assertThat(hub.originBodyBytes()).isEqualTo(MIB);
        isExact(30_000_100, 700);
        stage.awaitQuiet();
        assertThat(hub.originBodyBytes()).isEqualTo(MIB);
    }

    @Test
    void theEndOfAFileComesWithoutItsBeginning() throws Exception {
        HttpResponse<byte[]> footer = stage.get(BIG, "Range", "bytes=-8");
        assertThat(footer.statusCode()).isEqualTo(206);
        assertThat(footer.body()).isEqualTo(content.bytes(SIZE - 8, 8));
        isExact(SIZE - 65_000, 65_000);
        assertThat(hub.originBodyBytes()).isLessThanOrEqualTo(2 * MIB);
    }

    @Test
    void severalRangesInOneRequestAreSeveralPartsAndOnlyTheyAreFetched() throws Exception {
        HttpResponse<byte[]> answer = stage.get(BIG, "Range", "bytes=10-19,40000000-40000004");
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("multipart/byteranges");
        assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(answer.body().length);
        String body = new String(answer.body(), StandardCharsets.ISO_8859_1);
        assertThat(body)
                .contains("bytes 10-19/" + SIZE)
                .contains(new String(content.bytes(10, 10), StandardCharsets.ISO_8859_1))
                .contains("bytes 40000000-40000004/" + SIZE)
                .contains(new String(content.bytes(40_000_000, 5), StandardCharsets.ISO_8859_1));
        stage.awaitQuiet();
        assertThat(hub.originBodyBytes()).isEqualTo(2L * MIB);
    }

    @Test
    void aSequentialReaderIsReadAhead() throws Exception {
        isExact(0, MIB);
        isExact(MIB, MIB);
        stage.awaitQuiet();
        assertThat(hub.originBodyBytes()).isEqualTo(10L * MIB);
        hub.reset();
        isExact(2 * MIB, MIB / 2);
        assertThat(hub.requests(Asked.cdn())).isEmpty();
    }

    @Test
    void rangesAreNotFetchedAgainForTheWholeAlsoAfterARestart() throws Exception {
        isExact(20L * MIB, 5 * MIB);
        isExact(50L * MIB, 5 * MIB);
        stage.awaitQuiet();
        stage.restart();
        hub.reset();
        isExact(21L * MIB, MIB);
        assertThat(hub.requests()).isEmpty();
        HttpResponse<byte[]> whole = stage.get(BIG);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(content.bytes());
        assertThat(hub.originBodyBytes()).isEqualTo(SIZE - 10L * MIB);
        stage.awaitQuiet();
        hub.reset();
        assertThat(stage.get(BIG).headers().firstValue("x-cache")).hasValue("HIT");
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void aHundredReadersOfRandomRangesCostTheFileOnceAtMost() throws Exception {
        Random random = new Random(11);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                long first = random.nextInt(SIZE - MIB);
                int count = 1 + random.nextInt(MIB);
                readers.add(clients.submit(() -> {
                    isExact(first, count);
                    return null;
                }));
            }
            for (Future<?> reader : readers) {
                reader.get(120, TimeUnit.SECONDS);
            }
        }
        assertThat(hub.originBodyBytes()).isLessThanOrEqualTo(SIZE);
    }

    @Test
    void aClientThatResumesGetsTheRestAndAVerifiedWhole() throws Exception {
        HttpResponse<byte[]> rest = stage.get(BIG, "Range", "bytes=40000000-");
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(content.bytes(40_000_000, SIZE - 40_000_000));
        stage.awaitQuiet();
        assertThat(hub.originBodyBytes()).isLessThan(SIZE / 100 * 105L);
        hub.stop();
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
    }

    @Test
    void aRangeOfAFileWhoseOriginIgnoresRangeIsExactToo() throws Exception {
        hub.fail(Asked.cdn(), Fault.ignoringRange());
        isExact(9_000_000, 1000);
        stage.awaitQuiet();
        assertThat(hub.originBodyBytes()).isEqualTo(SIZE);
    }

    @Test
    void anOriginThatLimitsEachConnectionIsUsedBySeveral() throws Exception {
        hub.fail(Asked.cdn(), Fault.throttle(6L * MIB));
        assertThat(stage.get(BIG).body()).isEqualTo(content.bytes());
        assertThat(hub.requests(Asked.cdn()).stream().map(r -> r.connection()).distinct())
                .hasSizeGreaterThan(1);
        assertThat(hub.originBodyBytes()).isLessThan(SIZE / 100 * 105L);
    }
}
