package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code idle_timeout} holds between requests: a reader that pauses for longer in the middle of its answer is waited for. */
@Timeout(120)
class PausingReaderTest {
    /** More than the sockets between the vault and a client hold. */
    private static final Content CONTENT = Content.generated(32 << 20, 11);

    @TempDir
    Path folder;

    private static ScriptedOrigin origin() {
        return ScriptedOrigin.open("127.0.0.1", (request, reply) -> {
            boolean kept = request.path().equals("/kept");
            reply.field("Cache-Control", kept ? "max-age=600" : "no-store");
            if (kept) {
                reply.field("ETag", "\"v1\"");
            }
            reply.serve(CONTENT);
        });
    }

    private static Socket connect(Stage<String> stage) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 * 1024);
        socket.setSoTimeout((int) Stage.PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), stage.vault().port()));
        return socket;
    }

    private static void request(Socket socket, String path) throws IOException {
        String head = "GET /files/" + path + " HTTP/1.1\r\nHost: vault\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A connection that asks nothing is closed, so that at least the idle timeout has passed when this returns. */
    private static void outlastTheIdleTimeout(Stage<String> stage) throws IOException {
        try (Socket idle = connect(stage)) {
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static long drain(InputStream in) throws IOException {
        long total = 0;
        byte[] buffer = new byte[1 << 16];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            total += count;
        }
        return total;
    }

    @ParameterizedTest
    @ValueSource(strings = {"kept", "passed"})
    void aReaderThatPausesGetsAllOfItsAnswer(String path) throws Exception {
        try (ScriptedOrigin origin = origin();
                Stage<String> stage = Stage.ofFiles(folder, origin.base()).start()) {
            stage.get("kept");
            stage.idleTimeout(Duration.ofMillis(200)).restart();
            try (Socket reader = connect(stage)) {
                request(reader, path);
                long begun = reader.getInputStream().readNBytes(1 << 20).length;
                outlastTheIdleTimeout(stage);
                begun += reader.getInputStream().readNBytes(1 << 20).length;
                outlastTheIdleTimeout(stage);
                assertThat(begun + drain(reader.getInputStream())).isGreaterThan(CONTENT.length());
            }
        }
    }

    @Test
    void aConnectionThatAsksNothingIsClosed() throws Exception {
        try (ScriptedOrigin origin = origin();
                Stage<String> stage = Stage.ofFiles(folder, origin.base()).start()) {
            stage.idleTimeout(Duration.ofMillis(200)).restart();
            outlastTheIdleTimeout(stage);
        }
    }
}
