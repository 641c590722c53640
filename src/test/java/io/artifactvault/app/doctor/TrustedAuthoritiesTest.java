package io.artifactvault.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.TestTls;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The variables by which Python's clients find their authorities, and what an https port shows when it is not trusted.
 */
class TrustedAuthoritiesTest {
    @TempDir
    static Path directory;

    private static SSLContext keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = TestTls.context(directory);
    }

    private static ScriptedOrigin encrypted() {
        return ScriptedOrigin.openTls("127.0.0.1", 0, keys, (_, reply) -> reply.status(404));
    }

    private static Finding last(String endpoint, Map<String, String> environment) throws Exception {
        return new RoundTrip(
                        URI.create(endpoint), Optional.empty(), Optional.empty(), TrustedAuthorities.of(environment))
                .findings()
                .getLast();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
    void theAuthoritiesThatAVariableNamesAreTrusted(String variable) throws Exception {
        try (ScriptedOrigin origin = encrypted()) {
            Map<String, String> environment =
                    Map.of(variable, TestTls.certificate(directory).toString());
            assertThat(last(origin.base(), environment).fact()).contains("is not a vault (status 404)");
        }
    }

    @Test
    void aFolderOfCertificatesIsReadAsRequestsDoes() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Files.copy(TestTls.certificate(directory), folder.resolve("own.0"));
        Files.writeString(folder.resolve("README"), "no certificate");
        try (ScriptedOrigin origin = encrypted()) {
            assertThat(last(origin.base(), Map.of("REQUESTS_CA_BUNDLE", folder.toString()))
                            .fact())
                    .contains("is not a vault (status 404)");
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNamedInOneSentence() throws Exception {
        try (ScriptedOrigin origin = encrypted()) {
            Finding finding = last(origin.base(), Map.of());
            assertThat(finding.subject()).isEqualTo("certificate");
            assertThat(finding.fact())
                    .contains("does not trust the certificate")
                    .doesNotContain("PKIX")
                    .doesNotContain("Exception");
            assertThat(finding.remedy()).contains("SSL_CERT_FILE").contains("REQUESTS_CA_BUNDLE");
        }
    }

    @Test
    void aCertificateForAnotherNameIsSaidToBe() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.openTls("127.0.0.9", 0, keys, (_, reply) -> reply.status(404))) {
            Finding finding = last(
                    origin.base(),
                    Map.of("SSL_CERT_FILE", TestTls.certificate(directory).toString()));
            assertThat(finding.subject()).isEqualTo("certificate");
            assertThat(finding.fact()).contains("is not valid for the name 127.0.0.9");
        }
    }

    @Test
    void httpSpokenToAnHttpsPortIsRecognised() throws Exception {
        try (ScriptedOrigin origin = encrypted()) {
            Finding finding = last(origin.base().replace("https:", "http:") + "/huggingface", Map.of());
            assertThat(finding.fact()).contains("speaks https, not http");
            assertThat(finding.remedy()).contains(origin.base() + "/huggingface");
        }
    }

    @Test
    void aFileThatIsNoCertificateIsAFindingWithTheNameOfItsVariable() throws Exception {
        Path file = Files.writeString(directory.resolve("no.pem"), "hello");
        List<Finding> findings =
                TrustedAuthorities.of(Map.of("SSL_CERT_FILE", file.toString())).findings();
        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.state()).isEqualTo(Finding.State.FAIL);
            assertThat(finding.fact()).startsWith("SSL_CERT_FILE").contains("is not a certificate");
        });
    }

    @Test
    void anUnknownHostAndARefusedPortAreToldApart() throws Exception {
        assertThat(last("http://no-such-host.invalid/huggingface", Map.of()).fact())
                .contains("cannot resolve the host name no-such-host.invalid");
        assertThat(last("http://127.0.0.1:1/huggingface", Map.of()).fact())
                .contains("No server accepts connections at http://127.0.0.1:1")
                .doesNotContain("Exception");
    }
}
