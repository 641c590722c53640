package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.RequestBody;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What goes on the wire. */
class RequestWritingTest {
    private static final String DONE = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    /** Pieces of text; IOException in place of the end when it breaks off. */
    private static final class TextBody implements RequestBody {
        private final Deque<String> pieces;
        private final long length;
        private final boolean breaksOff;

        TextBody(long length, boolean breaksOff, String... pieces) {
            this.pieces = new ArrayDeque<>(List.of(pieces));
            this.length = length;
            this.breaksOff = breaksOff;
        }

        @Override
        public OptionalLong length() {
            return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        }

        @Override
        public @Nullable ByteBuffer next() throws IOException {
            String piece = pieces.poll();
            if (piece == null && breaksOff) {
                throw new IOException("the client left");
            }
            return piece == null ? null : ByteBuffer.wrap(piece.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static OriginRequest post(URI uri, RequestBody body) {
        return new OriginRequest("POST", uri, Fields.EMPTY, Optional.empty(), Optional.of(body), true);
    }

    @Test
    void theTargetGoesOutExactlyAsItStands() throws Exception {
        String target = "/api/resolve-cache/models/acme/tiny/607a/a%20b%2Fc+d.json"
                + "?%2Facme%2Ftiny%2Fresolve%2Fmain%2Fconfig.json=&etag=%22d0c4%22&x=a/b?c;d=~e&lower=%2f";
        try (RawOrigin raw = RawOrigin.answering(DONE);
                Rig rig = Rig.open()) {
            rig.get(raw.uri(target)).close();
            assertThat(raw.heads().getFirst()).startsWith("GET " + target + " HTTP/1.1\r\n");
        }
    }

    @Test
    void anEmptyPathIsASlash() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(DONE);
                Rig rig = Rig.open()) {
            rig.get(URI.create("http://127.0.0.1:" + raw.port() + "?a=b")).close();
            assertThat(raw.heads().getFirst()).startsWith("GET /?a=b HTTP/1.1\r\n");
        }
    }

    @Test
    void fieldsGoOutAsGivenAndTheConnectionsOwnDoNot() throws Exception {
        Fields fields = Fields.of(
                "X-b", "1", "Accept-Encoding", "identity", "X-b", "\u00e9", "connection", "close", "Host", "evil.test");
        try (RawOrigin raw = RawOrigin.answering(DONE);
                Rig rig = Rig.open()) {
            OriginRequest request = OriginRequest.get(raw.uri("/"))
                    .withPrivateAllowed(true)
                    .withFields(fields)
                    .withCredential(Optional.of(Credential.bearer("hf_x")));
            rig.origin().send(request).close();
            assertThat(raw.heads())
                    .containsExactly(
                            "GET / HTTP/1.1\r\nhost: 127.0.0.1:" + raw.port()
                                    + "\r\nX-b: 1\r\nAccept-Encoding: identity\r\nX-b: \u00e9\r\nauthorization: Bearer hf_x\r\n\r\n");
        }
    }

    @Test
    void aBodyOfKnownLengthIsSentAsItIs() throws Exception {
        RawOrigin.Script script = peer -> {
            peer.readHead();
            String body = peer.read(10);
            peer.send(RawOrigin.ok(body));
            peer.awaitClose();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open();
                OriginResponse response =
                        rig.origin().send(post(raw.uri("/"), new TextBody(10, false, "hello", "world")))) {
            assertThat(Rig.body(response)).isEqualTo("helloworld");
            assertThat(raw.heads().getFirst()).contains("content-length: 10").doesNotContain("transfer-encoding");
        }
    }

    @Test
    void aBodyOfUnknownLengthIsChunked() throws Exception {
        String chunked = "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n";
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send(RawOrigin.ok(peer.read(chunked.length())));
            peer.awaitClose();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open();
                OriginResponse response =
                        rig.origin().send(post(raw.uri("/"), new TextBody(-1, false, "hello", "world")))) {
            assertThat(Rig.body(response)).isEqualTo(chunked);
        }
    }

    private static void assertCut(RequestBody body) throws Exception {
        try (RawOrigin raw = RawOrigin.open(peer -> {
                    peer.readHead();
                    peer.awaitClose();
                });
                Rig rig = Rig.open()) {
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> rig.origin().send(post(raw.uri("/"), body)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.REQUEST_CUT);
        }
    }

    @Test
    void aBodyThatBreaksOffIsNotPassedOffAsWhole() throws Exception {
        assertCut(new TextBody(-1, true, "hello"));
        assertCut(new TextBody(10, false, "hello"));
        assertCut(new TextBody(3, false, "hello"));
    }

    @Test
    void anOriginThatReadsNothingHoldsTheBodyBackAndThenFails() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawOrigin raw = RawOrigin.open(peer -> end.await());
                Rig rig = Rig.open(Rig.settings(Rig.LONG, Rig.LONG, Duration.ofMillis(200)))) {
            RequestBody endless = new EndlessBody(new CountDownLatch(0));
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> rig.origin().send(post(raw.uri("/"), endless)));
            assertThat(failure.failure()).isEqualTo(OriginFailure.HEAD_TIMEOUT);
        } finally {
            end.countDown();
        }
    }
}
