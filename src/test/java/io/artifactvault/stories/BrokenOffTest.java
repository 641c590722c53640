package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever breaks off upstream in the middle of a body is taken up again, and the client does not notice. */
class BrokenOffTest {
    private static final int SIZE = 20_000_000;
    private static final String BIG = "acme/broken/resolve/main/big.bin";
    private static final String SMALL = "acme/broken/resolve/main/small.bin";

    @TempDir
    Path dir;

    private final Content big = Content.generated(SIZE, 5);
    private final Content small = Content.generated(400_000, 6);
    private TestHub hub;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.empty();
        hub.repo("models", "acme/broken")
                .xet("big.bin", big)
                .xet("small.bin", small)
                .push();
        stage = Stage.ofHub(dir, hub.base()).start();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private void comesWhole(String path, Content content) throws Exception {
        HttpResponse<byte[]> answer = stage.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(content.bytes());
        assertThat(hub.originBodyBytes()).isLessThan(content.length() / 100 * 105 + 300_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {BIG, SMALL})
    void theClientDoesNotNoticeACutConnection(String path) throws Exception {
        hub.failOnce(Asked.cdn(), Fault.cutAfter(300_000));
        comesWhole(path, path.equals(BIG) ? big : small);
    }

    @Test
    void theClientDoesNotNoticeAReset() throws Exception {
        hub.failOnce(Asked.cdn(), Fault.resetAfter(5_000_000));
        HttpResponse<byte[]> answer = stage.get(BIG);
        assertThat(answer.body()).isEqualTo(big.bytes());
    }

    @Test
    void theClientDoesNotNoticeThreeCutsInOneBody() throws Exception {
        hub.fail(Asked.cdn(), Fault.cutAfter(4_000_000), 3);
        comesWhole(BIG, big);
        stage.awaitQuiet();
        hub.reset();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void aStalledBodyIsResumedOnAnotherConnection() throws Exception {
        stage.close();
        stage.timeout(Duration.ofMillis(700)).start();
        Gate never = new Gate();
        hub.failOnce(Asked.cdn(), Fault.stallAfter(5_000_000, never));
        comesWhole(BIG, big);
        never.open();
    }

    @Test
    void anExpiredAddressIsRenewedInTheMiddleOfTheBody() throws Exception {
        hub.knobs().signatureUses(1);
        hub.fail(Asked.cdn(), Fault.cutAfter(6_000_000), 2);
        comesWhole(BIG, big);
        assertThat(hub.requests(Asked.hub().and(Asked.get()))).hasSizeGreaterThan(1);
    }

    @Test
    void theAddressOfTheBytesIsAskedForOnlyOnceAsLongAsItIsGood() throws Exception {
        hub.fail(Asked.cdn(), Fault.cutAfter(6_000_000), 2);
        comesWhole(BIG, big);
        assertThat(hub.requests(Asked.hub().and(Asked.get()))).hasSize(1);
    }

    @Test
    void theHubMayFailForAMomentWhileAnAddressIsRenewed() throws Exception {
        hub.failOnce(Asked.cdn(), reply -> {
            hub.expireSignedUrls();
            hub.failOnce(Asked.hub(), Fault.status(503));
            return Fault.cutAfter(7_000_000).strike(reply);
        });
        comesWhole(BIG, big);
    }

    /** Whatever the Hub answers once the address of the bytes has expired in their middle. */
    private void renewedBy(Fault answer) {
        hub.failOnce(Asked.cdn(), reply -> {
            hub.expireSignedUrls();
            hub.fail(Asked.hub(), answer);
            return Fault.cutAfter(7_000_000).strike(reply);
        });
    }

    private void isCutAndFetchedAnewLater() throws Exception {
        assertThatThrownBy(() -> stage.get(BIG)).isInstanceOf(IOException.class);
        assertThat(hub.originBodyBytes()).isLessThan(SIZE / 2);
        hub.heal();
        // A Hub that failed several times is left alone for a moment.
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        HttpResponse<byte[]> anew = stage.get(BIG);
        while (anew.statusCode() == 503 && System.nanoTime() < deadline) {
            anew = stage.get(BIG);
        }
        assertThat(anew.body()).isEqualTo(big.bytes());
    }

    @Test
    void contentThatTheHubNamesDifferentlyNowIsNotSplicedIn() throws Exception {
        String other = Content.generated(10, 1).sha256();
        renewedBy(Fault.answer(
                302,
                Fields.of(
                        "Location",
                        hub.cdn().base() + "/other",
                        "X-Repo-Commit",
                        "0123456789012345678901234567890123456789",
                        "X-Linked-Size",
                        Integer.toString(SIZE),
                        "X-Linked-Etag",
                        "\"" + other + "\""),
                "Found"));
        isCutAndFetchedAnewLater();
    }

    @Test
    void aBodyIsCutAndItsPartKeptIfTheHubStaysDown() throws Exception {
        renewedBy(Fault.status(503));
        isCutAndFetchedAnewLater();
        assertThat(hub.originBodyBytes()).isLessThan(SIZE / 100 * 105);
    }

    @Test
    void aLoginPageInTheMiddleIsNotSplicedIn() throws Exception {
        hub.failOnce(Asked.cdn(), Fault.cutAfter(7_000_000));
        hub.failOnce(Asked.cdn(), Fault.loginPage());
        comesWhole(BIG, big);
    }

    @Test
    void wrongBytesAfterACutAreNeverServedAsWholeNorKept() throws Exception {
        hub.failOnce(Asked.cdn(), Fault.cutAfter(7_000_000));
        hub.failOnce(Asked.cdn(), Fault.corruptAt(100));
        assertThatThrownBy(() -> stage.get(BIG)).isInstanceOf(IOException.class);
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
    }

    @Test
    void anOriginThatIgnoresRangeIsReadFromTheStartAgain() throws Exception {
        hub.fail(Asked.cdn(), Fault.ignoringRange());
        hub.failOnce(Asked.cdn(), Fault.cutAfter(7_000_000));
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
    }

    @Test
    void largeFilesAreAskedForInPartsOnly() throws Exception {
        comesWhole(BIG, big);
        assertThat(hub.requests(Asked.cdn().and(Asked.range().negate()))).isEmpty();
    }

    @Test
    void aFileThatTheHubDeliversItselfIsResumedToo() throws Exception {
        hub.knobs().largeDelivery(io.artifactvault.testhub.HubKnobs.Delivery.DIRECT_200);
        hub.failOnce(Asked.get().and(Asked.path("big.bin")), Fault.cutAfter(9_000_000));
        comesWhole(BIG, big);
    }
}
