package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.address.SharedResolver;
import io.artifactvault.origin.wire.ClientTls;
import io.artifactvault.testhub.TestTls;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins behind a SOCKS5 proxy, or one that is itself spoken to by TLS. */
@Timeout(60)
class OtherProxiesTest {
    private static final String LONG_BODY = "hello".repeat(50_000);

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

    private static RawOrigin secure() throws Exception {
        return RawOrigin.open("127.0.0.1", keys.orElseThrow().getServerSocketFactory(), peer -> {
            while (peer.readHead() != null) {
                peer.send(RawOrigin.ok(LONG_BODY));
            }
        });
    }

    private static Rig rig(OriginSettings settings) {
        return Rig.open(settings, SharedResolver.system(), trusting());
    }

    private static OriginException failing(Rig rig, String uri) {
        return catchThrowableOfType(OriginException.class, () -> rig.text(URI.create(uri)));
    }

    @Test
    void socksConnectsByNameForBothSchemes() throws Exception {
        try (RawOrigin plain = RawOrigin.answering(RawOrigin.ok("plain"));
                RawOrigin secure = secure();
                FakeSocks socks = FakeSocks.open();
                Rig rig = rig(socks.settings(""))) {
            for (int i = 0; i < 3; i++) {
                assertThat(rig.text(URI.create("http://localhost:" + plain.port() + "/a?b")))
                        .isEqualTo("plain");
                assertThat(rig.text(URI.create("https://localhost:" + secure.port() + "/")))
                        .isEqualTo(LONG_BODY);
            }
            assertThat(socks.asked())
                    .containsExactly("name localhost " + plain.port(), "name localhost " + secure.port());
            assertThat(plain.heads().getFirst())
                    .startsWith("GET /a?b HTTP/1.1\r\n")
                    .doesNotContainIgnoringCase("proxy");
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "[::1],0:0:0:0:0:0:0:1"})
    void socksGetsAnAddressAsAnAddress(String host, String asked) throws Exception {
        try (RawOrigin plain = RawOrigin.answering(RawOrigin.ok("plain"));
                FakeSocks socks = FakeSocks.open();
                Rig rig = rig(socks.settings(""))) {
            assertThat(rig.text(URI.create("http://" + host + ":" + plain.port() + "/")))
                    .isEqualTo("plain");
            assertThat(socks.asked()).containsExactly(asked + " " + plain.port());
        }
    }

    @Test
    void onlySocksGetsUserAndPassword() throws Exception {
        try (RawOrigin plain = RawOrigin.answering(RawOrigin.ok("plain"));
                FakeSocks socks = FakeSocks.withLogin("me:p@ss");
                Rig rig = rig(socks.settings("me:p%40ss@"))) {
            assertThat(rig.text(URI.create("http://localhost:" + plain.port() + "/")))
                    .isEqualTo("plain");
            assertThat(plain.heads().getFirst()).doesNotContain("p@ss", "Basic");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "me:wr0ng@", "me@"})
    void socksThatWantsAnotherLoginSaysSo(String userInfo) throws Exception {
        try (FakeSocks socks = FakeSocks.withLogin("me:p@ss");
                Rig rig = rig(socks.settings(userInfo))) {
            OriginException failure = failing(rig, "http://localhost:81/");
            assertThat(failure.failure()).isEqualTo(OriginFailure.PROXY_LOGIN);
            assertThat(failure.toString() + failure.getCause()).doesNotContain("wr0ng");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,PROXY_FAILED",
        "2,PROXY_DENIED",
        "3,PROXY_FAILED",
        "4,PROXY_FAILED",
        "5,PROXY_FAILED",
        "8,PROXY_FAILED"
    })
    void socksThatDoesNotConnectSaysWhy(int reply, OriginFailure expected) throws Exception {
        try (FakeSocks socks = FakeSocks.open().refusing(reply);
                Rig rig = rig(socks.settings(""))) {
            for (String scheme : new String[] {"http", "https"}) {
                assertThat(failing(rig, scheme + "://localhost:81/").failure()).isEqualTo(expected);
            }
        }
    }

