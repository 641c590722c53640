package io.artifactvault.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.app.CommandStory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code vault warm}, {@code pin}, {@code unpin}, {@code pins}, {@code snapshot check} and {@code why}, against a running vault. */
class SnapshotCommandsTest extends CommandStory {
    @Test
    void aDryRunSaysHowMuchAndAWarmUpBringsIt() {
        assertThat(vault.run("warm", "acme/tiny", "--dry-run")).isZero();
        assertThat(vault.out()).contains("models/acme/tiny@main  8 files").contains("8 files would be fetched");
        assertThat(vault.run("warm", "acme/tiny")).isZero();
        assertThat(vault.out())
                .contains("0 already stored (0 bytes), 8 fetched")
                .contains("Complete at");
        assertThat(vault.run("warm", "acme/tiny")).isZero();
        assertThat(vault.out()).contains("0 fetched");
    }

    @Test
    void aLockFileIsWarmedLineByLine() throws Exception {
        String commit = vault.hub.repo("models", "acme/tiny").sha();
        Path lock = Files.writeString(
                dir.resolve("models.lock"),
                "# what the lab needs\nacme/tiny@" + commit + "  # pinned\n\ndatasets/acme/ds\n");
        assertThat(vault.run("warm", "--from", lock.toString(), "--json")).isZero();
        JsonNode jobs = new ObjectMapper().readTree(vault.out()).get("jobs");
        assertThat(jobs).hasSize(2);
        assertThat(jobs.at("/0/commit").asText()).isEqualTo(commit);
        assertThat(jobs.at("/1/repository").asText()).isEqualTo("datasets/acme/ds");
        assertThat(jobs.at("/1/fetched/files").asInt()).isEqualTo(4);
    }

    @Test
    void aCheckDistinguishesACompleteSnapshotFromAnIncompleteOne() {
        assertThat(vault.run("snapshot", "check", "acme/tiny")).isEqualTo(1);
        assertThat(vault.out()).contains("config.json: missing").contains("run 'vault warm'");
        assertThat(vault.run("warm", "acme/tiny", "--include", "*.json")).isZero();
        assertThat(vault.run("snapshot", "check", "acme/tiny")).isZero();
        assertThat(vault.out()).contains("Complete and verified");
    }

    @Test
    void pinsAreListedAndCanBeRemoved() {
        assertThat(vault.run("pin", "acme/tiny@v1.0")).isZero();
        assertThat(vault.run("pins")).isZero();
        assertThat(vault.out()).contains("models/acme/tiny@").contains("(v1.0)");
        assertThat(vault.run("unpin", "acme/tiny@v1.0")).isZero();
        assertThat(vault.run("pins", "--json")).isZero();
        assertThat(vault.out().strip()).isEqualTo("{\"pins\":[]}");
        assertThat(vault.run("unpin", "acme/tiny@v1.0")).isEqualTo(1);
        assertThat(vault.err()).contains("is not pinned").contains("'vault pins'");
    }

    @Test
    void filesThatCannotBeFetchedAreNamed() {
        assertThat(vault.run("warm", "acme/nothing", "--anonymous")).isEqualTo(1);
        assertThat(vault.out()).contains("Could not get models/acme/nothing@main (401)");
    }

    @Test
    void anAnswerIsExplainedByItsId() throws Exception {
        URI file = URI.create(
                "http://127.0.0.1:" + vault.server().port() + "/huggingface/acme/tiny/resolve/main/config.json");
        try (HttpClient client = HttpClient.newHttpClient()) {
            String id = client.send(HttpRequest.newBuilder(file).build(), BodyHandlers.ofString())
                    .headers()
                    .firstValue("x-request-id")
                    .orElseThrow();
            assertThat(vault.run("why", id)).isZero();
        }
        assertThat(vault.out()).contains("acme/tiny config.json at main").contains("upstream");
        assertThat(vault.run("why", "0000")).isEqualTo(1);
    }

    @Test
    void badArgumentsAreRefusedBeforeTheVaultIsContacted() {
        String nowhere = "http://127.0.0.1:1";
        assertThat(vault.plain("warm", "acme/tiny", "--jobs", "99", "--endpoint", nowhere))
                .isEqualTo(2);
        assertThat(vault.err().lines()).containsExactly("vault: --jobs must be a whole number from 1 to 32, not 99.");
        assertThat(vault.plain("pin", "a b", "--endpoint", nowhere)).isEqualTo(2);
        assertThat(vault.err()).contains("\"a b\" is not a repository name");
        assertThat(vault.plain("warm", "--from", "/nope", "--endpoint", nowhere))
                .isEqualTo(2);
        assertThat(vault.err().lines())
                .containsExactly("vault: The file or folder /nope does not exist; check the path.");
    }

    @Test
    void argumentsThatTheVaultRefusesAreBadUsage() {
        assertThat(vault.run("warm", "acme/tiny", "--backend", "nix")).isEqualTo(2);
        assertThat(vault.err())
                .contains("No backend with snapshots is named \"nix\"")
                .contains("backends with snapshots: huggingface");
    }

    @Test
    void commandsWithoutUpstreamRequestsHaveNoTokenOption() {
        for (String command : new String[] {"pins", "unpin", "why"}) {
            vault.plain(command, "--help");
            assertThat(vault.out()).as(command).doesNotContain("--anonymous");
        }
        vault.plain("warm", "--help");
        assertThat(vault.out()).contains("--anonymous");
    }

    @Test
    void whileTheHubIsDownTheReasonIsPrintedOnce() {
        vault.hub.stop();
        assertThat(vault.run("warm", "acme/tiny", "--anonymous")).isEqualTo(1);
        assertThat(vault.out())
                .contains("Could not get models/acme/tiny@main (")
                .doesNotContain("Could not fetch")
                .doesNotContain("nothing was stored");
    }

    @Test
    void aRequestThatFailedIsExplainedInWords() throws Exception {
        vault.hub.stop();
        URI file = URI.create("http://127.0.0.1:" + vault.server().port() + "/huggingface/acme/tiny/resolve/main/a");
        try (HttpClient client = HttpClient.newHttpClient()) {
            String id = client.send(HttpRequest.newBuilder(file).build(), BodyHandlers.ofString())
                    .headers()
                    .firstValue("x-request-id")
                    .orElseThrow();
            assertThat(vault.run("why", id)).isZero();
        }
        assertThat(vault.out())
                .contains("failed: the connection was refused (CONNECT_REFUSED)")
                .contains("detail=upstream-failed")
                .doesNotContain("{");
    }

    @Test
    void aVaultThatDoesNotRunIsReported() {
        assertThat(vault.plain("pins", "--endpoint", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(vault.err()).contains("No admin API of a vault responds at http://127.0.0.1:1");
        assertThat(vault.plain("pins", "--endpoint", "nonsense")).isEqualTo(2);
        assertThat(vault.plain("warm", "--endpoint", "http://127.0.0.1:1")).isEqualTo(2);
        assertThat(vault.err()).contains("No repository is given");
    }

    @Test
    void theClientsPortIsNotTakenForTheAdminApi() {
        assertThat(vault.plain(
                        "pins",
                        "--endpoint",
                        "http://127.0.0.1:" + vault.server().port()))
                .isEqualTo(1);
        assertThat(vault.err())
                .contains("is the vault's port for clients")
                .contains("--endpoint http://127.0.0.1:8081")
                .doesNotContain("mounted");
    }
}
