package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.CaBundle;
import io.artifactvault.origin.NoProxy;
import io.artifactvault.origin.OutboundSettings;
import io.artifactvault.origin.RawOrigin;
import io.artifactvault.origin.TlsPeer;
import io.artifactvault.testhub.TestTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9112 §9.8: a TLS connection that closes without close_notify leaves a body without a length incomplete. */
@Timeout(120)
class TlsTruncationTest {
    private static final String FILE = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nhello";
    private static final String JSON =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: 1\r\n\r\n{\"id\": \"acme/tiny\", \"sha\": \"";
    private static final String REST = "0123456789abcdef0123456789abcdef01234567\"}";

    @TempDir
    Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    private SSLContext keys;
    private OutboundSettings outbound;

    @BeforeEach
    void makeKeys() throws Exception {
        keys = TestTls.context(folder);
        CaBundle bundle = CaBundle.read(TestTls.certificate(folder));
        outbound = new OutboundSettings(Optional.empty(), Optional.empty(), NoProxy.NOTHING, Optional.of(bundle));
    }

    private RawOrigin origin(String answer, TlsPeer.End end) throws Exception {
        return RawOrigin.open(peer -> {
            TlsPeer secure = new TlsPeer(peer, keys);
            secure.readHead();
            requests.incrementAndGet();
            secure.send(answer);
            secure.end(end);
        });
    }

    private static String base(RawOrigin raw) {
        return raw.uri("").toString().replace("http://", "https://");
    }

    @ParameterizedTest
    @EnumSource
    void aFileWithoutALengthIsKeptOnlyAfterCloseNotify(TlsPeer.End end) throws Exception {
        try (RawOrigin raw = origin(FILE, end);
                Stage<String> stage = Stage.ofFiles(folder.resolve("cache"), base(raw))
                        .outbound(outbound)
                        .start()) {
            String request = "GET /files/a HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n";
            String first = Wire.exchange(stage, request);
            stage.awaitQuiet();
            int asked = requests.get();
            String second = Wire.exchange(stage, request);

            assertThat(isWhole(first)).isEqualTo(end.isNotified());
            assertThat(isWhole(second)).isEqualTo(end.isNotified());
            assertThat(requests.get() == asked).as("served from the store").isEqualTo(end.isNotified());
        }
    }

    private static boolean isWhole(String answer) {
        return answer.startsWith("HTTP/1.1 200 ")
                && (answer.endsWith("\r\n0\r\n\r\n") || answer.endsWith("\r\n\r\nhello"));
    }

    @ParameterizedTest
    @CsvSource({"NOTIFY,200", "NOTIFY_AND_FIN,200", "FIN,502", "RESET,502"})
    void jsonOfTheHubIsWholeOnlyAfterCloseNotify(TlsPeer.End end, int status) throws Exception {
        try (RawOrigin raw = origin(JSON + REST, end);
                Stage<byte[]> stage = Stage.ofHub(folder.resolve("cache"), base(raw))
                        .outbound(outbound)
                        .start()) {
            var answer = stage.get("api/models/acme/tiny");

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8).endsWith(REST))
                    .isEqualTo(end.isNotified());
        }
    }
}
