package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Content cached while a repository was private stays private when its name or its history becomes another's. */
class ResurrectionTest extends HubStory {
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;
    private static final String BOB = "Bearer " + StandardSet.BOB_TOKEN;
    private static final String SECRET = "the weights that nobody else may see";

    private HubRepository repository;
    private String commit;

    @BeforeEach
    void aliceReadsAPrivateRepository() throws Exception {
        repository = hub.repo("models", "acme/taken")
                .hidden(true)
                .lfs("secret.bin", SECRET.getBytes(StandardCharsets.UTF_8))
                .file("config.json", "{\"secret\": 1}");
        commit = repository.push();
        hub.user("alice", StandardSet.ALICE_TOKEN).grant(repository);
        for (String below : atCommit()) {
            assertThat(as(ALICE, below).statusCode()).as(below).isEqualTo(200);
        }
        assertThat(as(ALICE, "acme/taken/resolve/main/secret.bin").statusCode()).isEqualTo(200);
        assertThat(as(ALICE, "api/models/acme/taken/refs").statusCode()).isEqualTo(200);
        stage.awaitQuiet();
    }

    private List<String> atCommit() {
        return List.of(
                "acme/taken/resolve/" + commit + "/secret.bin",
                "acme/taken/resolve/" + commit + "/config.json",
                "acme/taken/raw/" + commit + "/config.json",
                "api/models/acme/taken/revision/" + commit,
                "api/models/acme/taken/tree/" + commit + "?recursive=true",
                "api/models/acme/taken/commits/" + commit);
    }

    private String layer() {
        return "v2/acme/taken/blobs/sha256:"
                + repository.at("secret.bin").content().sha256();
    }

    private HttpResponse<byte[]> as(String credential, String below, String... fields) throws Exception {
        List<String> all = new ArrayList<>(List.of(fields));
        if (!credential.isEmpty()) {
            all.addAll(List.of("Authorization", credential));
        }
        return stage.get(below, all.toArray(String[]::new));
    }

    private HubRepository takeOver() {
        hub.delete(repository);
        HubRepository other = hub.repo("models", "acme/taken").file("README.md", "of another owner");
        other.push();
        return other;
    }

    private void open(String credential) throws Exception {
        assertThat(as(credential, "acme/taken/resolve/main/README.md").statusCode())
                .isEqualTo(200);
        assertThat(as(credential, "api/models/acme/taken").statusCode()).isEqualTo(200);
        stage.awaitQuiet();
    }

    private void expectRefused(String credential) throws Exception {
        for (String below : atCommit()) {
            assertThat(as(credential, below).statusCode()).as(below).isBetween(400, 599);
            assertThat(as(credential, below, "Range", "bytes=0-3").statusCode())
                    .as(below)
                    .isBetween(400, 599);
        }
    }

    @Test
    void aCommitLearntWhilePrivateIsNotServedUnderANameThatWasTakenOver() throws Exception {
        takeOver();
        open("");
        expectRefused("");
        expectRefused(BOB);
        hub.stop();
        expectRefused("");
    }

    @Test
    void aCommitLearntWhilePrivateIsNotServedOnceTheHistoryWasRewritten() throws Exception {
        repository.remove("secret.bin").file("README.md", "without the secret").rewrite();
        repository.hidden(false);
        open("");
        expectRefused("");
        stage.clock.advance(Duration.ofSeconds(301));
        expectRefused(ALICE);
    }

    @Test
    void aCallersOwnGrantIsForTheCommitThatUpstreamConfirmed() throws Exception {
        HubRepository other = takeOver().hidden(true);
        hub.user("bob", StandardSet.BOB_TOKEN).grant(other);
        open(BOB);
        expectRefused(BOB);
    }

    @Test
    void aLayerLearntWhilePrivateIsNotServedUnderANameThatWasTakenOver() throws Exception {
        String layer = layer();
        assertThat(as(ALICE, layer).statusCode()).isEqualTo(200);
        stage.awaitQuiet();
        takeOver();
        open("");
        assertThat(as("", layer).statusCode()).isEqualTo(404);
    }

    @Test
    void anAnswerThatMovesIsNotServedStaleUnlessItWasConfirmedOpenly() throws Exception {
        takeOver();
        open("");
        hub.stop();
        assertThat(as("", "api/models/acme/taken/refs").statusCode()).isBetween(500, 599);
        assertThat(as("", "acme/taken/resolve/main/README.md").statusCode()).isEqualTo(200);
    }

    @Test
    void oneAnonymousConfirmationAtACommitOpensAllOfIt() throws Exception {
        repository.hidden(false);
        assertThat(as("", "acme/taken/resolve/" + commit + "/config.json").statusCode())
                .isEqualTo(200);
        assertThat(as(BOB, "acme/taken/resolve/" + commit + "/config.json").statusCode())
                .as("that the Hub accepts the token is learnt once")
                .isEqualTo(200);
        hub.reset();
        assertThat(as("", "acme/taken/resolve/" + commit + "/secret.bin").statusCode())
                .isEqualTo(200);
        assertThat(as(BOB, "api/models/acme/taken/tree/" + commit + "?recursive=true")
                        .statusCode())
                .isEqualTo(200);
        assertThat(hub.requests()).isEmpty();
        stage.restart();
        hub.stop();
        assertThat(as("", "acme/taken/resolve/" + commit + "/secret.bin").statusCode())
                .isEqualTo(200);
    }

    @Test
    void publicContentIsConfirmedAgainAfterTheRepositoryWasClosed() throws Exception {
        repository.hidden(false);
        String file = "acme/taken/resolve/" + commit + "/secret.bin";
        assertThat(as("", file).statusCode()).isEqualTo(200);
        repository.hidden(true);
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(as("", file).statusCode()).isEqualTo(401);
        takeOver();
        stage.clock.advance(Duration.ofSeconds(31));
        open("");
        assertThat(as("", file).statusCode()).isEqualTo(404);
    }
}
