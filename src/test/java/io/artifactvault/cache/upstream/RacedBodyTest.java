package io.artifactvault.cache.upstream;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.fill.FillRig;
import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.HedgeSettings;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.TestHedges;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RacedBodyTest {
    private static final HedgeSettings SOON = new HedgeSettings(Duration.ZERO, Duration.ofSeconds(30), 10, 5);

    @TempDir
    private Path folder;

    private FillRig rig;
    private final Hedges hedges = TestHedges.of(SOON);

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        rig.origin.hedgedBy(hedges);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** All bytes that come, from whichever connection. */
    private byte[] read(ScriptedResponse response) throws OriginException, IOException {
        ContentSource source = new ContentSource(rig.upstreams(), FillRig.proven(), Optional.empty());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        return rig.asTask(() -> {
            try (RacedBody body = new RacedBody(source, response, 0)) {
                while (all.size() < CONTENT.length
                        && body.next(() -> new ByteRange(all.size(), CONTENT.length - 1L), (bytes, at) -> {
                            assertThat(at).isEqualTo(all.size());
                            byte[] chunk = new byte[bytes.remaining()];
                            bytes.get(chunk);
                            all.writeBytes(chunk);
                        })) {
                    // Until all of it is here.
                }
            }
            return all.toByteArray();
        });
    }

    @Test
    void aBodyThatComesIsReadFromItsOwnConnection() throws Exception {
        ScriptedResponse response = rig.response();

        assertThat(read(response)).isEqualTo(CONTENT);
        assertThat(rig.origin.asked()).isEmpty();
        assertThat(response.isClosed()).isTrue();
    }

    @Test
    void aSecondConnectionTakesOverABodyThatStandsStill() throws Exception {
        ScriptedResponse slow = rig.response().standingAt(50_000);

        assertThat(read(slow)).isEqualTo(CONTENT);
        assertThat(rig.origin.ranges()).containsExactly("bytes=50000-299999");
        assertThat(slow.isClosed()).isTrue();
        assertThat(hedges.wonSoFar()).isOne();
    }

    @Test
    void aFirstConnectionThatResumesWinsTheRace() throws Exception {
        ScriptedResponse first = rig.response().standingAt(50_000);
        ScriptedResponse[] second = new ScriptedResponse[1];
        rig.origin.then(request -> {
            second[0] = rig.origin.content(request).standingAt(0);
            first.open();
            return second[0];
        });

        assertThat(read(first)).isEqualTo(CONTENT);
        assertThat(hedges.sentSoFar()).isOne();
        assertThat(hedges.wonSoFar()).isZero();
        second[0].open();
    }

    @Test
    void aSecondConnectionThatFailsCostsTheFirstNothing() throws Exception {
        ScriptedResponse first = rig.response().standingAt(50_000);
        rig.origin.then(_ -> {
            first.open();
            throw new OriginException(OriginFailure.CONNECT_REFUSED, "origin.test");
        });

        assertThat(read(first)).isEqualTo(CONTENT);
        assertThat(hedges.wonSoFar()).isZero();
    }

    @Test
    void otherContentNeverTakesOver() {
        ScriptedResponse first = rig.response().standingAt(50_000).cutAfter(50_000);
        rig.origin.then(_ -> {
            first.open();
            return new ScriptedResponse(404, Fields.EMPTY, new byte[0]);
        });

        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> read(first))
                .matches(e -> e.failure() == OriginFailure.BODY_CUT);
    }

    @Test
    void aBodyWithoutAHedgeIsNotRaced() throws Exception {
        rig.origin.hedgedBy(Hedges.NONE);
        ScriptedResponse first = rig.response().standingAt(50_000);
        first.open();

        assertThat(read(first)).isEqualTo(CONTENT);
        assertThat(rig.origin.asked()).isEmpty();
    }
}
