package io.artifactvault.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables by which downloads go past the vault. */
class VariablesTest {
    private static final URI VAULT = URI.create("http://vault.lab:8080/huggingface");

    private static List<String> troubled(Map<String, String> environment) {
        return new Variables(environment, VAULT)
                .findings().stream()
                        .filter(finding -> finding.state() != Finding.State.OK)
                        .map(Finding::subject)
                        .toList();
    }

    @Test
    void aCleanEnvironmentIsFine() {
        assertThat(troubled(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http_proxy, http://proxy:3128, proxy",
        "ALL_PROXY, socks5://proxy:1080, proxy",
        "HF_HUB_OFFLINE, 1, offline",
        "TRANSFORMERS_OFFLINE, true, offline",
        "HUGGINGFACE_CO_STAGING, 1, staging",
        "HF_HUB_ETAG_TIMEOUT, 3, timeout",
        "HF_HUB_DOWNLOAD_TIMEOUT, 5, timeout",
        "REQUESTS_CA_BUNDLE, /nowhere/ca.pem, certificates",
        "SSL_CERT_FILE, /nowhere/ca.pem, certificates",
    })
    void eachHarmfulVariableIsFound(String name, String value, String subject) {
        assertThat(troubled(Map.of(name, value))).containsExactly(subject);
    }

    @ParameterizedTest
    @CsvSource({
        "https_proxy, http://proxy:3128",
        "HF_HUB_OFFLINE, 0",
        "HF_HUB_ETAG_TIMEOUT, 30",
        "HF_HUB_DOWNLOAD_TIMEOUT, soon",
    })
    void harmlessVariablesAreIgnored(String name, String value) {
        assertThat(troubled(Map.of(name, value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "vault.lab, true",
        "lab, true",
        ".lab, true",
        "*.lab, true",
        "*, true",
        "'localhost, vault.lab:8080', true",
        "other.lab, false",
        "ult.lab, false",
        "vault.lab.example, false",
    })
    void noProxyExceptsAsClientsUnderstandIt(String noProxy, boolean excepted) {
        assertThat(troubled(Map.of("http_proxy", "http://proxy:3128", "NO_PROXY", noProxy)))
                .isEqualTo(excepted ? List.of() : List.of("proxy"));
    }
}
