package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7239, and the customs of X-Forwarded-For. */
class ClientAddressesTest {
    private static final String PROXY = "10.0.0.1";
    private final ClientAddresses addresses =
            new ClientAddresses(List.of(ProxyNetwork.parse("10.0.0.0/8"), ProxyNetwork.parse("fd00::/8")));

    private String of(String peer, String... namesAndValues) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return addresses.of(InetAddress.ofLiteral(peer), headers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.7 | 203.0.113.7",
                "203.0.113.7:4711 | 203.0.113.7",
                "1.1.1.1, 203.0.113.7 | 203.0.113.7",
                "1.1.1.1, 203.0.113.7, 10.9.9.9 | 203.0.113.7",
                "1.1.1.1, unknown, 203.0.113.7, 10.9.9.9 | 203.0.113.7",
                "10.2.2.2, 10.9.9.9 | 10.2.2.2",
                "2001:db8:1:2:3:4:5:6 | 2001:db8:1:2::/64",
                "[2001:db8:1:2:3:4:5:6]:443 | 2001:db8:1:2::/64",
                "[2001:db8:1:2:3:4:5:6] | 2001:db8:1:2::/64",
                "203.0.113.7, fd00::1 | 203.0.113.7",
                "::ffff:203.0.113.7 | 203.0.113.7",
                "unknown | 10.0.0.1",
                "_hidden | 10.0.0.1",
                "203.0.113.7, unknown | 10.0.0.1",
                "203.0.113.7, | 10.0.0.1",
                "203.0.113.7:port | 10.0.0.1",
                "203.0.113.7:123456 | 10.0.0.1",
                "203.0.113 | 10.0.0.1",
                "203.0.113.777 | 10.0.0.1",
                "example.com | 10.0.0.1",
                "fe80::1%eth0 | 10.0.0.1",
                "[203.0.113.7] | 10.0.0.1",
                "[2001:db8::1 | 10.0.0.1",
                "0x7f.0.0.1 | 10.0.0.1",
                "127.1 | 10.0.0.1",
            })
    void theClientIsTheLastHopBeforeTheTrustedOnes(String field, String client) {
        assertThat(of(PROXY, "X-Forwarded-For", field)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "for=203.0.113.7 | 203.0.113.7",
                "For=\"203.0.113.7:80\";proto=http;by=10.0.0.1 | 203.0.113.7",
                "for=\"[2001:db8:1:2::9]:80\" | 2001:db8:1:2::/64",
                "for=1.1.1.1, for=203.0.113.7;proto=https, for=10.1.1.1 | 203.0.113.7",
                "proto=http;for=203.0.113.7 | 203.0.113.7",
                "host=\"a,b;for=1.1.1.1\";for=203.0.113.7 | 203.0.113.7",
                "host=\"a\\\"\";for=203.0.113.7 | 203.0.113.7",
                "for=203.0.113.7;for=1.1.1.1 | 10.0.0.1",
                "for=_secret | 10.0.0.1",
                "for=unknown | 10.0.0.1",
                "proto=https | 10.0.0.1",
                "for | 10.0.0.1",
                "for=\"203.0.113.7 | 10.0.0.1",
                "=;,=, | 10.0.0.1",
            })
    void forwardedIsReadAsItsGrammarHasIt(String field, String client) {
        assertThat(of(PROXY, "Forwarded", field)).isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(of(PROXY, "X-Forwarded-For", "1.1.1.1", "X-Forwarded-For", "203.0.113.7, 10.1.1.1"))
                .isEqualTo("203.0.113.7");
    }

    /** A proxy that sets one of them passes the other on as the client wrote it. */
    @Test
    void fieldsThatContradictEachOtherAreNotBelieved() {
        assertThat(of(PROXY, "X-Forwarded-For", "203.0.113.7", "Forwarded", "for=1.1.1.1"))
                .isEqualTo(PROXY);
        assertThat(of(PROXY, "X-Forwarded-For", "203.0.113.7", "Forwarded", "for=203.0.113.7"))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void whatAStrangerSaysOfItselfIsNotRead() {
        assertThat(of("203.0.113.7", "X-Forwarded-For", "1.1.1.1", "Forwarded", "for=2.2.2.2"))
                .isEqualTo("203.0.113.7");
        assertThat(of("2001:db8:1:2:aaaa::1", "X-Forwarded-For", "1.1.1.1")).isEqualTo("2001:db8:1:2::/64");
    }

    /** Each octet is read once: a field as long as a head may be costs no more than its length. */
    @ParameterizedTest
    @ValueSource(strings = {",", "\"", "for=\"\\", ";", "for=10.0.0.1,", "=", " "})
    void aLongFieldEndsAtTheConnectionsAddress(String part) {
        String field = part.repeat(60_000 / part.length());

        assertThat(of(PROXY, "Forwarded", field)).isEqualTo(PROXY);
        assertThat(of(PROXY, "X-Forwarded-For", field)).isEqualTo(PROXY);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
    })
    void aNetworkHoldsWhatSharesItsLeadingBits(String network, String address, boolean holds) {
        assertThat(ProxyNetwork.parse(network).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "host/8", "fd00::/129", "/8"})
    void whatIsNoNetworkIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyNetwork.parse(text));
    }
}
