package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client address holds up, however it does so, holds up no other address and no question. */
@Timeout(120)
class StarvationTest {
    /** More than there are places for fills. */
    private static final int CROWD = 70;

    private static final String GREEDY = "127.0.0.2";
    private static final String OTHER = "127.0.0.3";

    private static final byte[] PIECE = new byte[100_000];

    @TempDir
    Path folder;

    private final Gate end = new Gate();
    private final List<Wire> held = new ArrayList<>();
    private ScriptedOrigin origin;
    private Stage<String> stage;

    @BeforeEach
    void open() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", this::handle);
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void close() throws IOException {
        for (Wire wire : held) {
            wire.close();
        }
        end.open();
        stage.close();
        origin.close();
    }

    private void handle(OriginRequest request, OriginReply reply) throws IOException {
        String path = request.path();
        if (path.startsWith("/hang")) {
            end.pass();
        } else if (path.startsWith("/stream")) {
            reply.field("Cache-Control", "no-store").chunked().send("event\n");
            reply.waitAt(end);
        } else if (path.startsWith("/drip")) {
            reply.field("Cache-Control", "max-age=60").contentLength(20_000_000).send("x");
            reply.waitAt(end);
        } else if (path.startsWith("/large")) {
            reply.field("Cache-Control", "no-store").contentLength(40_000_000);
            for (int sent = 0; sent < 40_000_000; sent += PIECE.length) {
                reply.send(PIECE);
            }
        } else if (path.startsWith("/stale")) {
            reply.field("Cache-Control", "no-cache").field("ETag", "\"1\"").answer("stale");
        } else {
            reply.field("Cache-Control", "max-age=60").answer("well " + path);
        }
    }

    private void crowd(String request) throws IOException {
        for (int i = 0; i < CROWD; i++) {
            Wire wire = new Wire(stage.vault().port(), GREEDY);
            held.add(wire);
            wire.send(String.format(request, i));
        }
    }

    private static String head(String method, String path) {
        return method + " /files" + path + " HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n";
    }

    private String ask(String from, String method, String path) throws IOException {
        try (Wire wire = new Wire(stage.vault().port(), from)) {
            return wire.send(head(method, path)).rest();
        }
    }

    private void assertAnswered(String from) throws IOException {
        assertThat(ask(from, "GET", "/cold")).contains("200 OK").endsWith("well /cold");
        assertThat(ask(from, "HEAD", "/cold-head")).contains("200 OK");
        assertThat(ask(from, "GET", "/stale")).contains("200 OK").endsWith("stale");
        assertThat(ask(from, "POST", "/write")).contains("200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /files/hang%d", "HEAD /files/hang%d", "GET /files/stream%d", "GET /files/large%d"})
    void uncacheableResponsesTakeNoFillPlace(String request) throws Exception {
        assertThat(ask(OTHER, "GET", "/stale")).contains("200 OK");
        crowd(request + " HTTP/1.1\r\nHost: v\r\n\r\n");
        awaitAsked(CROWD + 1);

        assertAnswered(OTHER);
        assertAnswered(GREEDY);
    }

    @Test
    void stalledUploadsHoldNoFillPlace() throws Exception {
        crowd("POST /files/up%d HTTP/1.1\r\nHost: v\r\nContent-Length: 1000\r\n\r\nx");

        assertAnswered(OTHER);
        assertAnswered(GREEDY);
        assertThat(origin.requests(request -> request.path().startsWith("/up")))
                .as("what is short is sent once it is there")
                .isEmpty();
    }

    /** Bodies that are kept and drip: one address has its share of the places, and the others have theirs. */
    @Test
    void drippingBodiesLeavePlacesToOthers() throws Exception {
        crowd("GET /files/drip%d HTTP/1.1\r\nHost: v\r\n\r\n");
        awaitAsked(CROWD);

        assertAnswered(OTHER);
        assertThat(ask(OTHER, "GET", "/stale")).contains("200 OK");
        try (Wire wire = new Wire(stage.vault().port(), OTHER)) {
            wire.send(head("GET", "/drip-of-another"));
            assertThat(wire.until("\r\n\r\nx")).contains("200 OK");
        }
    }

    private void awaitAsked(int count) {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (origin.requests().size() < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(origin.requests()).hasSizeGreaterThanOrEqualTo(count);
    }
}
