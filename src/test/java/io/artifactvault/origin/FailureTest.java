package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Credential;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.wire.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each way in which an origin fails has its own name, and none tells a query or a credential. */
class FailureTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final String CUT = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";

    private static OriginException failing(Rig rig, URI uri) {
        return catchThrowableOfType(OriginException.class, () -> rig.text(uri));
    }

    private static void assertFails(RawOrigin.Script script, OriginFailure expected) throws Exception {
        assertFails(Rig.PATIENT, script, expected);
    }

    private static void assertFails(OriginSettings settings, RawOrigin.Script script, OriginFailure expected)
            throws Exception {
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open(settings)) {
            OriginException failure = failing(rig, raw.uri("/x?secret=1"));
            assertThat(failure.failure()).isEqualTo(expected);
            assertThat(failure).hasMessage("127.0.0.1:" + raw.port() + ": " + expected.sentence());
        }
    }

    @Test
    void closedBeforeTheHead() throws Exception {
        assertFails(RawOrigin.Peer::readHead, OriginFailure.RESET_BEFORE_HEAD);
    }

    @Test
    void resetBeforeTheHead() throws Exception {
        assertFails(
                peer -> {
                    peer.readHead();
                    peer.reset();
                },
                OriginFailure.RESET_BEFORE_HEAD);
    }

    @Test
    void closedInsideTheHead() throws Exception {
        assertFails(
                peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 200 OK\r\nContent-");
                },
                OriginFailure.RESET_BEFORE_HEAD);
    }

    @Test
    void closedInsideTheBody() throws Exception {
        assertFails(
                peer -> {
                    peer.readHead();
                    peer.send(CUT);
                },
                OriginFailure.BODY_CUT);
    }

    @Test
    void resetInsideABodyWithoutALength() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
            arrived.await(20, TimeUnit.SECONDS);
            peer.reset();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open();
                OriginResponse response = rig.get(raw.uri("/"))) {
            assertThat(response.next(chunk -> arrived.countDown())).isTrue();
            OriginException failure = catchThrowableOfType(OriginException.class, () -> Rig.body(response));
            assertThat(failure.failure()).isEqualTo(OriginFailure.BODY_CUT);
            assertThatThrownBy(() -> response.next(chunk -> {})).isSameAs(failure);
        }
    }

    @Test
    void noHeadInTime() throws Exception {
        assertFails(Rig.settings(Rig.LONG, SHORT, Rig.LONG), RawOrigin.Peer::awaitClose, OriginFailure.HEAD_TIMEOUT);
    }

    @Test
    void theBodyStops() throws Exception {
        assertFails(
                Rig.settings(Rig.LONG, Rig.LONG, SHORT),
                peer -> {
                    peer.readHead();
                    peer.send(CUT);
                    peer.awaitClose();
                },
                OriginFailure.BODY_STALLED);
    }

    /** Each interim answer used to begin the wait anew. */
    @Test
    @Timeout(60)
    void interimAnswersDoNotExtendTheTimeForTheHead() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 103 Early Hints\r\n\r\n");
            late.await(20, TimeUnit.SECONDS);
            peer.send(RawOrigin.ok("hello"));
            peer.awaitClose();
        };
        // The listener takes longer than an answer may.
        Interim lingering = (_, _) -> {
            LockSupport.parkNanos(SHORT.toNanos());
            late.countDown();
            LockSupport.parkNanos(SHORT.toNanos());
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open(Rig.settings(Rig.LONG, SHORT, Rig.LONG))) {
            OriginException failure =
                    ScopedValue.where(Interim.LISTENER, lingering).call(() -> failing(rig, raw.uri("/")));
            assertThat(failure.failure()).isEqualTo(OriginFailure.HEAD_TIMEOUT);
        }
    }

    private static void drip(RawOrigin.Peer peer) throws Exception {
        peer.readHead();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        for (int i = 0; i < 1_000_000; i++) {
            peer.send("x");
            Thread.sleep(1);
        }
    }

    @Test
    @Timeout(60)
    void aKeptBodyThatDripsIsStalled() throws Exception {
        MinimumRate rate = new MinimumRate(1 << 20, SHORT);
        try (RawOrigin raw = RawOrigin.open(FailureTest::drip);
                Rig rig = Rig.open(Rig.PATIENT.withMinimumRate(rate));
                OriginResponse response = rig.get(raw.uri("/"))) {
            response.expectPace();
            OriginException failure = catchThrowableOfType(OriginException.class, () -> Rig.body(response));
            assertThat(failure.failure()).isEqualTo(OriginFailure.BODY_STALLED);
            assertThat(failure.failure().isRetryable()).isTrue();
        }
    }

    @Test
    void aBodyThatIsPassedOnMayDrip() throws Exception {
        MinimumRate unattainable = new MinimumRate(Long.MAX_VALUE, Duration.ofNanos(1));
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("hello"));
                Rig rig = Rig.open(Rig.PATIENT.withMinimumRate(unattainable))) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
        }
    }

    /** The rest of a redirect's short text is skipped, but not for as long as it takes byte by byte. */
    @Test
    @Timeout(60)
    void anAnswerThatIsNotReadIsLeftThoughItsShortRestDrips() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 302 Found\r\nContent-Length: 60000\r\n\r\n");
            while (left.getCount() > 0) {
                peer.send("x");
                Thread.sleep(50);
            }
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            rig.get(raw.uri("/")).close();
        } finally {
            left.countDown();
        }
    }

    @Test
    void aPortWithoutAListenerRefusesTheConnection() throws Exception {
        int port;
        try (RawOrigin raw = RawOrigin.open(peer -> {})) {
            port = raw.port();
        }
        try (Rig rig = Rig.open()) {
            OriginException failure = failing(rig, URI.create("http://127.0.0.1:" + port + "/?secret=1"));
            assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
            assertThat(failure.getMessage()).doesNotContain("secret");
        }
    }

    @Test
    void aSilentAddressTimesOut() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Rig rig = Rig.open(Rig.settings(SHORT, Rig.LONG, Rig.LONG))) {
            // A backlog of one that is full drops further SYNs, as an unreachable host does.
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket();
                waiting.add(socket);
                connectQuietly(socket, full);
            }
            OriginException failure = failing(rig, URI.create("http://127.0.0.1:" + full.getLocalPort() + "/"));
            assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECT_TIMEOUT);
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    private static void connectQuietly(Socket socket, ServerSocket to) {
        try {
            socket.connect(to.getLocalSocketAddress(), 300);
        } catch (IOException e) {
            // The backlog is full: what we wanted.
        }
    }

    @Test
    void theNameIsUnknown() {
        HostResolver unknown = host -> {
            throw new UnknownHostException(host);
        };
        try (Rig rig = Rig.open(Rig.PATIENT, unknown, ClientTls.context(null))) {
            OriginException failure = failing(rig, URI.create("http://hub.test/"));
            assertThat(failure.failure()).isEqualTo(OriginFailure.DNS_FAILED);
            assertThat(failure).hasMessageStartingWith("hub.test: ");
        }
    }

    @Test
    void theNameHasNoAddress() {
        try (Rig rig = Rig.open(Rig.PATIENT, Rig.resolvingTo(), ClientTls.context(null))) {
            assertThat(failing(rig, URI.create("http://hub.test/")).failure()).isEqualTo(OriginFailure.DNS_FAILED);
        }
    }

    @Test
    void theNextAddressIsTriedWhenOneRefuses() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("hello"));
                Rig rig = Rig.open(Rig.PATIENT, Rig.resolvingTo("127.0.0.2", "127.0.0.1"), ClientTls.context(null))) {
            assertThat(rig.text(URI.create("http://hub.test:" + raw.port() + "/")))
                    .isEqualTo("hello");
            assertThat(raw.heads().getFirst()).contains("\r\nhost: hub.test:" + raw.port() + "\r\n");
        }
    }

    @Test
    void anInterruptedFillGivesUpAndStaysInterrupted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        RawOrigin.Script script = peer -> {
            peer.readHead();
            asked.countDown();
            peer.awaitClose();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            FutureTask<Boolean> task = new FutureTask<>(() -> {
                OriginException failure = failing(rig, raw.uri("/"));
                return failure.failure() == OriginFailure.INTERRUPTED && Thread.interrupted();
            });
            Thread fill = Thread.ofPlatform().start(task);
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            fill.interrupt();
            assertThat(task.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingTheOriginFailsRequestsUnderWayAsInterrupted() throws Exception {
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send(CUT);
            peer.awaitClose();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open();
                OriginResponse response = rig.get(raw.uri("/"))) {
            rig.origin().close();
            OriginException failure = catchThrowableOfType(OriginException.class, () -> Rig.body(response));
            assertThat(failure.failure()).isEqualTo(OriginFailure.INTERRUPTED);
            assertThat(failing(rig, raw.uri("/")).failure()).isEqualTo(OriginFailure.INTERRUPTED);
        }
    }

    @Test
    void aCredentialIsNeverInAMessage() throws Exception {
        try (RawOrigin raw = RawOrigin.open(RawOrigin.Peer::readHead);
                Rig rig = Rig.open()) {
            OriginRequest request = OriginRequest.get(raw.uri("/?token=hf_q"))
                    .withPrivateAllowed(true)
                    .withCredential(Optional.of(Credential.bearer("hf_secret")));
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> rig.origin().send(request));
            assertThat(raw.heads().getFirst()).contains("Bearer hf_secret");
            assertThat(failure.toString()).doesNotContain("hf_");
        }
    }

    @Test
    void anExceptionOfTheSinkPropagatesAndTheChunkIsReleased() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("hello"));
                Rig rig = Rig.open();
                OriginResponse response = rig.get(raw.uri("/"))) {
            assertThatThrownBy(() -> response.next(chunk -> {
                        throw new IOException("disk full");
                    }))
                    .hasMessage("disk full");
        }
    }
}
