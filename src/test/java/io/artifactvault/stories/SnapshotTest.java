package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.artifactvault.http.Digest;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots are warmed, pinned and proved by the vault itself, by order of an operator. */
class SnapshotTest extends HubStory {
    private static final String TINY = "{\"repository\":\"acme/tiny\"}";
    private static final String LIST = "?recursive=true&expand=false";

    private static void assertState(JsonNode job, String state) {
        assertThat(job.get("state").asText()).as(job.toString()).isEqualTo(state);
    }

    @Test
    void aDryRunCountsExactlyAndFetchesNoFile() throws Exception {
        JsonNode job = operator.order("warm", "{\"repository\":\"acme/tiny\",\"dry_run\":true}");
        assertState(job, "done");
        assertThat(job.at("/chosen/files").asInt()).isEqualTo(8);
        assertThat(job.at("/chosen/bytes").asLong()).isEqualTo(tinyBytes());
        assertThat(job.at("/held/files").asInt()).isZero();
        assertThat(hub.originBodyBytes()).isZero();
        stage.get("acme/tiny/resolve/main/model.safetensors");
        stage.awaitQuiet();
        JsonNode again = operator.order("warm", "{\"repository\":\"acme/tiny\",\"dry_run\":true}");
        assertThat(again.at("/held/files").asInt()).isEqualTo(1);
        assertThat(again.at("/held/bytes").asLong()).isEqualTo(204_800);
    }

    private long tinyBytes() {
        return hub.repo("models", "acme/tiny").head().files().values().stream()
                .mapToLong(file -> file.content().length())
                .sum();
    }

