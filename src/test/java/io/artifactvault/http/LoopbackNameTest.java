package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "127.0.0.1", "127.255.0.9", "[::1]", "::1", "[0:0:0:0:0:0:0:1]"})
    void anAddressOfThisMachineIsOne(String host) {
        assertThat(LoopbackName.is(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.evil.example",
                "127.0.0.1.evil",
                "127.0.0.1.",
                "127.0.0",
                "127.1",
                "127.0.0.01",
                "127.0.0.256",
                "127.0.0.1.1",
                "127..0.1",
                "0x7f.1",
                "0x7f.0.0.1",
                "2130706433",
                "0177.0.0.1",
                "[::1].x",
                "[::1",
                "[::ffff:127.0.0.1]",
                "[::1%lo]",
                "localhost.evil.example",
                "localhost.",
                "10.0.0.1",
                "vault"
            })
    void aNameThatOnlyLooksLikeOneIsNot(String host) {
        assertThat(LoopbackName.is(host)).isFalse();
    }
}
