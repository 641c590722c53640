package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins behind a proxy: reached, told apart from the proxy, and no way around the address filter. */
class ProxyTest {
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
                peer.send(RawOrigin.ok("hello".repeat(50_000)));
            }
        });
    }

    private static Rig rig(OriginSettings settings) {
        return Rig.open(settings, SharedResolver.system(), trusting());
    }

    private static OriginFailure failing(Rig rig, OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> rig.origin().send(request))
                .failure();
    }

    private static OriginRequest allowed(String uri) {
        return OriginRequest.get(URI.create(uri)).withPrivateAllowed(true);
    }

    @Test
    void anEncryptedOriginIsReachedByATunnelWhichIsUsedAgain() throws Exception {
        try (RawOrigin raw = secure();
                FakeProxy proxy = FakeProxy.tunnelling();
                Rig rig = rig(proxy.settings("me:p%40ss@"))) {
            URI uri = URI.create("https://localhost:" + raw.port() + "/x?secret=1");
            for (int i = 0; i < 5; i++) {
                assertThat(rig.text(uri)).hasSize(250_000);
            }
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(proxy.head())
                    .startsWith("CONNECT localhost:" + raw.port() + " HTTP/1.1\r\nHost: localhost:" + raw.port())
                    .contains("Proxy-Authorization: Basic bWU6cEBzcw==\r\n")
                    .doesNotContain("secret");
            assertThat(raw.heads())
                    .noneMatch(head -> head.toLowerCase(Locale.ROOT).contains("proxy-"));
        }
    }

    @Test
    void aPlainOriginIsAskedInAbsoluteForm() throws Exception {
        try (FakeProxy proxy = FakeProxy.answering(RawOrigin.ok("by proxy"));
                Rig rig = rig(proxy.settings("me:pw@"))) {
            assertThat(rig.text(URI.create("http://localhost:81/a/b?x=1"))).isEqualTo("by proxy");
            assertThat(proxy.head())
                    .startsWith("GET http://localhost:81/a/b?x=1 HTTP/1.1\r\n")
                    .contains("proxy-authorization: Basic bWU6cHc=\r\n")
                    .contains("host: localhost:81\r\n");
        }
    }

    @Test
    void hostsInNoProxyAreReachedDirectly() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("direct"));
                FakeProxy proxy = FakeProxy.answering(RawOrigin.ok("by proxy"));
                Rig rig = rig(proxy.except("127.0.0.0/8"))) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo("direct");
            assertThat(rig.text(URI.create("http://localhost:" + raw.port() + "/")))
                    .isEqualTo("by proxy");
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "407,PROXY_LOGIN",
        "401,PROXY_LOGIN",
        "403,PROXY_DENIED",
        "405,PROXY_DENIED",
        "502,PROXY_FAILED",
        "503,PROXY_FAILED"
    })
    void aProxyThatDoesNotConnectSaysWhy(int status, OriginFailure expected) throws Exception {
        String answer = "HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\nno";
        try (FakeProxy proxy = FakeProxy.answering(answer);
                Rig rig = rig(proxy.settings(""))) {
            assertThat(failing(rig, allowed("https://localhost:1/"))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nmore", "HTTP/1.1 20", ""})
    void aMalformedProxyResponseIsAFailure(String answer) throws Exception {
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send(answer);
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = rig(FakeProxy.through(OutboundProxy.parse("127.0.0.1:" + raw.port()), NoProxy.NOTHING))) {
            assertThat(failing(rig, allowed("https://localhost:1/"))).isEqualTo(OriginFailure.PROXY_FAILED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "407,X: 1,PROXY_LOGIN",
        "403,X-Squid-Error: ERR 1,PROXY_DENIED",
        "503,X-Squid-Error: ERR 1,PROXY_FAILED",
        "401,Server: tinyproxy/1.11.1,PROXY_LOGIN",
        "500,Server: tinyproxy/1.11.1,PROXY_FAILED",
    })
    void aProxysOwnErrorIsNotTakenForTheOriginsAnswer(int status, String field, OriginFailure expected)
            throws Exception {
        String answer = "HTTP/1.1 " + status + " No\r\n" + field + "\r\nContent-Length: 0\r\n\r\n";
        try (FakeProxy proxy = FakeProxy.answering(answer);
                Rig rig = rig(proxy.settings(""))) {
            assertThat(failing(rig, allowed("http://localhost:1/"))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void aProxyThatIsNotThereIsNamedAsTheCause(String scheme) throws Exception {
        OutboundProxy nobody = OutboundProxy.parse("me:secret@127.0.0.1:" + FakeProxy.closedPort());
        try (Rig rig = rig(FakeProxy.through(nobody, NoProxy.NOTHING))) {
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> rig.origin().send(allowed(scheme + "://localhost/")));
            assertThat(failure.failure()).isEqualTo(OriginFailure.PROXY_UNREACHABLE);
            assertThat(failure).hasMessageContaining("origin.proxy");
            assertThat(failure.toString() + failure.getCause()).doesNotContain("secret");
        }
    }

    @Test
    void aCertificateIsCheckedThroughTheTunnelToo() throws Exception {
        try (RawOrigin raw = secure();
                FakeProxy proxy = FakeProxy.tunnelling();
                Rig rig = Rig.open(proxy.settings(""), SharedResolver.system(), ClientTls.context(null))) {
            assertThat(failing(rig, allowed("https://localhost:" + raw.port() + "/")))
                    .isEqualTo(OriginFailure.TLS_FAILED);
            assertThat(raw.heads()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "0177.0.0.1",
                "localhost",
                "metadata",
                "a.localhost",
                "printer.local",
                "vault.internal",
                "metadata.google.internal",
                "nas.home.arpa",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[fd00:ec2::254]",
                "169.254.169.254",
                "127.0.0.1.",
            })
    void noPrivateNameIsGivenToTheProxyThatTheRequestMayNotReach(String host) throws Exception {
        HostResolver literalsOnly = name -> {
            if (name.equals("localhost") || name.endsWith(".")) {
                throw new UnknownHostException(name);
            }
            try {
                return List.of(InetAddress.ofLiteral(name));
            } catch (IllegalArgumentException e) {
                throw new UnknownHostException(name);
            }
        };
        try (FakeProxy proxy = FakeProxy.answering(RawOrigin.ok("leaked"));
                Rig rig = Rig.open(proxy.settings(""), literalsOnly, trusting())) {
            for (String scheme : new String[] {"http", "https"}) {
                OriginRequest request = OriginRequest.get(URI.create(scheme + "://" + host + "/"));
                Throwable refusal =
                        catchThrowable(() -> rig.origin().send(request).close());
                // Java takes some for no host at all; a redirect to such is refused before it comes here.
                assertThat(refusal)
                        .satisfiesAnyOf(
                                e -> assertThat(e).isInstanceOf(IllegalArgumentException.class),
                                e -> assertThat(e)
                                        .isInstanceOfSatisfying(
                                                OriginException.class,
                                                o -> assertThat(o.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED)));
            }
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void aNameWithOnePrivateAddressIsNotGivenToTheProxy() throws Exception {
        try (FakeProxy proxy = FakeProxy.answering(RawOrigin.ok("leaked"));
                Rig rig = Rig.open(proxy.settings(""), Rig.resolvingTo("8.8.8.8", "10.0.0.1"), trusting())) {
            assertThat(failing(rig, OriginRequest.get(URI.create("http://cdn.test/"))))
                    .isEqualTo(OriginFailure.ADDRESS_REFUSED);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void aPublicNameThatOnlyTheProxyKnowsIsAskedFor() throws Exception {
        HostResolver unknown = name -> {
            if (name.equals("127.0.0.1")) {
                return List.of(InetAddress.ofLiteral(name));
            }
            throw new UnknownHostException(name);
        };
        try (FakeProxy proxy = FakeProxy.answering(RawOrigin.ok("by proxy"));
                Rig rig = Rig.open(proxy.settings(""), unknown, trusting())) {
            OriginRequest request = OriginRequest.get(URI.create("http://cdn.example.com/"));
            try (OriginResponse response = rig.origin().send(request)) {
                assertThat(Rig.body(response)).isEqualTo("by proxy");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://proxy:3128 | proxy | 3128 | false",
                "http://proxy:3128/ | proxy | 3128 | false",
                "proxy:3128 | proxy | 3128 | false",
                "http://user:pw@proxy.corp.example:8080 | proxy.corp.example | 8080 | true",
                "http://user@10.0.0.1 | 10.0.0.1 | 80 | true",
                "http://[::1]:3128 | ::1 | 3128 | false",
            })
    void aProxyIsWrittenAsUsual(String text, String host, int port, boolean login) {
        OutboundProxy proxy = OutboundProxy.parse(text);
        assertThat(proxy.host()).isEqualTo(host);
        assertThat(proxy.port()).isEqualTo(port);
        assertThat(proxy.login().isPresent()).isEqualTo(login);
        assertThat(proxy.toString()).doesNotContain("pw", "Basic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks4://secret@proxy:1",
                "socks5://:secret@proxy:1",
                "ftp://secret@proxy:1",
                "http://a:secret%@p:1",
                "http://",
                "secret b:1",
                "http://proxy:99999",
                "http://secret@proxy:1/path",
                "http://proxy:1?secret"
            })
    void anythingElseIsRefusedWithoutBeingRepeated(String text) {
        IllegalArgumentException refusal =
                catchThrowableOfType(IllegalArgumentException.class, () -> OutboundProxy.parse(text));
        assertThat(refusal).hasMessageStartingWith("must be of the form").hasMessageNotContaining("secret");
    }
}
