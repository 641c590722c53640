package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectPolicy;
import io.artifactvault.origin.wire.ClientTls;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a list of private targets opens is decided by the address that is connected, at each hop. */
class PrivateTargetsOnTheWireTest {
    /** Every name is at 127.0.0.1, but for {@code two.internal}, which has a second address first. */
    private static final HostResolver NAMES = host -> switch (host) {
        case "two.internal" -> List.of(InetAddress.ofLiteral("127.0.0.9"), InetAddress.ofLiteral("127.0.0.1"));
        case "nowhere.internal" -> throw new UnknownHostException(host);
        default -> List.of(host.matches("[0-9.]+") ? InetAddress.ofLiteral(host) : InetAddress.ofLiteral("127.0.0.1"));
    };

    private static Rig rig() {
        return Rig.open(Rig.PATIENT, NAMES, ClientTls.context(null));
    }

    private static OriginRequest redirected(String host, int port) {
        return OriginRequest.get(URI.create("http://" + host + ":" + port + "/"));
    }

    private static RedirectFollower.Arrival follow(Rig rig, String host, int port, String... listed)
            throws OriginException {
        String location = "http://" + host + ":" + port + "/";
        return new RedirectFollower(new RedirectingTo(location, rig.origin()))
                .follow(
                        OriginRequest.get(URI.create("https://hub.test/")),
                        new RedirectPolicy(5, PrivateTargets.of(listed)),
                        _ -> false);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.0.0.0/8, 127.0.0.1",
        "127.0.0.1/32, cdn.internal",
        "127.0.0.0/29, two.internal",
        "cdn.internal, cdn.internal",
        "CDN.internal, Cdn.Internal",
        "cdn.internal, cdn.internal.",
        "*.internal, cdn.internal",
        "two.internal, two.internal",
    })
    void whatIsListedIsReached(String listed, String host) throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("inside"));
                Rig rig = rig();
                RedirectFollower.Arrival arrival = follow(rig, host, raw.port(), listed)) {
            assertThat(Rig.body(arrival.response())).isEqualTo("inside");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.1",
        "10.0.0.0/8, 127.0.0.1",
        "10.0.0.0/8, cdn.internal",
        "fd00::/8, cdn.internal",
        "cdn.internal, 127.0.0.1",
        "cdn.internal, other.internal",
        "*.cdn.internal, cdn.internal",
        "cdn.internal, cdn.internal.evil.example",
        "hub.test, cdn.internal",
    })
    void whatIsNotListedIsNotReached(String listed, String host) throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("leaked"));
                Rig rig = rig()) {
            OriginException failure =
                    catchThrowableOfType(OriginException.class, () -> follow(rig, host, raw.port(), listed));

            assertThat(failure.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED);
            assertThat(raw.connections()).isZero();
        }
    }

    /** One connection to a listed host is no connection for a request that may not go there. */
    @Test
    void aPooledConnectionServesNoRequestWithoutThePermission() throws Exception {
        try (RawOrigin raw = RawOrigin.answering(RawOrigin.ok("inside"));
                Rig rig = rig()) {
            OriginRequest request = redirected("cdn.internal", raw.port());
            try (OriginResponse response =
                    rig.origin().send(request.withPrivateTargets(PrivateTargets.of("cdn.internal")))) {
                Rig.body(response);
            }
            for (PrivateTargets other : List.of(PrivateTargets.NONE, PrivateTargets.of("other.internal"))) {
                OriginException failure = catchThrowableOfType(
                        OriginException.class, () -> rig.origin().send(request.withPrivateTargets(other)));
                assertThat(failure.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED);
            }
            assertThat(raw.connections()).isEqualTo(1);
        }
    }

    /** A proxy resolves the name itself: a listed name is the operator's word, and all addresses must be open otherwise. */
    @ParameterizedTest
    @CsvSource({
        "cdn.internal, cdn.internal, true",
        "nowhere.internal, nowhere.internal, true",
        "127.0.0.0/8, cdn.internal, true",
        "127.0.0.0/8, two.internal, true",
        "127.0.0.1, two.internal, false",
        "127.0.0.0/8, nowhere.internal, false",
        "cdn.internal, other.internal, false",
    })
    void theSameAppliesThroughAProxy(String listed, String host, boolean reached) throws Exception {
        try (FakeProxy proxy = FakeProxy.answering(RawOrigin.ok("by proxy"));
                Rig rig = Rig.open(
                        proxy.settings(""),
                        name -> name.equals("127.0.0.1") ? List.of(InetAddress.ofLiteral(name)) : NAMES.resolve(name),
                        ClientTls.context(null))) {
            if (reached) {
                follow(rig, host, 81, listed).close();
            } else {
                OriginException failure =
                        catchThrowableOfType(OriginException.class, () -> follow(rig, host, 81, listed));
                assertThat(failure.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED);
            }
            assertThat(proxy.connections()).isEqualTo(reached ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.0/8", "cdn.internal"})
    void aChainContinuesFromAListedHostOnlyToListedHosts(String listed) throws Exception {
        try (RawOrigin raw = RawOrigin.answering(
                        "HTTP/1.1 302 Found\r\nLocation: http://10.9.8.7/\r\nContent-Length: 0\r\n\r\n");
                Rig rig = rig()) {
            String host = listed.equals("cdn.internal") ? listed : "127.0.0.1";
            OriginException failure =
                    catchThrowableOfType(OriginException.class, () -> follow(rig, host, raw.port(), listed));

            assertThat(failure.failure()).isEqualTo(OriginFailure.ADDRESS_REFUSED);
            assertThat(failure).hasMessageContaining("10.9.8.7");
            assertThat(raw.connections()).isEqualTo(1);
        }
    }
}