    /** Hex octets, answer by answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0400",
                "0502",
                "0509",
                "050005",
                "0500 05000009",
                "0500 0500000100000000000000",
                "0500 0400000100000000 0000",
                "0500 0500",
                "0500",
                "05",
                ""
            })
    void aMalformedSocksReplyIsAFailure(String answers) throws Exception {
        RawOrigin.Script script = peer -> {
            for (String answer : answers.split(" ", -1)) {
                peer.read(answers.startsWith(answer) ? 3 : 5);
                peer.send(HexFormat.of().parseHex(answer));
            }
            peer.socket().shutdownOutput();
            peer.awaitClose();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = rig(
                        FakeProxy.through(OutboundProxy.parse("socks5://127.0.0.1:" + raw.port()), NoProxy.NOTHING))) {
            assertThat(failing(rig, "http://localhost:81/").failure()).isEqualTo(OriginFailure.PROXY_FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "printer.local", "[::1]", "169.254.169.254"})
    void noPrivateNameIsGivenToSocksThatTheRequestMayNotReach(String host) throws Exception {
        HostResolver literalsOnly = name -> {
            try {
                return List.of(InetAddress.ofLiteral(name));
            } catch (IllegalArgumentException e) {
                throw new UnknownHostException(name);
            }
        };
        try (FakeSocks socks = FakeSocks.open();
                Rig rig = Rig.open(socks.settings(""), literalsOnly, trusting())) {
            OriginException failure = catchThrowableOfType(
                    OriginException.class,
                    () -> rig.origin()
                            .send(OriginRequest.get(URI.create("https://" + host + "/")))
                            .close());
            assertThat(failure.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED);
            assertThat(socks.connections()).isZero();
        }
    }

    @Test
    void aProxyByTlsTunnelsToAnEncryptedOrigin() throws Exception {
        try (RawOrigin raw = secure();
                FakeProxy proxy = FakeProxy.tunnelling(keys.orElseThrow());
                Rig rig = rig(proxy.secure("me:p%40ss@"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(rig.text(URI.create("https://localhost:" + raw.port() + "/")))
                        .isEqualTo(LONG_BODY);
            }
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(proxy.head())
                    .startsWith("CONNECT localhost:" + raw.port() + " HTTP/1.1\r\n")
                    .contains("Proxy-Authorization: Basic bWU6cEBzcw==\r\n");
        }
    }

    @Test
    void aProxyByTlsForwardsToAPlainOrigin() throws Exception {
        try (FakeProxy proxy = FakeProxy.answering(keys.orElseThrow(), RawOrigin.ok("by proxy"));
                Rig rig = rig(proxy.secure("me:pw@"))) {
            assertThat(rig.text(URI.create("http://localhost:81/a"))).isEqualTo("by proxy");
            assertThat(proxy.head())
                    .startsWith("GET http://localhost:81/a HTTP/1.1\r\n")
                    .contains("proxy-authorization: Basic bWU6cHc=\r\n");
        }
    }

    /** The TLS whose end counts is that around the very octets of the answer. */
    @ParameterizedTest
    @CsvSource({"NOTIFY,true", "NOTIFY_AND_FIN,true", "FIN,false"})
    void aBodyToTheEndFromAProxyByTlsIsWholeOnlyAfterCloseNotify(TlsPeer.End end, boolean whole) throws Exception {
        RawOrigin.Script script = peer -> {
            TlsPeer secure = new TlsPeer(peer, keys.orElseThrow());
            secure.readHead();
            secure.send("HTTP/1.1 200 OK\r\n\r\nhello");
            secure.end(end);
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = rig(
                        FakeProxy.through(OutboundProxy.parse("https://localhost:" + raw.port()), NoProxy.NOTHING))) {
            if (whole) {
                assertThat(rig.text(URI.create("http://localhost:81/a"))).isEqualTo("hello");
            } else {
                assertThat(failing(rig, "http://localhost:81/a").failure()).isEqualTo(OriginFailure.BODY_CUT);
            }
        }
    }

    @Test
    void aProxyWithAnUnknownAuthorityGetsNothing() throws Exception {
        try (FakeProxy proxy = FakeProxy.tunnelling(keys.orElseThrow());
                Rig rig = Rig.open(proxy.secure("me:s3cret@"), SharedResolver.system(), ClientTls.context(null))) {
            for (String scheme : new String[] {"http", "https"}) {
                OriginException failure = failing(rig, scheme + "://localhost:81/");
                assertThat(failure.failure()).isEqualTo(OriginFailure.PROXY_TLS_FAILED);
                assertThat(failure).hasMessageContaining("origin.ca_bundle");
                assertThat(failure.toString() + failure.getCause()).doesNotContain("s3cret");
            }
        }
    }

    @Test
    void aPlainProxyThatIsTakenForOneByTlsIsNamedAsTheCause() throws Exception {
        try (RawOrigin raw = RawOrigin.answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                Rig rig = rig(
                        FakeProxy.through(OutboundProxy.parse("https://localhost:" + raw.port()), NoProxy.NOTHING))) {
            assertThat(failing(rig, "http://localhost:81/").failure())
                    .isIn(OriginFailure.PROXY_TLS_FAILED, OriginFailure.PROXY_UNREACHABLE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://proxy, HTTPS, proxy, 443",
        "HTTPS://u:p@proxy:8443/, HTTPS, proxy, 8443",
        "socks5://proxy, SOCKS5, proxy, 1080",
        "socks5h://u:p@[::1]:1, SOCKS5, ::1, 1",
        "proxy:3128, HTTP, proxy, 3128",
    })
    void eachSchemeHasItsPort(String text, OutboundProxy.Scheme scheme, String host, int port) {
        OutboundProxy proxy = OutboundProxy.parse(text);
        assertThat(List.of(proxy.scheme(), proxy.host(), proxy.port())).isEqualTo(Arrays.asList(scheme, host, port));
        assertThat(proxy.toString()).doesNotContain("u:p", "password=p");
    }

    @Test
    void aLoginThatSocksCannotSendIsRefusedWithoutBeingRepeated() {
        String tooLong = "x".repeat(256);
        for (String login : new String[] {tooLong + ":p", "u:" + tooLong}) {
            IllegalArgumentException refusal = catchThrowableOfType(
                    IllegalArgumentException.class, () -> OutboundProxy.parse("socks5://" + login + "@proxy"));
            assertThat(refusal).hasMessageStartingWith("must be of the form").hasMessageNotContaining("xxx");
        }
    }
}
