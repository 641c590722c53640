package io.artifactvault.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.app.CommandStory;
import io.artifactvault.app.doctor.Finding;
import io.artifactvault.app.doctor.RoundTrip;
import io.artifactvault.app.doctor.TrustedAuthorities;
import io.artifactvault.http.Credential;
import io.artifactvault.testhub.StandardSet;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code vault doctor} against a vault, a wrong path, a wrong port and what is no vault. */
class DoctorCommandTest extends CommandStory {
    private String base() {
        return "http://127.0.0.1:" + vault.server().port();
    }

    private static List<Finding> trip(String endpoint, Optional<String> repository) throws Exception {
        return trip(endpoint, repository, Optional.empty());
    }

    private static List<Finding> trip(String endpoint, Optional<String> repository, Optional<Credential> token)
            throws Exception {
        return new RoundTrip(URI.create(endpoint), repository, token, TrustedAuthorities.of(Map.of())).findings();
    }

    private static Finding onlyFailure(List<Finding> findings) {
        List<Finding> troubles = findings.stream()
                .filter(finding -> finding.state() != Finding.State.OK)
                .toList();
        assertThat(troubles).hasSize(1);
        assertThat(troubles.getFirst().state()).isEqualTo(Finding.State.FAIL);
        return troubles.getFirst();
    }

    @Test
    void aVaultThatWorksPassesEveryStep() throws Exception {
        List<Finding> findings = trip(base() + "/huggingface", Optional.of("acme/tiny"));
        assertThat(findings).extracting(Finding::state).containsOnly(Finding.State.OK);
        assertThat(findings)
                .extracting(Finding::subject)
                .containsExactly("vault", "hub", "prefix", "download", "cache");
        assertThat(findings.get(3).fact()).contains("which match their digest");
    }

    @Test
    void aRepositoryIsFoundIfNoneIsNamed() throws Exception {
        assertThat(trip(base() + "/huggingface", Optional.empty()))
                .extracting(Finding::subject)
                .contains("download", "cache");
    }

    @Test
    void aWrongPathIsReportedWithTheRightOne() throws Exception {
        Finding last = onlyFailure(trip(base() + "/hugging", Optional.empty()));
        assertThat(last.subject()).isEqualTo("prefix");
        assertThat(last.fact()).contains("/huggingface/");
    }

    @Test
    void withoutItsPathTheEndpointIsCorrectedBeforeItIsRecommended() throws Exception {
        assertThat(vault.plain("doctor", "--endpoint", base() + "/", "--json")).isEqualTo(1);
        JsonNode findings = new ObjectMapper().readTree(vault.out()).get("findings");
        assertThat(findings.at("/0/remedy").asText()).isEqualTo("export HF_ENDPOINT=" + base() + "/huggingface");
        JsonNode last = findings.get(findings.size() - 1);
        assertThat(last.at("/subject").asText()).isEqualTo("prefix");
        assertThat(last.at("/remedy").asText()).isEqualTo("use " + base() + "/huggingface");
    }

    @Test
    void anEndpointThatIsNoUrlIsBadUsage() {
        assertThat(vault.plain("doctor", "--endpoint", "localhost:8080")).isEqualTo(2);
        assertThat(vault.err().lines())
                .containsExactly("vault: The endpoint must be a URL such as http://vault:8080/huggingface, not"
                        + " \"localhost:8080\".");
        assertThat(vault.out()).isEmpty();
    }

    @Test
    void aPythonThatWasNamedMustBeThere() throws Exception {
        vault.plain("doctor", "--endpoint", base() + "/huggingface", "--python", "nopython", "--json");
        assertThat(vault.out()).contains("nopython was not found").doesNotContain("huggingface_hub");
    }

    @Test
    void theAdminPortIsRecognised() throws Exception {
        Finding failure =
                onlyFailure(trip("http://127.0.0.1:" + vault.server().adminPort() + "/huggingface", Optional.empty()));
        assertThat(failure.fact()).isEqualTo("This is the vault's admin port.");
        assertThat(failure.remedy()).contains("clients' port");
    }

    @Test
    void aServerThatIsNotAVaultIsReported() throws Exception {
        assertThat(trip(vault.hub.base(), Optional.empty()).getLast().fact()).contains("is not a vault");
        assertThat(trip("http://127.0.0.1:1/huggingface", Optional.empty())
                        .getLast()
                        .fact())
                .contains("No server accepts connections");
    }

    @Test
    void aHubThatIsAwayFailsInOneLine() throws Exception {
        trip(base() + "/huggingface", Optional.of("acme/tiny"));
        vault.hub.stop();
        Finding failure = onlyFailure(trip(base() + "/huggingface", Optional.of("acme/tiny")));
        assertThat(failure.subject()).isEqualTo("hub");
        assertThat(failure.fact()).contains("cannot reach the Hub");
    }

    @Test
    void aTokenThatTheHubRefusesFailsInOneLineWithoutTheToken() throws Exception {
        Credential wrong = Credential.bearer("hf_wrong");
        Finding failure = onlyFailure(trip(base() + "/huggingface", Optional.of("acme/tiny"), Optional.of(wrong)));
        assertThat(failure.subject()).isEqualTo("token");
        assertThat(failure.toString()).contains("rejects").doesNotContain("hf_wrong");
    }

    @Test
    void aTokenThatTheHubAcceptsIsReportedAsAccepted() throws Exception {
        Credential right = Credential.bearer(StandardSet.ALICE_TOKEN);
        List<Finding> findings = trip(base() + "/huggingface", Optional.of("acme/tiny"), Optional.of(right));
        assertThat(findings).extracting(Finding::state).containsOnly(Finding.State.OK);
        assertThat(findings.get(1).fact()).contains("accepts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/absent", "acme/gated"})
    void aNamedRepositoryThatCannotBeDownloadedFails(String repository) throws Exception {
        Finding failure = onlyFailure(trip(base() + "/huggingface", Optional.of(repository)));
        assertThat(failure.subject()).isEqualTo("download");
        assertThat(failure.fact()).contains(repository).contains("40");
    }

    @Test
    void theTokenIsSentOnlyToAVault() throws Exception {
        trip(vault.hub.base(), Optional.empty(), Optional.of(Credential.bearer("hf_secret")));
        assertThat(vault.hub.requests())
                .allSatisfy(request ->
                        assertThat(request.fields().first("Authorization")).isEmpty());
    }

    @Test
    void httpsSpokenToAnHttpPortIsRecognised() throws Exception {
        String https = "https://127.0.0.1:" + vault.server().port() + "/huggingface";
        Finding failure = onlyFailure(trip(https, Optional.empty()));
        assertThat(failure.fact()).contains("speaks http, not https");
        assertThat(failure.remedy()).contains(base() + "/huggingface");
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
