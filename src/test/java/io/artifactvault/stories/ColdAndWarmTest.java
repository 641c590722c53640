package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.index.Savings;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.Percent;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first download streams through and is kept; every later one comes from the disk. */
class ColdAndWarmTest {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";
    private static final String CONFIG = "acme/tiny/resolve/main/config.json";

    @TempDir
    Path dir;

    private TestHub hub;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        stage = Stage.ofHub(dir, hub.base()).start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
        assertThat(hub.failures()).isEmpty();
    }

    private HubFile file(String repository, String path) {
        HubRepository found = hub.repositories().stream()
                .filter(r -> r.id().equals(repository))
                .findFirst()
                .orElseThrow();
        return found.at(path);
    }

    @Test
    void aLargeFileIsFetchedOnceAndThenServedFromTheStore() throws Exception {
        byte[] expected = file("acme/tiny", "model.safetensors").content().bytes();

        HttpResponse<byte[]> cold = stage.get(WEIGHTS);
        assertThat(cold.statusCode()).isEqualTo(200);
        assertThat(cold.body()).isEqualTo(expected);
        assertThat(cold.headers().firstValue("x-cache")).hasValue("MISS");

        long before = hub.originBodyBytes();
        HttpResponse<byte[]> warm = stage.get(WEIGHTS);
        assertThat(warm.body()).isEqualTo(expected);
        assertThat(warm.headers().firstValue("x-cache")).hasValue("HIT");
        assertThat(hub.originBodyBytes()).isEqualTo(before);
    }

    @Test
    void aRegularFileIsServedWithItsGitBlobIdAsETag() throws Exception {
        HubFile config = file("acme/tiny", "config.json");
        HttpResponse<byte[]> answer = stage.get(CONFIG, "Accept-Encoding", "gzip");
        assertThat(answer.body()).isEqualTo(config.content().bytes());
        assertThat(answer.headers().firstValue("etag")).hasValue("\"" + config.blobId() + "\"");
        assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    void everyFileOfTheStandardModelIsByteExactColdAndWarm() throws Exception {
        for (String path :
                new String[] {"config.json", "README.md", "empty.txt", "model.safetensors", StandardSet.HARD_NAME}) {
            HubFile file = file("acme/tiny", path);
            String target = "acme/tiny/resolve/main/" + Percent.encodePath(path);
            for (int round = 0; round < 2; round++) {
                HttpResponse<byte[]> answer = stage.get(target);
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                assertThat(answer.body()).as(path).isEqualTo(file.content().bytes());
            }
        }
    }

    @Test
    void headGivesLengthAndEtagWithoutFetchingTheContent() throws Exception {
        HubFile weights = file("acme/tiny", "model.safetensors");
        HttpResponse<byte[]> head = stage.head(WEIGHTS);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue(Long.toString(weights.size()));
        assertThat(head.headers().firstValue("x-linked-size")).hasValue(Long.toString(weights.size()));
        assertThat(head.headers().firstValue("etag")).hasValue("\"" + weights.identity() + "\"");
        assertThat(head.headers().firstValue("x-linked-etag")).hasValue("\"" + weights.identity() + "\"");
        assertThat(head.headers().firstValue("x-repo-commit").orElseThrow()).hasSize(40);
        assertThat(head.headers().firstValue("accept-ranges")).hasValue("bytes");
        assertThat(head.headers().map().keySet())
                .noneMatch(name -> name.startsWith("x-xet")
                        || name.equals("location")
                        || name.equals("link")
                        || name.equals("set-cookie"));
        assertThat(hub.originBodyBytes()).isZero();
        assertThat(hub.cdn().requests()).isEmpty();
    }

    @Test
    void headOfARegularFileGivesTheLengthOfTheFileAndNotOfTheRedirect() throws Exception {
        HttpResponse<byte[]> head = stage.head(CONFIG);
        assertThat(head.headers().firstValue("content-length"))
                .hasValue(Long.toString(file("acme/tiny", "config.json").size()));
    }

    @Test
    void everyStoredFileSurvivesARestart() throws Exception {
        stage.get(WEIGHTS);
        stage.get(CONFIG);
        hub.reset();
        stage.restart();
        assertThat(stage.get(WEIGHTS).body())
                .isEqualTo(file("acme/tiny", "model.safetensors").content().bytes());
        assertThat(stage.get(CONFIG).statusCode()).isEqualTo(200);
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void storedFilesAreServedWhileTheHubIsDownAlsoAfterARestartAndLongAfterTheirTtl() throws Exception {
        stage.get(WEIGHTS);
        stage.get("api/models/acme/tiny/revision/main");
        hub.stop();
        stage.restart();
        stage.clock.advance(Duration.ofHours(5));
        HttpResponse<byte[]> stale = stage.get(WEIGHTS);
        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(stale.body())
                .hasSize((int) file("acme/tiny", "model.safetensors").size());
        assertThat(stale.headers().firstValue("x-cache")).hasValue("STALE");
        assertThat(stage.get("api/models/acme/tiny/revision/main").statusCode()).isEqualTo(200);
    }

    @Test
    void theSameContentInAnotherRepositoryIsNotFetchedAgain() throws Exception {
        stage.get(WEIGHTS);
        long before = hub.originBodyBytes();
        HttpResponse<byte[]> other = stage.get(
                "acme/gated/resolve/main/model.safetensors", "Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.body())
                .isEqualTo(file("acme/tiny", "model.safetensors").content().bytes());
        assertThat(hub.originBodyBytes()).isEqualTo(before);
    }

    @Test
    void bytesThatWereKnownAlreadyAreCountedExactly() throws Exception {
        HubRepository twin = hub.repo("models", "acme/twin")
                .xet("renamed.bin", file("acme/tiny", "model.safetensors").content());
        String first = twin.push();
        twin.file("README.md", "another revision");
        String second = twin.push();
        stage.get(WEIGHTS);
        stage.awaitQuiet();
        for (String revision : new String[] {first, second, first}) {
            assertThat(stage.get("acme/twin/resolve/" + revision + "/renamed.bin")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(hub.requests(r -> r.origin().equals("cdn"))).hasSize(1);
        stage.close();
        try (SqliteEntryIndex index = SqliteEntryIndex.open(StoreSettings.of(dir, 1, 1 << 20, 1))) {
            assertThat(Savings.remembered(index.ledger())).isEqualTo(2 * 204_800);
        }
    }

    @Test
    void aFileAtACommitIsNeverRevalidated() throws Exception {
        String sha = stage.head(CONFIG).headers().firstValue("x-repo-commit").orElseThrow();
        stage.get("acme/tiny/resolve/" + sha + "/config.json");
        hub.reset();
        assertThat(stage.get("acme/tiny/resolve/" + sha + "/config.json").statusCode())
                .isEqualTo(200);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aBranchIsRevalidatedOnlyAfterItsTtlAndThenMoves() throws Exception {
        String first = stage.get(CONFIG).headers().firstValue("x-repo-commit").orElseThrow();
        HubRepository tiny = hub.repositories().stream()
                .filter(r -> r.id().equals("acme/tiny"))
                .findFirst()
                .orElseThrow();
        tiny.file("config.json", "{\"moved\":true}");
        String second = tiny.push();

        assertThat(stage.get(CONFIG).headers().firstValue("x-repo-commit")).hasValue(first);
        stage.clock.advance(Duration.ofSeconds(61));
        HttpResponse<byte[]> moved = stage.get(CONFIG);
        assertThat(moved.headers().firstValue("x-repo-commit")).hasValue(second);
        assertThat(new String(moved.body(), StandardCharsets.UTF_8)).isEqualTo("{\"moved\":true}");
        assertThat(stage.get("acme/tiny/resolve/" + first + "/config.json").body())
                .isNotEqualTo(moved.body());
    }

    @Test
    void aBranchThatDidNotMoveCostsOneHeadAfterItsTtl() throws Exception {
        stage.get(WEIGHTS);
        stage.clock.advance(Duration.ofSeconds(61));
        hub.reset();
        HttpResponse<byte[]> again = stage.get(WEIGHTS);
        assertThat(again.headers().firstValue("x-cache")).hasValue("REVALIDATED");
        assertThat(hub.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.isHead()).isTrue());
    }

    @Test
    void rangesOfStoredContentAreExact() throws Exception {
        byte[] expected = file("acme/tiny", "model.safetensors").content().bytes();
        stage.get(WEIGHTS);
        HttpResponse<byte[]> middle = stage.get(WEIGHTS, "Range", "bytes=1000-1999");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(expected, 1000, 2000));
        assertThat(middle.headers().firstValue("content-range")).hasValue("bytes 1000-1999/" + expected.length);
        assertThat(stage.get(WEIGHTS, "Range", "bytes=-10").body())
                .isEqualTo(Arrays.copyOfRange(expected, expected.length - 10, expected.length));
        HttpResponse<byte[]> beyond = stage.get(WEIGHTS, "Range", "bytes=" + expected.length + "-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("content-range")).hasValue("bytes */" + expected.length);
    }

    @Test
    void theFirstByteOfAColdFileCanBeProbed() throws Exception {
        HttpResponse<byte[]> probe = stage.get(WEIGHTS, "Range", "bytes=0-0");
        assertThat(probe.statusCode()).isEqualTo(206);
        assertThat(probe.headers().firstValue("content-range"))
                .hasValue("bytes 0-0/" + file("acme/tiny", "model.safetensors").size());
        assertThat(probe.body()).hasSize(1);
    }

    @Test
    void anEmptyFileProbedWithARangeIsAnswered200WithItsTotal() throws Exception {
        for (int round = 0; round < 2; round++) {
            HttpResponse<byte[]> probe = stage.get("acme/tiny/resolve/main/empty.txt", "Range", "bytes=0-0");
            assertThat(probe.statusCode()).isEqualTo(200);
            assertThat(probe.headers().firstValue("content-range")).hasValue("bytes */0");
            assertThat(probe.headers().firstValue("content-length")).hasValue("0");
        }
    }

    @Test
    void aClientWithTheSameVersionGets304() throws Exception {
        String etag = stage.get(WEIGHTS).headers().firstValue("etag").orElseThrow();
        HttpResponse<byte[]> same = stage.get(WEIGHTS, "If-None-Match", etag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().firstValue("etag")).hasValue(etag);
        assertThat(same.headers().firstValue("x-repo-commit")).isPresent();
    }

    @Test
    void aMissingFileIsAnsweredAsByTheHubAndRemembered() throws Exception {
        HttpResponse<byte[]> missing = stage.get("acme/tiny/resolve/main/nope.bin");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.headers().firstValue("x-error-code")).hasValue("EntryNotFound");
        assertThat(missing.headers().firstValue("x-repo-commit")).isPresent();
        stage.get(CONFIG);
        hub.reset();
        assertThat(stage.head("acme/tiny/resolve/main/nope.bin").statusCode()).isEqualTo(404);
        assertThat(hub.requests()).isEmpty();
    }
}
