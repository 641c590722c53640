package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.SourceSettings;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.fixtures.FillSettingsBuilder;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.RawOrigin;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody waits for any more ends, wherever it has come to. */
@Timeout(120)
class AbandonedWorkTest {
    private static final int CROWD = 200;

    @TempDir
    Path folder;

    private final Gate end = new Gate();
    private ScriptedOrigin origin;
    private Stage<String> stage;

    @BeforeEach
    void open() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", this::handle);
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void close() {
        end.open();
        stage.close();
        origin.close();
    }

    private void handle(OriginRequest request, OriginReply reply) throws IOException {
        String path = request.path();
        if (path.startsWith("/hang")) {
            end.pass();
        } else if (path.startsWith("/later")) {
            reply.status(503).field("Retry-After", "2").answer("later");
        } else if (path.startsWith("/stream")) {
            reply.field("Cache-Control", "no-store").chunked().send("event\n");
            reply.waitAt(end);
        } else if (path.startsWith("/drip")) {
            reply.field("Cache-Control", "max-age=60").contentLength(20_000_000).send("x");
            reply.waitAt(end);
        } else {
            reply.field("Cache-Control", "max-age=60").answer("well " + path);
        }
    }

    private static String get(String path) {
        return "GET /files" + path + " HTTP/1.1\r\nHost: v\r\n\r\n";
    }

    private void assertQuiet() {
        stage.awaitQuiet();
        assertThat(stage.vault().openFills()).isZero();
    }

    private void awaitAsked(int count) {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (origin.requests().size() < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(origin.requests()).hasSizeGreaterThanOrEqualTo(count);
    }

    /** The gate stays shut, so that only leaving can have ended them. */
    @ParameterizedTest
    @ValueSource(strings = {"/hang%d", "/stream%d", "/drip%d"})
    void theLastClientToLeaveEndsTheRequestUpstream(String path) throws Exception {
        List<Wire> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(new Wire(stage).send(get(String.format(path, i / 2))));
        }
        awaitAsked(4);
        for (Wire client : clients) {
            client.close();
        }

        assertQuiet();
    }

    @Test
    void aCrowdThatResetsAtOnceLeavesNothingBehind() throws Exception {
        List<Wire> clients = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            clients.add(new Wire(stage).send(get("/hang" + i)));
        }
        for (Wire client : clients) {
            client.reset();
        }

