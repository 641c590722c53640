package io.artifactvault.origin.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.RawOrigin;
import io.artifactvault.origin.RedirectingTo;
import io.artifactvault.origin.Rig;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectPolicy;
import io.artifactvault.origin.wire.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No spelling of a private address leads to a connection. */
class AddressPolicyTest {
    private static Optional<RawOrigin> canary = Optional.empty();
    private static Optional<Rig> rig = Optional.empty();

    @BeforeAll
    static void open() throws IOException {
        canary = Optional.of(RawOrigin.answering(RawOrigin.ok("leaked")));
        rig = Optional.of(Rig.open(Rig.settings(Duration.ofSeconds(1), Rig.LONG, Rig.LONG)));
    }

    @AfterAll
    static void close() throws IOException {
        rig.orElseThrow().close();
        try (RawOrigin listener = canary.orElseThrow()) {
            assertThat(listener.connections()).as("connections at the canary").isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.254",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::10.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "0:0:0:0:0:ffff:a9fe:a9fe",
                "::ffff:0:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b:0:0:1::8.8.8.8",
                "100::1",
                "2001::1",
                "2001:0:a00:1::f7f7:f7f7",
                "2001:0:808:808::80ff:fffe",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:a00:1::1",
                "2002:c0a8:101::1",
                "2002:a9fe:a9fe::1",
                "2a00:1450::5efe:a00:1",
                "2a00:1450::200:5efe:127.0.0.1",
                "3fff::1",
                "4000::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fdff:ffff::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
                "ff0e::1",
            })
    void anAddressThatIsNotPublicIsRefused(String literal) throws IOException {
        InetAddress address = InetAddress.getAllByName(literal)[0];
        assertThat(AddressPolicy.isPublic(address)).isFalse();
        try (Rig named = Rig.open(Rig.PATIENT, Rig.resolvingTo(literal), ClientTls.context(null))) {
            OriginRequest request = OriginRequest.get(URI.create("http://innocent.test:" + port() + "/"));
            OriginException failure = catchThrowableOfType(
                    OriginException.class, () -> named.origin().send(request));
            assertThat(failure.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001:0:808:808::f7f7:f7f7",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2002:808:808::1",
                "2600:9000::1",
                "2a00:1450::5efe:808:808",
            })
    void aPublicAddressIsNot(String literal) throws IOException {
        assertThat(AddressPolicy.isPublic(InetAddress.getAllByName(literal)[0])).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "127.0.0.1",
                "127.0.0.1.",
                "127.1",
                "127.0.1",
                "2130706433",
                "0177.0.0.1",
                "0177.0.0.01",
                "017700000001",
                "0x7f.0.0.1",
                "0x7f000001",
                "0x7f.1",
                "127.000.000.001",
                "[::1]",
                "[::]",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[2002:7f00:1::]",
                "0",
                "0.0.0.0",
                "%31%32%37.0.0.1",
                "127%2e0.0.1",
                "\u2460\u2461\u2466.0.0.1",
                "127\u30020\u30020\u30021",
                "user@127.0.0.1",
                "8.8.8.8@127.0.0.1",
                "127.0.0.1#@8.8.8.8",
            })
    void noSpellingOfLoopbackReachesIt(String host) {
        RedirectFollower follower = new RedirectFollower(new RedirectingTo(
                "http://" + host + ":" + port() + "/", rig.orElseThrow().origin()));
        OriginRequest request = OriginRequest.get(URI.create("https://hub.test/"));
        Throwable failure = catchThrowable(
                () -> follower.follow(request, new RedirectPolicy(5, PrivateTargets.NONE), hops -> false));
        // Some of these are public addresses or names to some readers; such a request fails otherwise, but never here.
        assertThat(failure).isInstanceOf(OriginException.class);
    }

    private static int port() {
        return canary.orElseThrow().port();
    }
}
