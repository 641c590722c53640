package io.artifactvault.cache.fill;

import static io.artifactvault.cache.fill.FillRig.CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.cache.ScriptedResponse;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.upstream.ContentSource;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RangeFetcherTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    private FillRig rig;
    private Interest interest;

    @BeforeEach
    void open() throws IOException {
        rig = new FillRig(folder);
        interest = rig.fills.newInterest();
        interest.filling();
        assertThat(interest.add()).isTrue();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Fetches what the demand wants; true when all of the content is there. */
    private boolean fetch(Representation content, Optional<OpenResponse> openResponse, Consumer<Progress> demand)
            throws OriginException, IOException {
        try (BlobWriter writer =
                rig.blobs.create(content.entry().length(), content.entry().content())) {
            return rig.asTask(interest, () -> {
                Progress progress = new Progress(writer.file(), content.entry().length(), true, interest);
                demand.accept(progress);
                ContentSource source = new ContentSource(rig.tools.upstreams(), content, Optional.empty());
                boolean all = new RangeFetcher(rig.fills, rig.tools.settings(), source, writer, progress, openResponse)
                        .fill();
                present = progress.present().contiguousFrom(0);
                if (all) {
                    assertThat(FillRig.read(writer.file())).isEqualTo(this.expected);
                }
                return all;
            });
        }
    }

    private byte[] expected = CONTENT;
    private long present;

    private static void all(Progress progress) {
        progress.wantAll();
    }

    @Test
    void everyWantedByteIsFetched() throws Exception {
        assertThat(fetch(FillRig.proven(), Optional.empty(), RangeFetcherTest::all))
                .isTrue();
        assertThat(rig.origin.ranges()).containsExactly("bytes=0-299999");
    }

    @Test
    void aResponseAtHandIsUsedFirstAndClosed() throws Exception {
        ScriptedResponse response = rig.response();

        assertThat(fetch(FillRig.proven(), Optional.of(OpenResponse.whole(response)), RangeFetcherTest::all))
                .isTrue();
        assertThat(rig.origin.asked()).isEmpty();
        assertThat(response.isClosed()).isTrue();
    }

    @Test
    void aStreamThatBreaksOffIsTakenUpWhereItEnded() throws Exception {
        rig.origin.cuttingAfter(70_000).cuttingAfter(5_000);

        assertThat(fetch(FillRig.proven(), Optional.empty(), RangeFetcherTest::all))
                .isTrue();
        assertThat(rig.origin.ranges()).containsExactly("bytes=0-299999", "bytes=70000-299999", "bytes=75000-299999");
    }

    @Test
    void anOriginThatIgnoresRangeIsReadFromItsBeginning() throws Exception {
        rig.origin.cuttingAfter(70_000);
        rig.origin.ignoreRange();

        assertThat(fetch(FillRig.proven(), Optional.empty(), RangeFetcherTest::all))
                .isTrue();
    }

    @Test
    void aFailureThatNoRetryMendsEndsTheFetch() {
        rig.origin.cuttingAfter(70_000).failing(OriginFailure.ADDRESS_REFUSED);

        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> fetch(FillRig.proven(), Optional.empty(), RangeFetcherTest::all))
                .matches(e -> e.failure() == OriginFailure.ADDRESS_REFUSED);
    }

    @Test
    void anotherVersionIsNeverSplicedIn() {
        rig.origin.cuttingAfter(70_000).then(request -> {
            rig.origin.replace(FillRig.random(CONTENT.length), "\"v2\"");
            return rig.origin.content(request);
        });

        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> fetch(FillRig.validated(), Optional.empty(), RangeFetcherTest::all))
                .matches(e -> e.failure() == OriginFailure.CONTENT_CHANGED);
    }

    @Test
    void aDiskThatRefusesEndsTheFetch() {
        assertThatThrownBy(() -> fetch(FillRig.proven(), Optional.empty(), progress -> {
                    progress.wantAll();
                    rig.disk.refuse(Step.WRITE);
                }))
                .isInstanceOf(IOException.class);
        rig.disk.heal();
    }

    @Test
    void anUnwantedFetchEnds() {
        rig.origin.then(request -> {
            interest.cancellation().abandon();
            return rig.origin.content(request).cutAfter(0);
        });

        assertThatExceptionOfType(OriginException.class)
                .isThrownBy(() -> fetch(FillRig.proven(), Optional.empty(), RangeFetcherTest::all))
                .matches(e -> e.failure() == OriginFailure.ABANDONED);
    }

    @Test
    void unwantedBytesAreNotFetched() throws Exception {
        byte[] large = FillRig.random(5 * MIB);
        Representation content = rig.proven(large);

        assertThat(fetch(content, Optional.empty(), progress -> progress.want(new ByteRange(0, 9))))
                .isFalse();
        assertThat(rig.origin.ranges()).containsExactly("bytes=0-1048575");
        assertThat(present).isEqualTo(MIB);
    }

    @Test
    void presentBytesAreNotFetchedAgain() throws Exception {
        byte[] large = FillRig.random(3 * MIB);
        Representation content = rig.proven(large);
        expected = large;
        try (BlobWriter earlier =
                rig.blobs.create(content.entry().length(), content.entry().content())) {
            earlier.write(MIB, ByteBuffer.wrap(large, MIB, MIB));
        }

        assertThat(fetch(content, Optional.empty(), progress -> {
                    progress.advance(Extents.NONE.with(new ByteRange(MIB, 2L * MIB - 1)));
                    progress.wantAll();
                }))
                .isTrue();
        assertThat(rig.origin.ranges()).containsExactlyInAnyOrder("bytes=0-1048575", "bytes=2097152-3145727");
    }
}
