package io.artifactvault.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.NoProxy;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.OutboundSettings;
import io.artifactvault.origin.RateSettings;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.testhub.TestTls;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of the ways to upstream, and what is said about those that cannot be used. */
class OriginSettingsTest {
    private static final String BACKEND = "\nbackends: [{type: huggingface}]\n";

    @TempDir
    Path folder;

    private VaultConfig read(String yaml, Map<String, String> environment) throws Exception {
        Path file = Files.writeString(folder.resolve("config.yml"), yaml);
        return new ConfigReader(BackendTypes.ALL).read(file, environment, Overrides.none());
    }

    private OriginSettings origin(String settings, Map<String, String> environment) throws Exception {
        return read("origin: {" + settings + "}" + BACKEND, environment).origin();
    }

    @Test
    void thePoliciesAreRead() throws Exception {
        OriginSettings origin = origin(
                "retry_tries: 5, retry_time: 30s, retry_budget: 20, breaker_failures: 7, breaker_pause: 3s, rate_reserve: 10,"
                        + " max_rate_pause: 2m",
                Map.of());
        assertThat(origin.retry()).isEqualTo(new RetrySettings(5, Duration.ofSeconds(30), 20));
        assertThat(origin.breaker()).isEqualTo(new BreakerSettings(7, Duration.ofSeconds(3)));
        assertThat(origin.rate()).isEqualTo(new RateSettings(10, Duration.ofMinutes(2)));
    }

    @Test
    void theTimesBetweenTwoChecksAreRead() throws Exception {
        assertThat(origin("ca_bundle_check_interval: 2h", Map.of()).outbound().caBundleCheck())
                .isEqualTo(Duration.ofHours(2));
        VaultConfig config = read("cache: {folder_check_interval: 250ms}" + BACKEND, Map.of());
        assertThat(config.store().folderCheck()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.origin().outbound().caBundleCheck()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource({"origin, ca_bundle_check_interval", "cache, folder_check_interval"})
    void noTimeBetweenTwoChecksIsRefused(String section, String setting) {
        assertThatThrownBy(() -> read(section + ": {" + setting + ": 0}" + BACKEND, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining("greater than 0");
    }

    @Test
    void theProxyOfTheFileWinsOverTheEnvironmentAndNeverShowsItsPassword() throws Exception {
        Map<String, String> environment =
                Map.of("HTTPS_PROXY", "http://environment:1", "NO_PROXY", "a.test", "PW", "pass");
        OutboundSettings outbound = origin(
                        "proxy: \"http://me:${PW}word@file:3128\", no_proxy: \"b.test, 10.0.0.0/8\"", environment)
                .outbound();
        assertThat(outbound.httpsProxy().orElseThrow().host()).isEqualTo("file");
        assertThat(outbound.httpProxy()).isEqualTo(outbound.httpsProxy());
        assertThat(outbound.direct()).isEqualTo(NoProxy.parse("b.test,10.0.0.0/8"));
        assertThat(outbound.toString()).contains("***").doesNotContain("pass", "word");
        OutboundSettings fallback = origin("", environment).outbound();
        assertThat(fallback.httpsProxy().orElseThrow().host()).isEqualTo("environment");
        assertThat(fallback.httpProxy()).isEmpty();
        assertThat(fallback.direct()).isEqualTo(NoProxy.parse("a.test,localhost,127.0.0.0/8,::1"));
    }

    @Test
    void aPrivateAuthorityIsReadAtStartup() throws Exception {
        var _ = TestTls.context(folder);
        String path = TestTls.certificate(folder).toString();
        assertThat(origin("ca_bundle: " + path, Map.of())
                        .outbound()
                        .caBundle()
                        .orElseThrow()
                        .certificates())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proxy: socks4://secret:1 | 1: origin.proxy must be of the form http://host:port",
                "proxy: http://a:secret@b:c | 1: origin.proxy must be of the form http://host:port",
                "ca_bundle: /nowhere.pem | 1: origin.ca_bundle does not name a readable file; make /nowhere.pem readable",
                "ca_bundle: config-sample.yml | 1: origin.ca_bundle contains",
                "retry_tries: 0 | 1: origin.retry_tries must be a whole number from 1 to 10",
                "retry_budget: 101 | 1: origin.retry_budget must be a whole number from 0 to 100",
                "breaker_failures: 0 | 1: origin.breaker_failures must be",
                "rate_reserve: -1 | 1: origin.rate_reserve must be",
                "max_rate_pause: a while | 1: origin.max_rate_pause must be",
            })
    void anInvalidValueIsReportedWithARemedy(String setting, String message) {
        assertThatThrownBy(() -> origin(setting, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.yml:" + message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aProxyOfTheEnvironmentThatCannotBeUsedIsNamedByItsVariable() {
        assertThatThrownBy(() -> origin("", Map.of("https_proxy", "socks4://me:secret@x:1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("origin.proxy is not set, and the environment variable HTTPS_PROXY must be")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aBackendHasLimitsAndMirrors() throws Exception {
        SourceSettings source =
                read("""
                        backends:
                          - type: huggingface
                            config:
                              mirrors: [https://one.example.com/, "http://two.example.com:8080/huggingface"]
                              max_connections: 16
                              max_bandwidth: 100 MB
                        """, Map.of()).backends().getFirst().settings().source();
        assertThat(source.mirrors())
                .isEqualTo(List.of(
                        URI.create("https://one.example.com"), URI.create("http://two.example.com:8080/huggingface")));
        assertThat(source.maxConnections()).isEqualTo(16);
        assertThat(source.maxBandwidth()).isEqualTo(100_000_000);
    }
}
