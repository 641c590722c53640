package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts and addresses an entry opens. How entries are refused is told where the file is read. */
class PrivateTargetsTest {
    /** No literal is looked up. */
    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    @ParameterizedTest
    @CsvSource({
        "cdn.internal, cdn.internal, true",
        "CDN.Internal, cdn.internal, true",
        "cdn.internal., cdn.internal, true",
        "cdn.internal, cdn.internal., true",
        "cdn.internal, a.cdn.internal, false",
        "cdn.internal, xcdn.internal, false",
        "cdn.internal, cdn.internal.evil.example, false",
        "cdn.internal, internal, false",
        "cdn.internal, 10.0.0.1, false",
        "cdn, cdn, true",
        "cdn, cdn.internal, false",
        "cdn_1.internal, cdn_1.internal, true",
        "*.cdn.internal, a.cdn.internal, true",
        "*.cdn.internal, a.b.cdn.internal, true",
        "*.CDN.internal, a.cdn.internal., true",
        "*.cdn.internal, cdn.internal, false",
        "*.cdn.internal, .cdn.internal, false",
        "*.cdn.internal, xcdn.internal, false",
        "*.cdn.internal, a.cdn.internal.evil.example, false",
        "*.internal, a.internal, true",
    })
    void aNameOpensItsOwnHostsAtAnyAddress(String entry, String host, boolean open) {
        PrivateTargets targets = PrivateTargets.of(entry);

        assertThat(targets.permit(host, address("10.0.0.1"))).isEqualTo(open);
        assertThat(targets.permit(host, address("fd00::1"))).isEqualTo(open);
        assertThat(targets.permitByName(host)).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        "10.2.0.7, 10.2.0.7, true",
        "10.2.0.7, 10.2.0.8, false",
        "10.2.0.0/16, 10.2.0.0, true",
        "10.2.0.0/16, 10.2.255.255, true",
        "10.2.0.0/16, 10.3.0.0, false",
        "10.2.0.0/16, 10.1.255.255, false",
        "10.2.0.0/15, 10.3.0.1, true",
        "10.2.0.0/15, 10.4.0.0, false",
        "10.0.0.128/25, 10.0.0.127, false",
        "10.0.0.128/25, 10.0.0.200, true",
        "10.2.0.7/32, 10.2.0.7, true",
        "10.2.0.7/32, 10.2.0.6, false",
        "0.0.0.0/0, 192.168.1.1, true",
        "0.0.0.0/0, fd00::1, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "10.0.0.0/8, ::10.1.2.3, false",
        "10.0.0.0/8, 64:ff9b::10.1.2.3, false",
        "::ffff:10.1.2.3, 10.1.2.3, true",
        "fd00::/8, fd12:3456::1, true",
        "fd00::/8, fe80::1, false",
        "fd00::/8, 10.0.0.1, false",
        "fd00::7, fd00:0:0:0:0:0:0:7, true",
        "FD00::7, fd00::7, true",
        "[fd00::7], fd00::7, true",
        "[fd00::]/8, fd01::1, true",
        "fd00::7, fd00::8, false",
        "fd00:1::/33, fd00:1:8000::1, false",
        "::/0, ::1, true",
        "::1, ::1, true",
        "::1/128, ::1, true",
    })
    void aNetworkOpensTheAddressesThatAreConnected(String entry, String connected, boolean open) {
        PrivateTargets targets = PrivateTargets.of(entry);

        assertThat(targets.permit("whatever.example", address(connected))).isEqualTo(open);
        assertThat(targets.permitByName("whatever.example")).isFalse();
        assertThat(targets.permitByName(connected)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"})
    void allAreOpenOrNone(String connected) {
        assertThat(PrivateTargets.ALL.permit("a", address(connected))).isTrue();
        assertThat(PrivateTargets.ALL.permitByName("a")).isTrue();
        assertThat(PrivateTargets.NONE.permit("a", address(connected))).isFalse();
        assertThat(PrivateTargets.NONE.permitByName("a")).isFalse();
        assertThat(PrivateTargets.of("b", "*.c", "192.168.0.0/16").permit("a", address(connected)))
                .isFalse();
        assertThat(PrivateTargets.of("b", "*.c", "192.168.0.0/16", "a").permit("a", address(connected)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.1/8", "10.1", "0x7f000001", "a:80", "*", "a..b"})
    void whatIsNoEntryIsRefused(String text) {
        assertThatThrownBy(() -> PrivateTargets.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
