package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.fixtures.OriginSettingsBuilder;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.address.PoolKey;
import io.artifactvault.origin.wire.Connection;
import io.artifactvault.origin.wire.ConnectionPool;
import io.artifactvault.origin.wire.ResponseDecoder;
import io.artifactvault.origin.wire.ResponseHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections are used again when, and only when, nothing can be wrong with them. */
class PoolTest {
    private static final String HELLO = RawOrigin.ok("hello");

    @Test
    void aConnectionServesOneRequestAfterTheOther() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(HELLO);
                Rig rig = Rig.open()) {
            for (int i = 0; i < 50; i++) {
                assertThat(rig.text(raw.uri("/" + i))).isEqualTo("hello");
            }
            assertThat(raw.connections()).isEqualTo(1);
            assertThat(rig.origin().idleConnections()).isEqualTo(1);
        }
    }

    @Test
    void theSameHoldsOnNio() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(HELLO);
                Rig rig = Rig.onNio(Rig.PATIENT)) {
            for (int i = 0; i < 50; i++) {
                assertThat(rig.text(raw.uri("/" + i))).isEqualTo("hello");
            }
            assertThat(raw.connections()).isEqualTo(1);
        }
    }

    @Test
    void aTinyUnreadRestIsSkipped() throws Exception {
        RawOrigin.Script script = peer -> {
            while (peer.readHead() != null) {
                peer.send("HTTP/1.1 302 Found\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000));
            }
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            for (int i = 0; i < 20; i++) {
                rig.get(raw.uri("/")).close();
            }
            assertThat(raw.connections()).isEqualTo(1);
        }
    }

    @Test
    void aLargeUnreadRestClosesTheConnection() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("x".repeat(1_000_000)));
                Rig rig = Rig.open()) {
            rig.get(raw.uri("/")).close();
            rig.get(raw.uri("/")).close();
            assertThat(raw.connections()).isEqualTo(2);
            assertThat(rig.origin().idleConnections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 2",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello\r\n",
            })
    void aResponseThatEndsTheConnectionClosesIt(String answer) throws Exception {
        try (RawOrigin raw = RawOrigin.answering(answer);
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
            assertThat(raw.connections()).isEqualTo(2);
        }
    }

    @Test
    void unaskedBytesOnARestingConnectionCloseIt() throws Exception {
        CountDownLatch talk = new CountDownLatch(1);
        AtomicInteger closed = new AtomicInteger();
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send(HELLO);
            talk.await(20, TimeUnit.SECONDS);
            peer.send(RawOrigin.ok("wrong"));
            peer.awaitClose();
            closed.incrementAndGet();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
            assertThat(rig.origin().idleConnections()).isEqualTo(1);
            talk.countDown();
            Rig.eventually(() -> closed.get() == 1 && rig.origin().idleConnections() == 0);
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
        }
    }

    @Test
    void aConnectionThatTheOriginClosesLeavesThePool() throws Exception {
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send(HELLO);
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
            Rig.eventually(() -> rig.origin().idleConnections() == 0);
        }
    }

    /** Closes each connection when its second request has come, before any answer. */
    private static RawOrigin closingOnSecondRequest(String parting) throws Exception {
        return RawOrigin.open(peer -> {
            peer.readHead();
            peer.send(HELLO);
            peer.readHead();
            peer.send(parting);
        });
    }

    @Test
    void aRequestOnAStaleConnectionIsSentAgainOnAFreshOne() throws Exception {
        try (RawOrigin raw = closingOnSecondRequest("");
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/1"))).isEqualTo("hello");
            assertThat(rig.text(raw.uri("/2"))).isEqualTo("hello");
            assertThat(raw.connections()).isEqualTo(2);
            assertThat(raw.heads()).hasSize(3);
        }
    }

    @Test
    void itIsNotSentAgainOnceAByteOfTheHeadHasCome() throws Exception {
        try (RawOrigin raw = closingOnSecondRequest("H");
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/1"))).isEqualTo("hello");
            OriginException failure = catchThrowableOfType(OriginException.class, () -> rig.text(raw.uri("/2")));
            assertThat(failure.failure()).isEqualTo(OriginFailure.RESET_BEFORE_HEAD);
            assertThat(raw.heads()).hasSize(2);
        }
    }

    @Test
    void itIsSentAgainOnlyOnce() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        RawOrigin.Script script = peer -> {
            while (peer.readHead() != null) {
                if (requests.incrementAndGet() > 1) {
                    return;
                }
                peer.send(HELLO);
            }
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/1"))).isEqualTo("hello");
            OriginException failure = catchThrowableOfType(OriginException.class, () -> rig.text(raw.uri("/2")));
            assertThat(failure.failure()).isEqualTo(OriginFailure.RESET_BEFORE_HEAD);
            assertThat(requests).hasValue(3);
        }
    }

    @Test
    void aPostTakesAFreshConnection() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(HELLO);
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/1"))).isEqualTo("hello");
            rig.send("POST", raw.uri("/2")).close();
            assertThat(raw.connections()).isEqualTo(2);
            assertThat(raw.heads().getLast()).contains("content-length: 0");
        }
    }

    @Test
    void aPermissionToReachPrivateAddressesIsNotShared() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(HELLO);
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
            OriginRequest careful = OriginRequest.get(raw.uri("/"));
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> rig.origin().send(careful));
            assertThat(failure.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED);
            assertThat(raw.heads()).hasSize(1);
        }
    }

    @Test
    void theNumberOfIdleConnectionsIsLimited() throws Exception {
        OriginSettings two = OriginSettingsBuilder.patient().maxIdlePerOrigin(2).build();
        try (RawOrigin raw = RawOrigin.answering(HELLO);
                Rig rig = Rig.open(two)) {
            List<OriginResponse> open = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                open.add(rig.get(raw.uri("/")));
            }
            open.forEach(OriginResponse::close);
            assertThat(raw.connections()).isEqualTo(5);
            assertThat(rig.origin().idleConnections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionRestsNoLongerThanKeepAlive() throws Exception {
        OriginSettings brief = OriginSettingsBuilder.patient()
                .keepAlive(Duration.ofMillis(100))
                .build();
        AtomicInteger closed = new AtomicInteger();
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send(HELLO);
            peer.awaitClose();
            closed.incrementAndGet();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open(brief)) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo("hello");
            Rig.eventually(() -> closed.get() == 1);
            assertThat(rig.origin().idleConnections()).isZero();
        }
    }

    /** An origin that moved is resolved again under steady load. */
    @Test
    void aConnectionThatIsTooOldIsNotReused() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send(HELLO);
            peer.awaitClose();
            closed.incrementAndGet();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open(Rig.PATIENT.withMaxConnectionAge(Duration.ofNanos(1)))) {
            assertThat(rig.text(raw.uri("/1"))).isEqualTo("hello");
            assertThat(rig.text(raw.uri("/2"))).isEqualTo("hello");
            assertThat(raw.connections()).isEqualTo(2);
            Rig.eventually(() -> closed.get() == 2);
            assertThat(rig.origin().idleConnections()).isZero();
        }
    }

    @Test
    void aConnectionThatGrewTooOldWhileItRestedIsNotTaken() throws Exception {
        ConnectionPool pool = new ConnectionPool(8, Rig.LONG, Duration.ofMillis(40));
        EmbeddedChannel channel = new EmbeddedChannel();
        Connection connection = connection(channel);
        pool.give(connection);
        Rig.eventually(() -> connection.isOlderThan(Duration.ofMillis(40)));
        assertThat(pool.take(connection.key())).isEmpty();
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void withoutAGreatestAgeAConnectionIsReusedAtAnyAge() {
        assertThat(connection(new EmbeddedChannel()).isOlderThan(Duration.ZERO)).isFalse();
    }

    private static Connection connection(EmbeddedChannel channel) {
        PoolKey key = new PoolKey(OriginId.of(URI.create("http://hub.test/")), PrivateTargets.ALL);
        return new Connection(key, channel, new ResponseHandler(new ResponseDecoder()), Optional.empty());
    }

    @Test
    void originsDoNotShareConnections() throws Exception {
        try (RawOrigin one = RawOrigin.answering(RawOrigin.ok("one"));
                RawOrigin two = RawOrigin.answering(RawOrigin.ok("two"));
                Rig rig = Rig.open()) {
            for (URI uri : List.of(one.uri("/"), two.uri("/"), one.uri("/"), two.uri("/"))) {
                assertThat(rig.text(uri)).isEqualTo(uri.getPort() == one.port() ? "one" : "two");
            }
            assertThat(one.connections()).isEqualTo(1);
            assertThat(two.connections()).isEqualTo(1);
        }
    }

    @Test
    void anEarlyAnswerStopsTheBodyAndEndsTheConnection() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        RawOrigin.Script script = peer -> {
            peer.readHead();
            try {
                peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            } finally {
                answered.countDown();
            }
            peer.awaitClose();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            EndlessBody body = new EndlessBody(answered);
            OriginRequest request =
                    new OriginRequest("POST", raw.uri("/"), Fields.EMPTY, Optional.empty(), Optional.of(body), true);
            try (OriginResponse response = rig.origin().send(request)) {
                assertThat(response.status()).isEqualTo(413);
            }
            assertThat(rig.origin().idleConnections()).isZero();
        }
    }
}
