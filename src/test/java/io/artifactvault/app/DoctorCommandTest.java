package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.app.doctor.Finding;
import io.artifactvault.app.doctor.RoundTrip;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code vault doctor} against a vault, a wrong path, a wrong port and what is no vault. */
class DoctorCommandTest extends CommandStory {
    private String base() {
        return "http://127.0.0.1:" + vault.server().port();
    }

    private static List<Finding> trip(String endpoint, Optional<String> repository) throws Exception {
        return new RoundTrip(URI.create(endpoint), repository).findings();
    }

    @Test
    void aVaultThatWorksPassesEveryStep() throws Exception {
        List<Finding> findings = trip(base() + "/huggingface", Optional.of("acme/tiny"));
        assertThat(findings).extracting(Finding::state).containsOnly(Finding.State.OK);
        assertThat(findings).extracting(Finding::subject).containsExactly("vault", "prefix", "download", "cache");
        assertThat(findings.get(2).fact()).contains("right by their digest");
    }

    @Test
    void aRepositoryIsFoundWhereNoneIsNamed() throws Exception {
        assertThat(trip(base() + "/huggingface", Optional.empty()))
                .extracting(Finding::subject)
                .contains("download", "cache");
    }

    @Test
    void aWrongPathIsToldWithTheRightOne() throws Exception {
        Finding last = trip(base() + "/hugging", Optional.empty()).getLast();
        assertThat(last.state()).isEqualTo(Finding.State.FAIL);
        assertThat(last.fact()).contains("/huggingface/");
    }

    @Test
    void whatIsNoVaultIsSaidToBeNone() throws Exception {
        assertThat(trip(vault.hub.base(), Optional.empty()).getLast().fact()).contains("is not a vault");
        assertThat(trip("http://127.0.0.1:1/huggingface", Optional.empty())
                        .getLast()
                        .fact())
                .contains("Nothing answers");
    }

    @Test
    void theCommandSaysWhatToChange() throws Exception {
        int code = vault.plain(
                "doctor",
                "--endpoint",
                base() + "/huggingface",
                "--repository",
                "acme/tiny",
                "--python",
                "/nowhere/python",
                "--json");
        // The environment of this test's JVM has no HF_ENDPOINT.
        assertThat(code).isEqualTo(1);
        assertThat(new ObjectMapper()
                        .readTree(vault.out())
                        .at("/findings/0/remedy")
                        .asText())
                .isEqualTo("export HF_ENDPOINT=" + base() + "/huggingface");
    }
}
