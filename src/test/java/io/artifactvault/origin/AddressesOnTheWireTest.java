package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.wire.ClientTls;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts with several addresses over real sockets: which is reached, and what those that are not cost (RFC 8305). */
@Timeout(60)
class AddressesOnTheWireTest {
    private static RawOrigin origin(String address, int port) throws IOException {
        return RawOrigin.open(address, new AtPort(port), peer -> {
            while (peer.readHead() != null) {
                peer.send(RawOrigin.ok("hello"));
            }
        });
    }

    /** The listener's own port, wherever it is asked for 0. */
    private static final class AtPort extends ServerSocketFactory {
        private final int port;

        AtPort(int port) {
            this.port = port;
        }

        @Override
        public ServerSocket createServerSocket(int any) throws IOException {
            return new ServerSocket(port);
        }

        @Override
        public ServerSocket createServerSocket(int any, int backlog) throws IOException {
            return new ServerSocket(port, backlog);
        }

        @Override
        public ServerSocket createServerSocket(int any, int backlog, InetAddress address) throws IOException {
            return new ServerSocket(port, backlog, address);
        }
    }

    /** An address at which nothing is refused and nothing is answered: its queue of connections is full. */
    private static final class BlackHole implements AutoCloseable {
        private final ServerSocket listener;
        private final List<Socket> fillers = new ArrayList<>();

        BlackHole(String address) throws IOException {
            listener = new ServerSocket(0, 1, InetAddress.ofLiteral(address));
            boolean full = false;
            while (!full) {
                Socket filler = new Socket();
                fillers.add(filler);
                try {
                    filler.connect(new InetSocketAddress(listener.getInetAddress(), port()), 200);
                } catch (SocketTimeoutException e) {
                    full = true;
                }
            }
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket filler : fillers) {
                filler.close();
            }
            listener.close();
        }
    }

    private static Rig rig(String... addresses) {
        return Rig.open(Rig.PATIENT, Rig.resolvingTo(addresses), ClientTls.context(null));
    }

    private static URI uri(int port) {
        return URI.create("http://hub.test:" + port + "/");
    }

    @Test
    void theLastOfTwelveAddressesIsReached() throws Exception {
        String[] addresses = new String[12];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = "127.0.0." + (20 + i);
        }
        try (RawOrigin raw = origin("127.0.0.31", 0);
                Rig rig = rig(addresses)) {
            assertThat(rig.text(uri(raw.port()))).isEqualTo("hello");
        }
    }

    /** It used to cost its share of the connect timeout, for each connection; here that would be a minute. */
    @Test
    void anAddressThatDoesNotAnswerCostsNoMoreThanTheDelay() throws Exception {
        Duration minutes = Duration.ofMinutes(2);
        try (BlackHole hole = new BlackHole("127.0.0.1");
                RawOrigin raw = origin("127.0.0.2", hole.port());
                Rig rig = Rig.open(
                        Rig.settings(minutes, Rig.LONG, Rig.LONG),
                        Rig.resolvingTo("127.0.0.1", "127.0.0.2"),
                        ClientTls.context(null))) {
            assertThat(rig.text(uri(raw.port()))).isEqualTo("hello");
        }
    }

    /** What stands for the addresses is on IPv4, so that the machine needs no IPv6. */
    @Test
    void theOtherFamilyIsReached() throws Exception {
        List<String> tried = new CopyOnWriteArrayList<>();
        try (RawOrigin raw = origin("127.0.0.1", 0);
                Rig rig = Rig.wired(
                        Rig.resolvingTo("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "2001:db8::1"),
                        address -> wire(address, raw.port(), tried))) {
            assertThat(rig.text(uri(raw.port()))).isEqualTo("hello");
        }
        assertThat(tried).last().isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(tried).as("the other family comes first or second").hasSizeLessThanOrEqualTo(2);
    }

    /** The origin is at the IPv6 address; at all others nothing listens. */
    private static InetSocketAddress wire(InetSocketAddress address, int port, List<String> tried) {
        tried.add(address.getAddress().getHostAddress());
        boolean there = address.getAddress() instanceof Inet6Address;
        return new InetSocketAddress(InetAddress.ofLiteral(there ? "127.0.0.1" : "127.0.0.2"), port);
    }

    @Test
    void theAddressThatAnsweredLastIsTriedFirst() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HostResolver resolver = host -> {
            asked.incrementAndGet();
            return List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2"));
        };
        try (RawOrigin second = RawOrigin.open("127.0.0.2", ServerSocketFactory.getDefault(), peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
                });
                Rig rig = Rig.open(Rig.PATIENT, resolver, ClientTls.context(null))) {
            assertThat(rig.text(uri(second.port()))).isEqualTo("hello");
            try (RawOrigin first = origin("127.0.0.1", second.port())) {
                assertThat(rig.text(uri(second.port()))).isEqualTo("hello");
                assertThat(first.connections()).isZero();
            }
            assertThat(second.connections()).isEqualTo(2);
            assertThat(asked).hasValue(2);
        }
    }

    /** The guard judges every address, whichever would answer first. */
    @Test
    void noAddressIsTriedThatTheRequestMayNotReach() throws Exception {
        try (RawOrigin raw = origin("127.0.0.1", 0);
                RawOrigin refused = origin("127.0.0.2", raw.port());
                Rig rig = rig("127.0.0.2", "127.0.0.1")) {
            OriginRequest request =
                    OriginRequest.get(uri(raw.port())).withPrivateTargets(PrivateTargets.of("127.0.0.1/32"));
            try (OriginResponse response = rig.origin().send(request)) {
                assertThat(Rig.body(response)).isEqualTo("hello");
            }
            assertThat(refused.connections()).isZero();
        }
    }

    @Test
    void aProxyWithSeveralAddressesIsReachedByTheOneThatAnswers() throws Exception {
        HostResolver resolver = host -> host.equals("proxy.test")
                ? List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2"))
                : List.of(InetAddress.ofLiteral("8.8.8.8"));
        try (BlackHole hole = new BlackHole("127.0.0.1");
                RawOrigin proxy = origin("127.0.0.2", hole.port());
                Rig rig = Rig.open(
                        FakeProxy.through(OutboundProxy.parse("http://proxy.test:" + hole.port()), NoProxy.NOTHING),
                        resolver,
                        ClientTls.context(null))) {
            assertThat(rig.text(URI.create("http://hub.test/"))).isEqualTo("hello");
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    @Test
    void whenNoAddressAnswersTheConnectTimeoutIsForAllOfThem() throws Exception {
        try (BlackHole hole = new BlackHole("127.0.0.1");
                Rig rig = Rig.open(
                        Rig.settings(Duration.ofMillis(400), Rig.LONG, Rig.LONG),
                        Rig.resolvingTo("127.0.0.1", "127.0.0.2", "127.0.0.3"),
                        ClientTls.context(null))) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> rig.text(uri(hole.port())));
            assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECT_TIMEOUT);
        }
    }
}
