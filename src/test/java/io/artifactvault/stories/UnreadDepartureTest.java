package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.ConnectionSettingsBuilder;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.server.ConnectionSettings;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Clients that leave while the vault does not read their connection, and so cannot read its end. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class UnreadDepartureTest {
    private static final String HANGS = "GET /files/hangs HTTP/1.1\r\nHost: v\r\n\r\n";

    /** More than is read at once, and less than the kernel takes for a connection that is not read. */
    private static final String PIPELINE = "GET /files/never HTTP/1.1\r\nHost: v\r\n\r\n".repeat(1_200);

    private static final String UPLOAD = "PUT /up HTTP/1.1\r\nHost: v\r\nContent-Length: 1000000000\r\n\r\n";

    /** An address may make the vault hold 256 KiB: less than the pipeline takes, more than a first look at it. */
    private static final ConnectionSettings LIMITS = limits(1 << 20);

    private static final int PIECE = 1 << 16;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch abandoned = new CountDownLatch(1);

    @TempDir
    private Path folder;

    @BeforeEach
    void needsEpoll() {
        assertThat(Epoll.isAvailable())
                .as("the transport that alone tells that a connection has ended before it is read")
                .isTrue();
    }

    private static ConnectionSettings limits(long memory) {
        return ConnectionSettingsBuilder.usual()
                .maxBufferedBytes(OptionalLong.of(memory))
                .build();
    }

    private void hang(OriginRequest request, OriginReply reply) throws IOException {
        asked.countDown();
        try {
            reply.neverAnswer();
        } finally {
            abandoned.countDown();
        }
    }

    @Test
    void aDepartureIsNoticedBehindUnreadRequests() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", this::hang);
                Stage<String> stage =
                        Stage.ofFiles(folder, origin.base()).connections(LIMITS).start()) {
            try (Wire wire = new Wire(stage)) {
                wire.send(HANGS + PIPELINE);
                asked.await();
            }

            assertThat(abandoned.await(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(origin.requests().stream().map(OriginRequest::path)).containsExactly("/hangs");
            assertNothingMoreWasTaken(stage);
        }
    }

    @Test
    void aResetIsNoticedBehindAnyNumberOfRequests() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", this::hang);
                Stage<String> stage =
                        Stage.ofFiles(folder, origin.base()).connections(LIMITS).start();
                Socket client = new Socket(
                        InetAddress.ofLiteral("127.0.0.1"), stage.vault().port())) {
            Thread sender =
                    Thread.ofVirtual().start(() -> send(client, HANGS, PIPELINE.getBytes(StandardCharsets.ISO_8859_1)));
            asked.await();
            reset(client, sender);
            assertThat(abandoned.await(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(origin.requests().stream().map(OriginRequest::path)).containsExactly("/hangs");
            assertNothingMoreWasTaken(stage);
        }
    }

    /** What came behind the requests that waited was more than the memory for them. */
    private static void assertNothingMoreWasTaken(Stage<String> stage) throws Exception {
        URI metrics = URI.create("http://127.0.0.1:" + stage.vault().adminPort() + "/metrics");
        HttpRequest request =
                HttpRequest.newBuilder(metrics).timeout(Stage.PATIENCE).build();
        assertThat(stage.client().send(request, BodyHandlers.ofString()).body())
                .contains("vault_buffered_refused_total{reason=\"client\"} 0.0");
    }

    /** Once it is stuck, because all buffers are full. */
    private static void reset(Socket client, Thread sender) throws Exception {
        sender.join(Duration.ofSeconds(1));
        client.setSoLinger(true, 0);
        client.close();
        sender.join();
    }

    /** What the client has sent reaches as far as the buffers go; the vault waits for upstream, not for the client. */
    @Test
    void aDepartureIsNoticedBehindAnUploadThatUpstreamDoesNotRead() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                Stage<String> stage = Stage.ofFiles(folder, "http://127.0.0.1:" + deaf.getLocalPort())
                        .mountedAt("/")
                        .origin(OriginSettings.defaults())
                        .start();
                Socket client = new Socket(
                        InetAddress.ofLiteral("127.0.0.1"), stage.vault().port())) {
            Thread sender = Thread.ofVirtual().start(() -> send(client, UPLOAD, new byte[PIECE]));
            try (Socket upstream = deaf.accept()) {
                reset(client, sender);
                upstream.setSoTimeout((int) Stage.PATIENCE.toMillis());
                assertThat(isCut(upstream)).isTrue();
            }
        }
    }

    private static void send(Socket client, String head, byte[] piece) {
        try {
            client.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                client.getOutputStream().write(piece);
            }
        } catch (IOException e) {
            // It has left.
        }
    }

    private static boolean isCut(Socket upstream) throws IOException {
        try {
            byte[] piece = new byte[PIECE];
            long most = 1_000_000_000;
            for (int step = 0; step >= 0 && most > 0; most -= step) {
                step = upstream.getInputStream().read(piece);
            }
            return most > 0;
        } catch (SocketException e) {
            return true;
        }
    }
}
