package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.RawOrigin;
import io.artifactvault.testhub.Gate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with content, over sockets on both sides: they are streamed, held back where the origin is slow, and never sent twice. */
@Timeout(120)
class RequestBodiesTest {
    private static final int LARGE = 256 << 20;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private Stage<String> before(RawOrigin origin) throws IOException {
        return Stage.ofFiles(folder, "http://127.0.0.1:" + origin.uri("/").getPort())
                .mountedAt("/")
                .breaker(BreakerSettings.defaults())
                .start();
    }

    private static String head(String method, long length) {
        return method + " /a HTTP/1.1\r\nHost: v\r\nContent-Length: " + length + "\r\nConnection: close\r\n\r\n";
    }

    /** RFC 9112 §9.3.1 and the promise that no body is held whole: what is not read upstream is not read from the client. */
    @Test
    void anOriginThatDoesNotReadStopsTheClientFromSending() throws Exception {
        Gate gate = new Gate();
        CompletableFuture<Long> arrived = new CompletableFuture<>();
        try (RawOrigin origin = RawOrigin.open(peer -> {
                    peer.readHead();
                    try {
                        gate.pass();
                        arrived.complete(readAll(peer, LARGE));
                    } catch (IOException e) {
                        arrived.completeExceptionally(e);
                        throw e;
                    }
                    peer.send(OK);
                });
                Stage<String> stage = before(origin);
                SocketChannel client = SocketChannel.open(new InetSocketAddress(
                        InetAddress.ofLiteral("127.0.0.1"), stage.vault().port()));
                Selector writable = Selector.open()) {
            client.write(ByteBuffer.wrap(head("POST", LARGE).getBytes(StandardCharsets.ISO_8859_1)));
            client.configureBlocking(false);
            client.register(writable, SelectionKey.OP_WRITE);
            long sent = send(client, writable, LARGE, 1_000);
            assertThat(sent).as("what the sockets between hold, and no more").isLessThan(LARGE / 4);
            gate.open();
            sent += send(client, writable, LARGE - sent, Stage.PATIENCE.toMillis());

            assertThat(sent).isEqualTo(LARGE);
            assertThat(arrived.get(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(LARGE);
            assertThat(origin.connections()).isOne();
        }
    }

    /** Sends until all is sent, or nothing could be for so long. */
    private static long send(SocketChannel client, Selector writable, long count, long patienceMillis)
            throws IOException {
        long sent = 0;
        while (sent < count && writable.select(patienceMillis) > 0) {
            writable.selectedKeys().clear();
            sent += client.write(ByteBuffer.allocate((int) Math.min(1 << 16, count - sent)));
        }
        return sent;
    }

    private static long readAll(RawOrigin.Peer peer, long count) throws IOException {
        long arrived = 0;
        while (arrived < count) {
            arrived += peer.read((int) Math.min(1 << 16, count - arrived)).length();
        }
        return arrived;
    }

    /** RFC 9110 §9.2.2: what may have been carried out must not be repeated by itself; and there is nothing left to repeat. */
    @ParameterizedTest(name = "{0}, {1} octets read, reset: {2}")
    @CsvSource({
        "POST, 0, true",
        "POST, 500, true",
        "POST, 1000, true",
        "POST, 0, false",
        "POST, 500, false",
        "POST, 1000, false",
        "PATCH, 500, true",
        "PUT, 1000, false",
        "DELETE, 1000, true",
    })
    void aRequestWhoseConnectionDiesIsNotSentAgain(String method, int read, boolean reset) throws Exception {
        try (RawOrigin origin = RawOrigin.open(peer -> {
                    peer.readHead();
                    peer.read(read);
                    if (reset) {
                        peer.reset();
                    }
                });
                Stage<String> stage = before(origin)) {
            String answer = Wire.exchange(stage, head(method, 1_000) + "x".repeat(1_000));

            assertThat(Wire.statuses(answer)).containsExactly(502);
            assertThat(origin.heads()).hasSize(1);
            assertThat(origin.connections()).isOne();
        }
    }

    /** A connection that rests may be dead already, and then nobody could tell whether the request was carried out. */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void anUnrepeatableRequestDoesNotGoOverAConnectionThatRested(String method) throws Exception {
        AtomicInteger arrived = new AtomicInteger();
        try (RawOrigin origin = RawOrigin.open(peer -> {
                    String head = peer.readHead();
                    while (head != null) {
                        arrived.addAndGet(head.startsWith(method) ? 1 : 0);
                        peer.read(head.startsWith("GET") ? 0 : 5);
                        peer.send(OK);
                        head = head.startsWith("GET") ? null : peer.readHead();
                    }
                });
                Stage<String> stage = before(origin)) {
            Wire.exchange(stage, "GET /a HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n");
            stage.awaitQuiet();
            String answer = Wire.exchange(stage, head(method, 5) + "hello");

            assertThat(Wire.statuses(answer)).containsExactly(200);
            assertThat(arrived).hasValue(1);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    /** RFC 9112 §9.3: an origin may answer before it has read everything, and then the rest is of no use. */
    @Test
    void anEarlyRefusalReachesAClientThatIsStillSending() throws Exception {
        try (RawOrigin origin = RawOrigin.open(peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbig!");
                    peer.awaitClose();
                });
                Stage<String> stage = before(origin)) {
            String answer = Wire.exchange(stage, head("POST", 8 << 20) + "x".repeat(8 << 20));

            assertThat(Wire.statuses(answer)).containsExactly(413);
            assertThat(answer).endsWith("big!");
            assertThat(origin.heads()).hasSize(1);
        }
    }

    /** RFC 9112 §8: half a request is no request; the origin must see that it was cut. */
    @ParameterizedTest
    @CsvSource({"Content-Length: 100000, hello", "Transfer-Encoding: chunked, 5_hello_"})
    void aClientThatLeavesInTheMiddleEndsTheRequestUpstream(String framing, String part) throws Exception {
        String half = part.replace("_", "\r\n");
        Gate underWay = new Gate();
        CompletableFuture<String> rest = new CompletableFuture<>();
        try (RawOrigin origin = RawOrigin.open(peer -> {
                    peer.readHead();
                    peer.read(half.length());
                    underWay.open();
                    rest.complete(peer.read(1_000));
                });
                Stage<String> stage = before(origin)) {
            try (Wire wire = new Wire(stage)) {
                wire.send("POST /a HTTP/1.1\r\nHost: v\r\n" + framing + "\r\n\r\n" + half);
                underWay.pass();
            }

            assertThat(rest.get(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
            assertThat(origin.heads()).hasSize(1);
        }
    }
}
