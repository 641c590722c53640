package io.artifactvault.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.app.CheckFinding;
import io.artifactvault.app.CommandStory;
import io.artifactvault.app.EndpointCheck;
import io.artifactvault.app.EndpointClient;
import io.artifactvault.app.doctor.TrustedAuthorities;
import io.artifactvault.http.Credential;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code vault check} against a real vault, and against what is none. */
class CheckCommandTest extends CommandStory {
    private int check(String... arguments) {
        List<String> command = new ArrayList<>(List.of("check"));
        command.addAll(List.of(arguments));
        return vault.plain(command.toArray(String[]::new));
    }

    private List<String> failures() {
        return vault.out().lines().filter(line -> line.startsWith("FAIL")).toList();
    }

    private String endpoint() {
        return "http://127.0.0.1:" + vault.server().port() + "/huggingface/";
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors"})
    void aHealthyVaultPassesEveryCheck(String file) {
        int exit = check("--endpoint", endpoint(), "--repo", "acme/tiny", "--file", file);

        assertThat(vault.out())
                .contains("ok    first request   MISS")
                .contains("ok    second request  HIT")
                .contains("which match their ETag")
                .contains("404 EntryNotFound")
                .contains("RepoNotFound")
                .endsWith("9 of 9 checks passed\n");
        assertThat(exit).isZero();
    }

    @Test
    void belowAPathItSaysWhatPythonLoses() {
        check("--endpoint", endpoint(), "--repo", "acme/tiny");
        assertThat(vault.out())
                .contains("hint  With a path in the endpoint")
                .contains("error.repo_id")
                .contains("prefix: /");
    }

    @Test
    void atTheRootThereIsNothingToSay() {
        check("--endpoint", vault.hub.base(), "--repo", "acme/tiny");
        assertThat(vault.out()).doesNotContain("hint");
    }

    @Test
    void forMachinesThereIsJson() {
        assertThat(check("--endpoint", endpoint(), "--repo", "acme/tiny", "--json"))
                .isZero();
        assertThat(vault.out()).contains("\"passed\":true").contains("\"name\":\"second request\"");
    }

    @Test
    void theHubItselfIsNotTakenForAVault() {
        assertThat(check("--endpoint", vault.hub.base(), "--repo", "acme/tiny", "--file", "model.safetensors"))
                .isEqualTo(1);
        assertThat(failures()).singleElement().asString().contains("health").contains("clients' port");
    }

    @Test
    void aMissingFileIsReported() {
        assertThat(check("--endpoint", endpoint(), "--repo", "acme/tiny", "--file", "nothing.bin"))
                .isEqualTo(1);
        assertThat(vault.out()).contains("FAIL  head").contains("pass another file");
    }

    @Test
    void withoutTheHubNothingIsFetchedAndTheReportSaysSo() {
        vault.hub.stop();
        assertThat(check("--endpoint", endpoint(), "--repo", "acme/tiny")).isEqualTo(1);
        assertThat(vault.out()).contains("ok    health").contains("502");
        assertThat(failures()).singleElement().asString().contains("hub").contains("cannot reach the Hub");
    }

    @Test
    void aHubThatIsAwayFailsAlsoWhenTheFileIsStored() {
        assertThat(check("--endpoint", endpoint(), "--repo", "acme/tiny")).isZero();
        vault.hub.stop();
        assertThat(check("--endpoint", endpoint(), "--repo", "acme/tiny")).isEqualTo(1);
        assertThat(failures()).singleElement().asString().contains("cannot reach the Hub");
    }

    @Test
    void aTokenThatTheHubRefusesFailsInOneLineWithoutTheToken() throws Exception {
        URI endpoint = URI.create(endpoint().replaceFirst("/$", ""));
        EndpointClient client = new EndpointClient(
                endpoint, Optional.of(Credential.bearer("hf_wrong")), TrustedAuthorities.of(Map.of()));
        List<CheckFinding> findings = new EndpointCheck(client, "acme/tiny", "main", "config.json").run();
        assertThat(findings.stream().filter(finding -> !finding.passed()))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.name()).isEqualTo("token");
                    assertThat(finding.detail()).contains("rejects").doesNotContain("hf_wrong");
                });
    }

    @Test
    void aWrongPathIsOneFailureWithTheRightPath() {
        assertThat(check("--endpoint", endpoint().replace("/huggingface/", "/hugging")))
                .isEqualTo(1);
        assertThat(failures()).singleElement().asString().contains("prefix").contains("/huggingface/");
    }

    @Test
    void httpsSpokenToAnHttpPortIsOneSentence() {
        assertThat(check("--endpoint", endpoint().replace("http:", "https:"))).isEqualTo(1);
        assertThat(vault.err().lines())
                .singleElement()
                .asString()
                .contains("speaks http, not https")
                .contains("use http://127.0.0.1");
    }

    @Test
    void anUnreachableEndpointIsReportedWithARemedy() {
        String endpoint = endpoint();
        vault.close();
        assertThat(check("--endpoint", endpoint)).isEqualTo(1);
        assertThat(vault.err().lines())
                .singleElement()
                .asString()
                .contains("No server responds at")
                .contains("with --endpoint");
    }

    @Test
    void theAdminPortIsRecognised() {
        String admin = "http://127.0.0.1:" + vault.server().adminPort();
        assertThat(check("--endpoint", admin)).isEqualTo(1);
        assertThat(failures())
                .singleElement()
                .asString()
                .contains("This is the vault's admin port; use the clients' port");
    }

    @Test
    void anEndpointThatIsNotAUrlIsBadUsage() {
        assertThat(check("--endpoint", "localhost:8080")).isEqualTo(2);
        assertThat(vault.err()).contains("such as http://vault:8080/huggingface");
    }
}
