package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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

    private String endpoint() {
        return "http://127.0.0.1:" + vault.server().port() + "/huggingface/";
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors"})
    void aVaultThatIsAsItShouldBePassesEveryCheck(String file) {
        int exit = check("--endpoint", endpoint(), "--repo", "acme/tiny", "--file", file);

        assertThat(vault.out())
                .contains("ok    first request   MISS")
                .contains("ok    second request  HIT")
                .contains("as their ETag says")
                .contains("404 EntryNotFound")
                .contains("RepoNotFound")
                .endsWith("8 of 8 checks passed\n");
        assertThat(exit).isZero();
    }

    @Test
    void belowAPathItSaysWhatPythonLoses() {
        check("--endpoint", endpoint(), "--repo", "acme/tiny");
        assertThat(vault.out())
                .contains("hint  Below a path")
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
    void theHubItselfIsNoVault() {
        assertThat(check("--endpoint", vault.hub.base(), "--repo", "acme/tiny", "--file", "model.safetensors"))
                .isEqualTo(1);
        assertThat(vault.out()).contains("FAIL  health").contains("past the vault");
    }

    @Test
    void aFileThatIsNotThereIsSaidToBe() {
        assertThat(check("--endpoint", endpoint(), "--repo", "acme/tiny", "--file", "nothing.bin"))
                .isEqualTo(1);
        assertThat(vault.out()).contains("FAIL  head").contains("name another file");
    }

    @Test
    void withoutTheHubNothingIsFetchedAndThatIsSaid() {
        vault.hub.stop();
        assertThat(check("--endpoint", endpoint(), "--repo", "acme/tiny")).isEqualTo(1);
        assertThat(vault.out()).contains("ok    health").contains("FAIL  head").contains("502");
    }

    @Test
    void whereNothingAnswersTheRemedyIsSaid() {
        String endpoint = endpoint();
        vault.close();
        assertThat(check("--endpoint", endpoint)).isEqualTo(1);
        assertThat(vault.err().lines())
                .singleElement()
                .asString()
                .contains("Nothing answers at")
                .contains("--endpoint URL");
    }

    @Test
    void anEndpointThatIsNoneIsBadUsage() {
        assertThat(check("--endpoint", "localhost:8080")).isEqualTo(2);
        assertThat(vault.err()).contains("such as http://vault:8080/huggingface");
    }
}
