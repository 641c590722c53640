package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.origin.wire.ClientTls;
import io.artifactvault.testhub.TestTls;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted origin must prove that it is the host that was asked for. */
class TlsTest {
    @TempDir
    static Path directory;

    private static Optional<SSLContext> keys = Optional.empty();

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = Optional.of(TestTls.context(directory));
    }

    private static RawOrigin origin(RawOrigin.Script script) throws Exception {
        return RawOrigin.open("127.0.0.1", keys.orElseThrow().getServerSocketFactory(), script);
    }

    private static void hello(RawOrigin.Peer peer) throws Exception {
        while (peer.readHead() != null) {
            peer.send(RawOrigin.ok("hello".repeat(100_000)));
        }
    }

    private static SslContext trusting() {
        return Rig.trusting(keys.orElseThrow());
    }

    private static Rig rig(SslContext tls) {
        return Rig.open(Rig.PATIENT, Rig.resolvingTo("127.0.0.1"), tls);
    }

    private static URI uri(String host, RawOrigin raw) {
        return URI.create("https://" + host + ":" + raw.port() + "/x");
    }

    @Test
    void aTrustedOriginIsAskedAndItsConnectionUsedAgain() throws Exception {
        try (RawOrigin raw = origin(TlsTest::hello);
                Rig rig = rig(trusting())) {
            for (int i = 0; i < 10; i++) {
                assertThat(rig.text(uri("localhost", raw))).isEqualTo("hello".repeat(100_000));
            }
            assertThat(rig.text(uri("127.0.0.1", raw))).hasSize(500_000);
            assertThat(raw.connections()).isEqualTo(2);
        }
    }

    @Test
    void anUntrustedCertificateFails() throws Exception {
        try (RawOrigin raw = origin(TlsTest::hello);
                Rig rig = rig(ClientTls.context(null))) {
            OriginException failure =
                    catchThrowableOfType(OriginException.class, () -> rig.text(uri("localhost", raw)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.TLS_FAILED);
            assertThat(raw.heads()).isEmpty();
        }
    }

    @Test
    void aCertificateForAnotherHostFails() throws Exception {
        try (RawOrigin raw = origin(TlsTest::hello);
                Rig rig = rig(trusting())) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> rig.text(uri("hub.test", raw)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.TLS_FAILED);
            assertThat(failure).hasMessageStartingWith("hub.test:" + raw.port() + ": ");
            assertThat(raw.heads()).isEmpty();
        }
    }

    @Test
    void anOriginThatSpeaksPlainTextFails() throws Exception {
        try (RawOrigin raw = RawOrigin.open(peer -> peer.send(RawOrigin.ok("hello")));
                Rig rig = rig(trusting())) {
            OriginException failure =
                    catchThrowableOfType(OriginException.class, () -> rig.text(uri("localhost", raw)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.TLS_FAILED);
        }
    }

    @Test
    void aHandshakeThatNeverComesTimesOut() throws Exception {
        OriginSettings hasty = Rig.settings(Duration.ofMillis(300), Rig.LONG, Rig.LONG);
        try (RawOrigin raw = RawOrigin.open(RawOrigin.Peer::awaitClose);
                Rig rig = Rig.open(hasty, Rig.resolvingTo("127.0.0.1"), trusting())) {
            OriginException failure =
                    catchThrowableOfType(OriginException.class, () -> rig.text(uri("localhost", raw)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECT_TIMEOUT);
        }
    }

    @Test
    void anOriginThatHangsUpInTheHandshakeMayBeTriedAgain() throws Exception {
        try (RawOrigin raw = RawOrigin.open(peer -> {});
                Rig rig = rig(trusting())) {
            OriginException failure =
                    catchThrowableOfType(OriginException.class, () -> rig.text(uri("localhost", raw)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.RESET_BEFORE_HEAD);
        }
    }

    @Test
    void aBodyThatIsCutIsNoticed() throws Exception {
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        };
        try (RawOrigin raw = origin(script);
                Rig rig = rig(trusting())) {
            OriginException failure =
                    catchThrowableOfType(OriginException.class, () -> rig.text(uri("localhost", raw)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.BODY_CUT);
        }
    }

    @Test
    void aBodyUntilCloseEndsWithTheConnection() throws Exception {
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
        };
        try (RawOrigin raw = origin(script);
                Rig rig = rig(trusting())) {
            assertThat(rig.text(uri("localhost", raw))).isEqualTo("hello");
        }
    }
}