        assertQuiet();
        assertThat(stage.get("well").body()).isEqualTo("well /well");
    }

    @Test
    void aRetryWithoutAWaitingClientIsNotSent() throws Exception {
        try (Wire client = new Wire(stage).send(get("/later"))) {
            awaitAsked(1);
            assertThat(client).isNotNull();
        }
        stage.awaitQuiet();

        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void aFollowerGetsTheResponseAlthoughItsLeaderLeft() throws Exception {
        Gate answer = new Gate();
        origin.handler((_, reply) -> {
            answer.pass();
            reply.field("Cache-Control", "max-age=60").answer("shared");
        });
        Wire leader = new Wire(stage).send(get("/a"));
        answer.awaitReached();
        try (Wire follower = new Wire(stage).send(get("/a"))) {
            leader.close();
            answer.open();
            // Whether it had joined by then or asks for itself: it is answered.
            assertThat(follower.until("shared")).contains("200 OK").endsWith("shared");
        }
    }

    private Stage<String> restage(FillSettings bounds, SourceSettings source) throws IOException {
        stage.close();
        stage = Stage.ofFiles(folder, origin.base())
                .fills(bounds)
                .source(source)
                .start();
        return stage;
    }

    private static FillSettings bounds(int fills, int queued, Duration linger, long lingerSize) {
        return FillSettingsBuilder.usual()
                .maxFills(fills)
                .maxQueuedFills(queued)
                .linger(linger)
                .lingerSize(lingerSize)
                .build();
    }

    /** A write must not be carried out for a client that no longer knows of it. */
    @Test
    void aQueuedWriteIsNotSentOnceItsClientHasLeft() throws Exception {
        restage(FillSettings.defaults(), new SourceSettings(List.of(), 1, 0));
        try (Wire holder = new Wire(stage).send(get("/hang"))) {
            awaitAsked(1);
            Wire writer =
                    new Wire(stage).send("POST /files/write HTTP/1.1\r\nHost: v\r\nContent-Length: 5\r\n\r\nhello");
            while (stage.vault().openFills() < 2) {
                Thread.onSpinWait();
            }
            writer.close();
            while (stage.vault().openFills() > 1) {
                Thread.onSpinWait();
            }
            assertThat(holder).isNotNull();
        }
        assertQuiet();

        assertThat(origin.requests(request -> request.method().equals("POST"))).isEmpty();
    }

    /** The origin sees the end of its connection although it never sends another octet. */
    @ParameterizedTest
    @ValueSource(strings = {"no-store", "max-age=60"})
    void theConnectionUpstreamIsClosedWithTheLastReader(String kept) throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        stage.close();
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 200 OK\r\nCache-Control: " + kept + "\r\nContent-Length: 9\r\n\r\nx");
                    peer.awaitClose();
                    closed.complete(true);
                });
                Stage<String> own = Stage.ofFiles(
                                folder, "http://127.0.0.1:" + raw.uri("/").getPort())
                        .breaker(BreakerSettings.defaults())
                        .start()) {
            try (Wire one = new Wire(own).send(get("/a"));
                    Wire two = new Wire(own).send(get("/a"))) {
                assertThat(one.until("\r\n\r\nx")).contains("200 OK");
                assertThat(two).isNotNull();
            }
            assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void resumable(Gate gate) {
        Content content = Content.generated(2_000_000, 7);
        origin.handler((_, reply) -> {
            reply.field("Cache-Control", "max-age=60").field("ETag", "\"v1\"").gateAfter(1_000_000, gate);
            reply.serve(content);
        });
    }

    @Test
    void aResumableBodyIsFinishedForAReaderThatReturnsSoon() throws Exception {
        Gate gate = new Gate();
        resumable(gate);
        try (Wire leaver = new Wire(stage).send(get("/a"))) {
            assertThat(leaver.until("\r\n\r\n")).contains("200 OK");
            gate.awaitReached();
        }
        gate.open();

        assertThat(stage.get("a").body()).hasSize(2_000_000);
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void aLingeringFillEndsAndIsResumedWhereItStopped() throws Exception {
        restage(bounds(4, 4, Duration.ofMillis(1), 64L << 20), SourceSettings.UNLIMITED);
        Gate gate = new Gate();
        resumable(gate);
        try (Wire leaver = new Wire(stage).send(get("/a"))) {
            assertThat(leaver.until("\r\n\r\n")).contains("200 OK");
            gate.awaitReached();
        }
        assertQuiet();
        gate.open();

        assertThat(stage.get("a").body()).hasSize(2_000_000);
        assertThat(origin.requests()).hasSize(2);
        assertThat(origin.requests().getLast().field("Range"))
                .hasValueSatisfying(range -> assertThat(range).doesNotStartWith("bytes=0-"));
    }

    @Test
    void aLingeringFillFetchesNoMoreThanItsLimit() throws Exception {
        restage(bounds(4, 4, Duration.ofMinutes(5), 100_000), SourceSettings.UNLIMITED);
        Gate gate = new Gate();
        Content content = Content.generated(50_000_000, 7);
        origin.handler((_, reply) -> {
            reply.field("Cache-Control", "max-age=60").field("ETag", "\"v1\"").gateAfter(100_000, gate);
            reply.serve(content);
        });
        try (Wire leaver = new Wire(stage).send(get("/a"))) {
            assertThat(leaver.until("\r\n\r\n")).contains("200 OK");
            gate.awaitReached();
        }
        gate.open();
        assertQuiet();

        assertThat(origin.bodyBytesSent()).isLessThan(20_000_000);
    }

    /** No queue: a place at once, or 503 with the time to come back. */
    @Test
    void withoutAQueueTheNextClientIsToldToRetry() throws Exception {
        restage(bounds(1, 0, Duration.ofSeconds(30), 64L << 20), SourceSettings.UNLIMITED);
        try (Wire holder = new Wire(stage).send(get("/drip1"))) {
            assertThat(holder.until("\r\n\r\nx")).contains("200 OK");
            try (Wire next = new Wire(stage).send(get("/drip2"))) {
                assertThat(next.until("\r\n\r\n"))
                        .contains("503 Service Unavailable")
                        .containsIgnoringCase("retry-after: ");
            }
            assertThat(stage.get("well").body())
                    .as("what is short has places of its own")
                    .isEqualTo("well /well");
        }
    }

    /** What is stored and may be used when upstream fails is used instead of waiting for a place. */
    @Test
    void aStaleResponseIsServedInsteadOfWaitingForAPlace() throws Exception {
        restage(bounds(1, 10, Duration.ofSeconds(30), 64L << 20), SourceSettings.UNLIMITED);
        origin.handler((request, reply) -> {
            if (request.path().startsWith("/drip")) {
                handle(request, reply);
            } else {
                reply.field("Cache-Control", "max-age=1, stale-if-error=600").answer("x".repeat(2_000_000));
            }
        });
        assertThat(stage.get("a").body()).hasSize(2_000_000);
        stage.clock.advance(Duration.ofSeconds(10));
        try (Wire holder = new Wire(stage).send(get("/drip1"))) {
            assertThat(holder.until("\r\n\r\nx")).contains("200 OK");

            HttpResponse<String> stale = stage.send("GET", "a");
            assertThat(stale.statusCode()).isEqualTo(200);
            assertThat(stale.body()).hasSize(2_000_000);
            assertThat(stale.headers().firstValue("Cache-Status").orElse("")).contains("busy");
        }
    }
}
