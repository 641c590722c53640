package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.OriginId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What NO_PROXY and its kin mean. */
class NoProxyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                       | http://a.test/           | true",
                "a.test                  | http://a.test/           | true",
                "A.Test                  | http://a.test/           | true",
                "a.test                  | http://b.a.test/         | true",
                ".a.test                 | http://b.a.test/         | true",
                ".a.test                 | http://a.test/           | true",
                "*.a.test                | http://b.a.test/         | true",
                "a.test                  | http://ba.test/          | false",
                "a.test                  | http://a.test.b/         | false",
                "a.test:8080             | http://a.test:8080/      | true",
                "a.test:8080             | http://a.test/           | false",
                "a.test:443              | https://a.test/          | true",
                "x,a.test                | http://a.test/           | true",
                "x a.test                | http://a.test/           | true",
                "'x , , a.test'          | http://a.test/           | true",
                "10.0.0.1                | http://10.0.0.1/         | true",
                "10.0.0.1                | http://110.0.0.1/        | false",
                "0.0.1                   | http://10.0.0.1/         | false",
                "10.0.0.0/8              | http://10.9.9.9/         | true",
                "10.0.0.0/8              | http://11.0.0.1/         | false",
                "10.0.0.0/33             | http://10.0.0.0/         | false",
                "10.0.0.0/8              | http://ten.test/         | false",
                "192.168.1.128/25        | http://192.168.1.200/    | true",
                "192.168.1.128/25        | http://192.168.1.1/      | false",
                "0.0.0.0/0               | http://8.8.8.8/          | true",
                "::1                     | http://[::1]/            | true",
                "[::1]:80                | http://[::1]/            | true",
                "[::1]:81                | http://[::1]/            | false",
                "fd00::/8                | http://[fd12::1]/        | true",
                "fd00::/8                | http://10.0.0.1/         | false",
                "'',                     | http://a.test/           | false",
            })
    void aRuleCoversWhatItNames(String rules, String uri, boolean covered) {
        OriginId origin = OriginId.of(URI.create(uri));
        assertThat(NoProxy.parse(rules == null ? "" : rules).covers(origin)).isEqualTo(covered);
    }

    private static OutboundSettings of(Map<String, String> environment) {
        return OutboundSettings.of(Optional.empty(), Optional.empty(), Optional.empty(), environment);
    }

    private static Optional<String> proxyFor(OutboundSettings settings, String uri) {
        return settings.proxyFor(OriginId.of(URI.create(uri))).map(OutboundProxy::host);
    }

    @Test
    void theEnvironmentIsReadInBothSpellings() {
        for (Map<String, String> environment : List.of(
                Map.of("HTTPS_PROXY", "s:1", "HTTP_PROXY", "p:1", "NO_PROXY", "b.test"),
                Map.of("https_proxy", "s:1", "http_proxy", "p:1", "no_proxy", "b.test"))) {
            OutboundSettings settings = of(environment);
            assertThat(proxyFor(settings, "https://a.test/")).hasValue("s");
            assertThat(proxyFor(settings, "http://a.test/")).hasValue("p");
            assertThat(proxyFor(settings, "https://b.test/")).isEmpty();
            assertThat(proxyFor(settings, "http://localhost:8080/")).isEmpty();
            assertThat(proxyFor(settings, "http://127.0.0.1:8080/")).isEmpty();
            assertThat(proxyFor(settings, "https://[::1]/")).isEmpty();
        }
        assertThat(of(Map.of())).isEqualTo(OutboundSettings.DIRECT);
        assertThat(of(Map.of("HTTPS_PROXY", " "))).isEqualTo(OutboundSettings.DIRECT);
    }

    @Test
    void theConfigurationBeatsTheEnvironment() {
        OutboundSettings settings = OutboundSettings.of(
                Optional.of(OutboundProxy.parse("own:1")),
                Optional.of(NoProxy.parse("a.test")),
                Optional.empty(),
                Map.of("HTTPS_PROXY", "s:1", "NO_PROXY", "b.test"));
        assertThat(proxyFor(settings, "https://b.test/")).hasValue("own");
        assertThat(proxyFor(settings, "https://a.test/")).isEmpty();
        assertThat(proxyFor(settings, "https://127.0.0.1/")).hasValue("own");
    }

    @Test
    void aVariableThatIsWrongIsNamedButNotShown() {
        assertThatThrownBy(() -> of(Map.of("https_proxy", "socks4://u:secret@x:1")))
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageNotContaining("secret");
    }
}