    @Test
    void aWarmedSnapshotIsServedWithTheHubDown() throws Exception {
        assertState(operator.order("warm", TINY), "done");
        hub.stop();
        assertThat(stage.get("api/models/acme/tiny/revision/main").statusCode()).isEqualTo(200);
        String commit = hub.repo("models", "acme/tiny").sha();
        for (String path : hub.repo("models", "acme/tiny").head().files().keySet()) {
            String target = TestHub.resolve(hub.repo("models", "acme/tiny"), commit, path);
            assertThat(stage.get(target.substring(1)).statusCode()).as(path).isEqualTo(200);
            String atMain = TestHub.resolve(hub.repo("models", "acme/tiny"), "main", path);
            assertThat(stage.get(atMain.substring(1)).statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    void aSecondRunFetchesNothingAgain() throws Exception {
        JsonNode first = operator.order("warm", TINY);
        assertThat(first.at("/fetched/files").asInt()).isEqualTo(8);
        hub.reset();
        JsonNode second = operator.order("warm", TINY);
        assertThat(second.at("/held/files").asInt()).isEqualTo(8);
        assertThat(second.at("/fetched/files").asInt()).isZero();
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void patternsSelectAsInTheHubsClients() throws Exception {
        JsonNode job = operator.order(
                "warm", "{\"repository\":\"acme/tiny\",\"include\":[\"*.txt\",\"*.csv\"],\"exclude\":[\"sub dir/*\"]}");
        assertState(job, "done");
        assertThat(job.at("/chosen/files").asInt()).isEqualTo(3);
    }

    @Test
    void aListOfManyPagesIsReadToItsEnd() throws Exception {
        JsonNode job = operator.order("warm", "{\"repository\":\"acme/many\",\"dry_run\":true}");
        assertThat(job.at("/chosen/files").asInt()).isEqualTo(1200);
    }

    @Test
    void aFailedFileIsNamedAndTheNextRunContinues() throws Exception {
        hub.fail(r -> r.path().contains("one.txt"), Fault.status(500));
        JsonNode job = operator.order("warm", TINY);
        assertState(job, "failed");
        assertThat(job.at("/trouble/0/path").asText()).isEqualTo("one.txt");
        hub.heal();
        JsonNode again = operator.order("warm", TINY);
        assertState(again, "done");
        assertThat(again.at("/held/files").asInt()).isEqualTo(7);
        assertThat(again.at("/fetched/files").asInt()).isEqualTo(1);
    }

    @Test
    void aGatedRepositoryIsWarmedForATokenWithAccess() throws Exception {
        String gated = "{\"repository\":\"acme/gated\"}";
        assertState(operator.order("warm", gated), "failed");
        JsonNode job = operator.order("warm", gated, "X-Upstream-Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        assertState(job, "done");
        assertThat(job.toString()).doesNotContain(StandardSet.ALICE_TOKEN);
        assertThat(stage.get("acme/gated/resolve/main/config.json").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aJobUnderWayCanBeCancelled() throws Exception {
        Gate gate = hub.gate(Asked.cdn(), 1000);
        String id = Operator.read(operator.post("/admin/warm", "{\"repository\":\"acme/big\"}"))
                .get("id")
                .asText();
        gate.awaitReached();
        assertThat(operator.send("DELETE", "/admin/jobs/" + id, "").statusCode())
                .isEqualTo(200);
        assertState(operator.over(id), "cancelled");
        assertThat(operator.send("DELETE", "/admin/jobs/" + id, "").statusCode())
                .isEqualTo(409);
        gate.open();
    }

    @Test
    void aPinNamesTheCommitAndSurvivesARestart() throws Exception {
        HubRepository tiny = hub.repo("models", "acme/tiny");
        String before = tiny.sha();
        assertState(operator.order("pin", TINY), "done");
        tiny.file("config.json", "{}");
        tiny.push();
        stage.restart();
        JsonNode pins = Operator.read(operator.get("/admin/pins")).get("pins");
        assertThat(pins).hasSize(1);
        assertThat(pins.at("/0/commit").asText()).isEqualTo(before);
        assertThat(pins.at("/0/revision").asText()).isEqualTo("main");
        assertThat(operator.post("/admin/unpin", TINY).statusCode()).isEqualTo(200);
        assertThat(operator.post("/admin/unpin", TINY).statusCode()).isEqualTo(404);
        assertThat(Operator.read(operator.get("/admin/pins")).get("pins")).isEmpty();
    }

    @Test
    void aCheckFindsMissingAndDamagedFiles() throws Exception {
        String check = "{\"repository\":\"acme/tiny\"}";
        operator.order("warm", "{\"repository\":\"acme/tiny\",\"dry_run\":true}");
        JsonNode cold = operator.order("check", check);
        assertState(cold, "failed");
        assertThat(cold.get("troubles").asInt()).isEqualTo(8);
        operator.order("warm", TINY);
        hub.stop();
        assertState(operator.order("check", check), "done");
        String sha256 = hub.repo("models", "acme/tiny")
                .at("model.safetensors")
                .content()
                .sha256();
        Path blob = new VaultLayout(dir).blob(Digest.sha256(sha256));
        byte[] bytes = Files.readAllBytes(blob);
        bytes[1000] ^= 1;
        Files.write(blob, bytes);
        JsonNode rotten = operator.order("check", check);
        assertState(rotten, "failed");
        assertThat(rotten.at("/trouble/0/path").asText()).isEqualTo("model.safetensors");
        assertThat(rotten.at("/trouble/0/reason").asText()).isEqualTo("damaged");
    }

    @Test
    void whileTheHubIsDownAnOrderedSnapshotThatIsIncompleteIsRefusedWhereItBegins() throws Exception {
        hub.fail(r -> r.path().contains("one.txt"), Fault.status(404));
        assertState(operator.order("warm", TINY), "failed");
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(61));
        HttpResponse<byte[]> first = stage.get("api/models/acme/tiny/revision/main");
        assertThat(first.statusCode()).isEqualTo(504);
        assertThat(first.headers().firstValue("x-error-code")).hasValue("SnapshotIncomplete");
        assertThat(first.headers().firstValue("x-error-message"))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("1 files are missing", "one.txt"));
        // A file that is here is still served to those who ask for it alone.
        assertThat(stage.get("acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(200);
    }

    @Test
    void whileTheHubIsDownASnapshotIsWholeWhenAllThatWasOrderedIsHere() throws Exception {
        assertState(operator.order("warm", "{\"repository\":\"acme/tiny\",\"include\":[\"*.json\"]}"), "done");
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(61));
        assertThat(stage.get("api/models/acme/tiny/revision/main").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/tiny", "acme/old-name"})
    void aSnapshotOrderedByAnOldNameIsKnownByBothNames(String asked) throws Exception {
        hub.fail(r -> r.path().contains("one.txt"), Fault.status(404));
        assertState(operator.order("warm", "{\"repository\":\"acme/old-name\"}"), "failed");
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(61));
        HttpResponse<byte[]> first = stage.get("api/models/" + asked + "/revision/main");
        assertThat(first.headers().firstValue("x-error-code")).hasValue("SnapshotIncomplete");
    }

    @Test
    void aSnapshotWithoutAnOrderIsNotRefused() throws Exception {
        stage.get("api/models/acme/tiny/revision/main");
        stage.awaitQuiet();
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(61));
        assertThat(stage.get("api/models/acme/tiny/revision/main").statusCode()).isEqualTo(200);
    }

    @Test
    void anOfflineVaultRefusesAnIncompleteSnapshotByItsCommitToo() throws Exception {
        hub.fail(r -> r.path().contains("one.txt"), Fault.status(404));
        assertState(operator.order("warm", TINY), "failed");
        stage.close();
        stage.offline(true).start();
        String commit = hub.repo("models", "acme/tiny").sha();
        for (String first : new String[] {"revision/main", "revision/" + commit, "tree/" + commit + LIST}) {
            HttpResponse<byte[]> refused = stage.get("api/models/acme/tiny/" + first);
            assertThat(refused.headers().firstValue("x-error-code")).as(first).hasValue("SnapshotIncomplete");
        }
    }

    @Test
    void aLargeFileIsWarmedCompletely() throws Exception {
        assertState(operator.order("warm", "{\"repository\":\"acme/big\"}"), "done");
        assertState(operator.order("check", "{\"repository\":\"acme/big\"}"), "done");
        assertThat(hub.originBodyBytes()).isBetween(StandardSet.BIG, StandardSet.BIG + 100_000);
    }

    @Test
    void aRepositoryIsWarmedUnderItsOldNameToo() throws Exception {
        assertState(operator.order("warm", "{\"repository\":\"gpt2\"}"), "done");
        hub.stop();
        assertThat(stage.get("gpt2/resolve/main/config.json").statusCode()).isEqualTo(200);
    }
}
