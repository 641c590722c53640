package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.testhub.TestTls;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §9.8: only a close_notify alert ends a body that has no length of its own. */
@Timeout(60)
class TlsClosingTest {
    private static final String TO_THE_END = "HTTP/1.1 200 OK\r\n\r\nhello";
    private static final String CUT_LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
    private static final String CUT_CHUNKS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    private static final String WHOLE = RawOrigin.ok("hello");

    @TempDir
    static Path directory;

    private static Optional<SSLContext> keys = Optional.empty();

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = Optional.of(TestTls.context(directory));
    }

    private static SslContext trusting() {
        return Rig.trusting(keys.orElseThrow());
    }

    private static RawOrigin origin(String protocol, String answer, TlsPeer.End end) throws Exception {
        return RawOrigin.open(peer -> {
            TlsPeer secure = new TlsPeer(peer, keys.orElseThrow(), protocol);
            secure.readHead();
            secure.send(answer);
            secure.end(end);
        });
    }

    private static Rig rig() {
        return Rig.open(Rig.PATIENT, Rig.resolvingTo("127.0.0.1"), trusting());
    }

    private static URI uri(RawOrigin raw) {
        return URI.create("https://localhost:" + raw.port() + "/x");
    }

    private static OriginFailure failing(RawOrigin raw, Rig rig) {
        return catchThrowableOfType(OriginException.class, () -> rig.text(uri(raw)))
                .failure();
    }

    /** The second way used to wait for the limit on stalled bodies. */
    @ParameterizedTest
    @CsvSource({"TLSv1.3,NOTIFY", "TLSv1.3,NOTIFY_AND_FIN", "TLSv1.2,NOTIFY", "TLSv1.2,NOTIFY_AND_FIN"})
    void aBodyToTheEndIsWholeAfterCloseNotify(String protocol, TlsPeer.End end) throws Exception {
        try (RawOrigin raw = origin(protocol, TO_THE_END, end);
                Rig rig = rig()) {
            assertThat(rig.text(uri(raw))).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aBodyToTheEndIsCutWithoutCloseNotify(String protocol) throws Exception {
        try (RawOrigin raw = origin(protocol, TO_THE_END, TlsPeer.End.FIN);
                Rig rig = rig()) {
            assertThat(failing(raw, rig)).isEqualTo(OriginFailure.BODY_CUT);
        }
    }

    /** A reset may overtake what was sent before it. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aBodyToTheEndIsNotWholeAfterAReset(String protocol) throws Exception {
        try (RawOrigin raw = origin(protocol, TO_THE_END, TlsPeer.End.RESET);
                Rig rig = rig()) {
            assertThat(failing(raw, rig)).isIn(OriginFailure.BODY_CUT, OriginFailure.RESET_BEFORE_HEAD);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3,NOTIFY",
        "TLSv1.3,NOTIFY_AND_FIN",
        "TLSv1.3,FIN",
        "TLSv1.2,NOTIFY",
        "TLSv1.2,NOTIFY_AND_FIN",
        "TLSv1.2,FIN"
    })
    void aBodyWithAnEndOfItsOwnIsCutHoweverTheConnectionCloses(String protocol, TlsPeer.End end) throws Exception {
        for (String answer : new String[] {CUT_LENGTH, CUT_CHUNKS}) {
            try (RawOrigin raw = origin(protocol, answer, end);
                    Rig rig = rig()) {
                assertThat(failing(raw, rig)).isEqualTo(OriginFailure.BODY_CUT);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3,NOTIFY", "TLSv1.3,FIN", "TLSv1.2,NOTIFY", "TLSv1.2,FIN"})
    void aHeadThatIsCutIsNoHead(String protocol, TlsPeer.End end) throws Exception {
        for (String answer : new String[] {"", "HTTP/1.1 200 OK\r\nX: "}) {
            try (RawOrigin raw = origin(protocol, answer, end);
                    Rig rig = rig()) {
                assertThat(failing(raw, rig)).isEqualTo(OriginFailure.RESET_BEFORE_HEAD);
            }
        }
    }

    /** RFC 9112 §9.8: a body whose length was said is whole, and a connection that rests may close as it likes. */
    @ParameterizedTest
    @CsvSource({
        "TLSv1.3,NOTIFY",
        "TLSv1.3,NOTIFY_AND_FIN",
        "TLSv1.3,FIN",
        "TLSv1.2,NOTIFY",
        "TLSv1.2,NOTIFY_AND_FIN",
        "TLSv1.2,FIN"
    })
    void aWholeBodyIsWholeHoweverTheConnectionCloses(String protocol, TlsPeer.End end) throws Exception {
        try (RawOrigin raw = origin(protocol, WHOLE, end);
                Rig rig = rig()) {
            assertThat(rig.text(uri(raw))).isEqualTo("hello");
            Rig.eventually(() -> rig.origin().idleConnections() == 0);
            assertThat(rig.text(uri(raw))).isEqualTo("hello");
        }
    }
}
