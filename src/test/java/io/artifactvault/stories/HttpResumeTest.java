package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that break off, change, or meet a broken disk, behind an origin about which nothing is known but HTTP. */
@Timeout(120)
class HttpResumeTest {
    private static final int SIZE = 8 << 20;
    private static final String OLD = "Wed, 01 Jan 2020 00:00:00 GMT";
    private static final String NOW = "Wed, 25 Nov 2026 00:00:00 GMT";

    @TempDir
    Path folder;

    private final Content one = Content.generated(SIZE, 1);
    private final Content two = Content.generated(SIZE, 2);
    private final FaultyDisk disk = new FaultyDisk();
    private final AtomicInteger cuts = new AtomicInteger();
    private ScriptedOrigin origin;
    private Stage<String> stage;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", serving(one, "ETag", "\"v1\""));
        stage = Stage.ofFiles(folder, origin.base())
                .blobs(settings -> disk.store(settings, Clock.systemUTC(), Duration.ofMillis(50)))
                .start();
    }

    @AfterEach
    void stop() {
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    /** Answers are cut after 3 MiB as long as cuts are left. */
    private OriginHandler serving(Content content, String... validator) {
        return (request, reply) -> {
            reply.field("Cache-Control", "max-age=60").field("Date", NOW).asContent();
            for (int i = 0; i < validator.length; i += 2) {
                reply.field(validator[i], validator[i + 1]);
            }
            if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                reply.dropAfter(3 << 20);
            }
            reply.serve(content);
        };
    }

    private OriginHandler ignoringRange(Content content) {
        OriginHandler polite = serving(content, "ETag", "\"v1\"");
        return (request, reply) -> polite.handle(request, reply.ignoreRange());
    }

    private byte[] get(String... fields) throws IOException, InterruptedException {
        return bytes(stage.send("GET", "a", fields));
    }

    private static byte[] bytes(HttpResponse<String> answer) {
        return answer.body().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void isCut(String... fields) {
        assertThatThrownBy(() -> get(fields)).isInstanceOf(IOException.class);
        stage.awaitQuiet();
    }

    private InputStream open() throws IOException, InterruptedException {
        return stage.client()
                .send(HttpRequest.newBuilder(stage.uri("a")).build(), BodyHandlers.ofInputStream())
                .body();
    }

    @ParameterizedTest(name = "{0}, {2} cuts")
    @CsvSource(
            delimiter = '|',
            value = {"ETag | \"v1\" | 1", "ETag | \"v1\" | 2", "Last-Modified | " + OLD + " | 2"})
    void aBodyThatBreaksOffIsResumedAndItsReaderDoesNotNotice(String name, String validator, int count)
            throws Exception {
        origin.handler(serving(one, name, validator));
        cuts.set(count);

        assertThat(get()).isEqualTo(one.bytes());
        assertThat(origin.contentBytesSent()).isBetween((long) SIZE, SIZE / 100 * 105L);
        stage.awaitQuiet();
        int asked = origin.requests().size();
        assertThat(get()).isEqualTo(one.bytes());
        assertThat(origin.requests()).hasSize(asked).hasSize(count + 1);
        for (OriginRequest request : origin.requests().subList(1, asked)) {
            assertThat(request.field("If-Range")).contains(validator);
        }
    }

    @Test
    void anOpenBreakerIsWaitedForInTheMiddleOfABody() throws Exception {
        stage.close();
        stage = Stage.ofFiles(folder, origin.base())
                .retry(new RetrySettings(1, Duration.ofSeconds(2), 10))
                .breaker(new BreakerSettings(1, Duration.ofMillis(50)).withPaths(1))
                .start();
        OriginHandler polite = serving(one, "ETag", "\"v1\"");
        AtomicInteger asked = new AtomicInteger();
        cuts.set(1);
        origin.handler((request, reply) -> {
            // Then the stream that goes on where the first was cut, and some probes.
            if (asked.incrementAndGet() > 1 && asked.get() < 10) {
                reply.drop();
            }
            polite.handle(request, reply);
        });

        assertThat(get()).isEqualTo(one.bytes());
        assertThat(origin.requests())
                .filteredOn(request -> request.method().equals("GET"))
                .hasSize(3);
    }

    @Test
    void aPartThatBreaksOffIsResumedToo() throws Exception {
        cuts.set(1);

        assertThat(get("Range", "bytes=1000-5000999")).isEqualTo(one.bytes(1000, 5_000_000));
        assertThat(origin.contentBytesSent()).isEqualTo(5_000_000);
    }

    @Test
    void anOriginThatIgnoresRangeIsReadFromTheStartAgain() throws Exception {
        origin.handler(ignoringRange(one));
        cuts.set(1);

        assertThat(get()).isEqualTo(one.bytes());
        assertThat(origin.requests()).hasSize(2);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "no validator | X | y",
                "RFC 9110 §8.8.1 weak tag | ETag | W/\"v1\"",
                "RFC 9110 §8.8.2.2 date of the same second | Last-Modified | " + NOW,
            })
    void withoutAStrongValidatorNothingIsKeptOfABodyThatBreaksOff(String what, String name, String value)
            throws Exception {
        origin.handler(serving(one, name, value));
        cuts.set(1);
        isCut();

        assertThat(get()).isEqualTo(one.bytes());
        assertThat(origin.requests()).hasSize(2);
        assertThat(origin.requests().getLast().field("Range")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPartialIsResumedOnceTheOriginIsBack(boolean restart) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        OriginHandler polite = serving(one, "ETag", "\"v1\"");
        origin.handler((request, reply) -> {
            if (asked.getAndIncrement() > 0) {
                reply.drop();
            }
            polite.handle(request, reply.dropAfter(5 << 20));
        });
        isCut();
        assertThat(origin.contentBytesSent()).isLessThanOrEqualTo(5 << 20);
        if (restart) {
            stage.restart();
        }
        origin.handler(polite);
        stage.clock.advance(Duration.ofSeconds(30));
        // An origin that failed several times is left alone for a moment.
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        HttpResponse<String> answer = stage.send("GET", "a");
        while (answer.statusCode() == 503 && System.nanoTime() < deadline) {
            answer = stage.send("GET", "a");
        }

        assertThat(bytes(answer)).isEqualTo(one.bytes());
        assertThat(origin.contentBytesSent()).isLessThanOrEqualTo(SIZE / 100 * 105L);
    }

    @Test
    void aFileThatChangedBeforeItsResumptionIsNeverSplicedAndFetchedAgainAtOnce() throws Exception {
        OriginHandler changed = serving(two, "ETag", "\"v2\"");
        OriginHandler first = serving(one, "ETag", "\"v1\"");
        cuts.set(1);
        origin.handler((request, reply) -> {
            origin.handler(changed);
            first.handle(request, reply);
        });
        isCut();

        assertThat(get()).isEqualTo(two.bytes());
        stage.awaitQuiet();
        assertThat(get("Range", "bytes=5-9")).isEqualTo(two.bytes(5, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=5000000-5000999", "bytes=500000-5000999", "bytes=0-1,5000000-5000999"})
    void aRequestForAPartlyStoredFileThatChangedGetsTheNewVersion(String range) throws Exception {
        get("Range", "bytes=0-999999");
        origin.handler(serving(two, "ETag", "\"v2\""));
        HttpResponse<String> answer = range.isEmpty() ? stage.send("GET", "a") : stage.send("GET", "a", "Range", range);

        assertThat(answer.headers().firstValue("ETag")).contains("\"v2\"");
        if (range.isEmpty()) {
            assertThat(bytes(answer)).isEqualTo(two.bytes());
        } else if (range.contains(",")) {
            assertThat(answer.body())
                    .contains(new String(two.bytes(0, 2), StandardCharsets.ISO_8859_1))
                    .contains(new String(two.bytes(5_000_000, 1000), StandardCharsets.ISO_8859_1));
        } else {
            int first = Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
            assertThat(bytes(answer)).isEqualTo(two.bytes(first, 5_001_000 - first));
        }
        stage.awaitQuiet();
        assertThat(get()).isEqualTo(two.bytes());
        assertThat(get("Range", "bytes=0-99")).isEqualTo(two.bytes(0, 100));
    }

    /** What is on its way for another reader says nothing about the rest. */
    @Test
    void aReaderGetsNoHeadBeforeUpstreamHasConfirmedTheFirstMissingByte() throws Exception {
        get("Range", "bytes=0-999999");
        Gate half = new Gate();
        OriginHandler first = serving(one, "ETag", "\"v1\"");
        origin.handler((request, reply) -> first.handle(request, reply.gateAfter(500, half)));
        CompletableFuture<HttpResponse<byte[]>> other = ask("Range", "bytes=5000000-5000999");
        half.awaitReached();
        Gate asked = new Gate();
        OriginHandler changed = serving(two, "ETag", "\"v2\"");
        origin.handler((request, reply) -> {
            origin.handler(changed);
            reply.waitAt(asked);
            changed.handle(request, reply);
        });
        CompletableFuture<HttpResponse<byte[]>> reader = ask();
        asked.awaitReached();
        asked.open();
        half.open();

        assertThat(other.get().body()).isEqualTo(one.bytes(5_000_000, 1000));
        assertThat(reader.get().body()).isEqualTo(two.bytes());
        assertThat(reader.get().headers().firstValue("ETag")).contains("\"v2\"");
    }

    private CompletableFuture<HttpResponse<byte[]>> ask(String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(stage.uri("a")).timeout(Stage.PATIENCE);
        if (fields.length > 0) {
            request.headers(fields);
        }
        return stage.client().sendAsync(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void aFileThatIsGoneIsReportedAsGone() throws Exception {
        get("Range", "bytes=0-999999");
        origin.handler((request, reply) -> reply.status(404).answer("gone"));

        assertThat(stage.send("GET", "a", "Range", "bytes=5000000-5000999").statusCode())
                .isEqualTo(404);
        assertThat(get("Range", "bytes=0-99")).isEqualTo(one.bytes(0, 100));
    }

    @Test
    void ifTheRestCannotBeFetchedTheReaderGetsAnErrorFirst() throws Exception {
        get("Range", "bytes=0-999999");
        origin.stop();

        assertThat(stage.send("GET", "a").statusCode()).isBetween(502, 504);
        assertThat(get("Range", "bytes=0-99")).isEqualTo(one.bytes(0, 100));
        origin.start();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalRangesOfAPartlyStoredFileAreAnsweredFromWhatIsThereAndWhatIsMissing(boolean restart) throws Exception {
        get("Range", "bytes=0-999999");
        if (restart) {
            stage.restart();
        }
        HttpResponse<String> answer = stage.send("GET", "a", "Range", "bytes=10-19,5000000-5000009,-10");

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body())
                .containsSubsequence(
                        "Content-Range: bytes 10-19/" + SIZE,
                        new String(one.bytes(10, 10), StandardCharsets.ISO_8859_1),
                        "Content-Range: bytes 5000000-5000009/" + SIZE,
                        new String(one.bytes(5_000_000, 10), StandardCharsets.ISO_8859_1),
                        "Content-Range: bytes " + (SIZE - 10) + "-" + (SIZE - 1) + "/" + SIZE,
                        new String(one.bytes(SIZE - 10, 10), StandardCharsets.ISO_8859_1));
        assertThat(origin.contentBytesSent()).isLessThanOrEqualTo(1_000_000 + (2 << 20));
    }

    @Test
    void concurrentRangesOfAMissingFileAreAllStored() throws Exception {
        Gate gate = new Gate();
        OriginHandler polite = serving(one, "ETag", "\"v1\"");
        origin.handler((request, reply) -> {
            reply.waitAt(gate);
            polite.handle(request, reply);
        });
        List<CompletableFuture<HttpResponse<byte[]>>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String range = "bytes=" + (i << 20) + "-" + ((i << 20) + 99_999);
            HttpRequest request = HttpRequest.newBuilder(stage.uri("a"))
                    .header("Range", range)
                    .build();
            readers.add(stage.client().sendAsync(request, BodyHandlers.ofByteArray()));
        }
        gate.open();
        for (int i = 0; i < 4; i++) {
            assertThat(readers.get(i).get().body()).isEqualTo(one.bytes(i << 20, 100_000));
        }
        stage.awaitQuiet();
        origin.stop();

        for (int i = 0; i < 4; i++) {
            String range = "bytes=" + (i << 20) + "-" + ((i << 20) + 99_999);
            assertThat(get("Range", range)).isEqualTo(one.bytes(i << 20, 100_000));
        }
        origin.start();
    }

    @ParameterizedTest
    @CsvSource({"ETag, 8388608", "ETag, 1000", "X-None, 1000", "X-None, 400000"})
    void readersOfABodyWhoseDiskFailsGetEveryByte(String name, int size) throws Exception {
        Content content = Content.generated(size, 3);
        Gate half = new Gate();
        OriginHandler polite = serving(content, name, "\"v1\"");
        origin.handler((request, reply) -> polite.handle(request, reply.gateAfter(size / 2, half)));
        List<InputStream> readers = List.of(open(), open(), open());
        half.awaitReached();
        disk.refuse(FaultyDisk.Step.WRITE);
        half.open();
        for (InputStream reader : readers) {
            assertThat(reader.readAllBytes()).isEqualTo(content.bytes());
        }
        stage.awaitQuiet();
        assertThat(get()).isEqualTo(content.bytes());
    }

    @Test
    void missingBytesGoPastAFailingDisk() throws Exception {
        get("Range", "bytes=0-999999");
        stage.awaitQuiet();
        disk.refuse(FaultyDisk.Step.CREATE);
        disk.refuse(FaultyDisk.Step.OPEN);
        disk.refuse(FaultyDisk.Step.WRITE);

        assertThat(get()).isEqualTo(one.bytes());
        assertThat(get("Range", "bytes=5000000-5000999")).isEqualTo(one.bytes(5_000_000, 1000));
    }
}
