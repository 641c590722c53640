package io.artifactvault.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where clients go and where they should. */
class EndpointTest {
    private static Finding only(Optional<String> wanted, String value) {
        return new Endpoint(wanted, Map.of("HF_ENDPOINT", value)).findings().getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "http://vault:8080/huggingface, OK",
        "https://vault/hf, OK",
        "http://vault:8080/huggingface/, WARN",
        "' http://vault:8080/huggingface', FAIL",
        "vault:8080/huggingface, FAIL",
        "ftp://vault/huggingface, FAIL",
        "'http://', FAIL",
    })
    void theFormOfTheValueIsJudged(String value, Finding.State state) {
        assertThat(only(Optional.empty(), value).state()).isEqualTo(state);
    }

    @Test
    void aValueThatIsNotSetFailsWithWhatToExport() {
        Endpoint endpoint = new Endpoint(Optional.of("http://vault:8080/huggingface"), Map.of());
        assertThat(endpoint.findings(endpoint.uri()).getFirst().remedy())
                .isEqualTo("export HF_ENDPOINT=http://vault:8080/huggingface");
        assertThat(endpoint.uri()).hasValue(URI.create("http://vault:8080/huggingface"));
    }

    @Test
    void anEndpointThatDidNotWorkIsNotRecommended() {
        Endpoint endpoint = new Endpoint(Optional.of("http://vault:8080"), Map.of());
        assertThat(endpoint.findings(Optional.empty()).getFirst().remedy()).doesNotContain("http://vault:8080");
    }

    @Test
    void anotherVaultFailsTheCheckAndATrailingSlashDoesNotMatter() {
        assertThat(only(Optional.of("http://a/hf"), "http://b/hf").fact()).contains("clients contact another server");
        assertThat(only(Optional.of("http://a/hf/"), "http://a/hf").state()).isEqualTo(Finding.State.OK);
    }
}
