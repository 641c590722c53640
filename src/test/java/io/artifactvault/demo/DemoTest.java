package io.artifactvault.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of the demo. */
class DemoTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port abc | --port must be a whole number from 0 to 65535, not 'abc'",
                "--port 65536 | --port must be a whole number from 0 to 65535, not '65536'",
                "--port | --port needs a number, such as --port 8080",
                "--frob | unknown option '--frob'",
                "--once extra | unexpected argument 'extra'"
            })
    void aWrongArgumentIsReported(String words, String message) {
        assertThatThrownBy(() -> Demo.options(List.of(words.split(" ", -1)))).hasMessage(message);
    }

    @Test
    void thePortAndTheEndCanBeChosen() {
        assertThat(Demo.options(List.of())).isEqualTo(new Demo.Options(8080, false));
        assertThat(Demo.options(List.of("--once", "--port", "0"))).isEqualTo(new Demo.Options(0, true));
    }

    @Test
    void anotherPortIsUsedWhenTheFirstIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                Demo demo = Demo.open(taken.getLocalPort())) {
            assertThat(demo.port()).isNotZero().isNotEqualTo(taken.getLocalPort());
        }
    }
}
