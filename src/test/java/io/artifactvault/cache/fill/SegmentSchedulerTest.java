package io.artifactvault.cache.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.fill.SegmentScheduler.Claim;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentSchedulerTest {
    private static final long MIB = 1 << 20;
    private static final long LENGTH = 200 * MIB + 5;
    private static final long SEGMENT = 8 * MIB;

    private static final OriginResponse ANSWER = new OriginResponse() {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public Fields fields() {
            return Fields.EMPTY;
        }

        @Override
        public OptionalLong contentLength() {
            return OptionalLong.of(LENGTH);
        }

        @Override
        public <E extends Exception> boolean next(Sink<E> sink) {
            return false;
        }

        @Override
        public void close() {}
    };

    @TempDir
    private Path folder;

    private BlobFile file;
    private Progress progress;
    private SegmentScheduler segments;

    @BeforeEach
    void open() throws IOException {
        Path path = Files.createFile(folder.resolve("blob"));
        file = new BlobFile(FileChannel.open(path, StandardOpenOption.READ));
        progress = new Progress(file, OptionalLong.of(LENGTH), true);
        segments = new SegmentScheduler(progress, LENGTH, SEGMENT, 1 << 20, 8);
    }

    @AfterEach
    void close() {
        file.close();
    }

    private ByteRange next() {
        return Objects.requireNonNull(segments.rest(segments.claim().orElseThrow()));
    }

    private ByteRange nextOfHelper() {
        assertThat(segments.hire()).isTrue();
        return Objects.requireNonNull(segments.rest(segments.claimOrLeave().orElseThrow()));
    }

    /** Lets the claim's stream bring so much, which takes a second. */
    private void bring(Claim claim, long bytes) {
        long from = segments.position(claim);
        for (int tick = 1; tick <= 10; tick++) {
            now += TimeUnit.MILLISECONDS.toNanos(100);
            segments.advanced(claim, (int) (bytes / 10), now);
        }
        progress.advance(progress.present().with(new ByteRange(from, segments.position(claim) - 1)));
    }

    private long now;

    @Test
    void onlyWantedBytesAreFetched() {
        assertThat(segments.claim()).isEmpty();
        progress.want(new ByteRange(0, 0));
        assertThat(next()).isEqualTo(new ByteRange(0, MIB - 1));
        assertThat(segments.claim()).isEmpty();
    }

    @Test
    void aDemandIsRoundedOutToBlocksButNotBeyondTheEnd() {
        progress.want(new ByteRange(10 * MIB + 5, 11 * MIB + 5));
        assertThat(next()).isEqualTo(new ByteRange(10 * MIB, 12 * MIB - 1));
        progress.want(new ByteRange(LENGTH - 1, LENGTH - 1));
        assertThat(next()).isEqualTo(new ByteRange(200 * MIB, LENGTH - 1));
    }

    @Test
    void presentBytesAreNotFetchedAgain() {
        progress.advance(Extents.upTo(10 * MIB + 500));
        progress.want(new ByteRange(10 * MIB, 10 * MIB + 600));
        assertThat(next()).isEqualTo(new ByteRange(10 * MIB + 500, 11 * MIB - 1));
    }

    @Test
    void aReaderOfTheWholeGetsLongerAndLongerRunsWhileOneStreamSuffices() {
        progress.wantAll();
        assertThat(next()).isEqualTo(new ByteRange(0, 8 * MIB - 1));
        assertThat(next()).isEqualTo(new ByteRange(8 * MIB, 24 * MIB - 1));
        assertThat(next()).isEqualTo(new ByteRange(24 * MIB, 56 * MIB - 1));
        assertThat(next()).isEqualTo(new ByteRange(56 * MIB, 120 * MIB - 1));
        assertThat(next()).isEqualTo(new ByteRange(120 * MIB, 184 * MIB - 1));
        assertThat(segments.hire()).isFalse();
    }

    @Test
    void aPartThatIsWantedBeyondTheRunIsFetchedBesideIt() {
        progress.wantAll();
        next();
        progress.want(new ByteRange(150 * MIB, 150 * MIB + 9));
        assertThat(nextOfHelper()).isEqualTo(new ByteRange(150 * MIB, 151 * MIB - 1));
    }

    @Test
    void aWantedPartFarAheadShortensTheRun() {
        progress.advance(Extents.upTo(1));
        progress.wantAll();
        for (int i = 0; i < 3; i++) {
            next();
        }
        Claim run = segments.claim().orElseThrow();
        progress.want(new ByteRange(90 * MIB, 90 * MIB + 9));
        assertThat(nextOfHelper()).isEqualTo(new ByteRange(90 * MIB, 91 * MIB - 1));
        assertThat(segments.position(run) + segments.room(run)).isEqualTo(90 * MIB);
    }

    @Test
    void moreStreamsTakeSegmentsInOrderBehindTheLead() {
        progress.wantAll();
        bring(segments.claim().orElseThrow(), 4 * MIB);
        assertThat(nextOfHelper()).isEqualTo(new ByteRange(8 * MIB, 16 * MIB - 1));
    }

    @Test
    void aFullResponseOfAnOriginWithoutRangesIsReadToTheEndByOneStream() {
        progress.wantAll();
        progress.want(new ByteRange(100 * MIB, 100 * MIB + 1));
        progress.advance(Extents.upTo(5));
        Claim opening =
                segments.claim(new OpenResponse(ANSWER, Optional.empty(), true)).orElseThrow();

        assertThat(segments.rest(opening)).isEqualTo(new ByteRange(5, LENGTH - 1));
        assertThat(segments.hire()).isFalse();
    }

    @Test
    void aFullResponseIsAbandonedIfItsBeginningIsUnwanted() {
        progress.want(new ByteRange(LENGTH - 5, LENGTH - 1));

        assertThat(segments.claim(new OpenResponse(ANSWER, Optional.empty(), false)))
                .isEmpty();
        assertThat(next()).isEqualTo(new ByteRange(200 * MIB, LENGTH - 1));
    }

    @Test
    void aPartialResponseIsUsedForItsMissingBytes() {
        progress.advance(Extents.upTo(1000));
        Claim opening = segments.claim(OpenResponse.part(ANSWER, new ByteRange(900, 1999)))
                .orElseThrow();

        assertThat(segments.rest(opening)).isEqualTo(new ByteRange(1000, 1999));
    }

    @Test
    void aFullResponseIsReadToTheEndUnlessMoreStreamsHelp() {
        progress.wantAll();
        Claim opening = segments.claim(new OpenResponse(ANSWER, Optional.empty(), false))
                .orElseThrow();
        assertThat(segments.rest(opening)).isEqualTo(new ByteRange(0, LENGTH - 1));
        bring(opening, 4 * MIB);
        assertThat(nextOfHelper()).isEqualTo(new ByteRange(8 * MIB, 16 * MIB - 1));
    }

    @Test
    void theRestOfAnAbandonedStreamIsFetchedByAnother() {
        progress.want(new ByteRange(0, 5));
        Claim left = segments.claim().orElseThrow();
        segments.release(left);
        assertThat(next()).isEqualTo(new ByteRange(0, MIB - 1));
    }

    @Test
    void anOriginThatIgnoresRangeIsReadByOneStreamToItsEnd() {
        progress.want(new ByteRange(50 * MIB, 50 * MIB));
        Claim claim = segments.claim().orElseThrow();
        segments.takeAll(claim);
        assertThat(segments.rest(claim)).isEqualTo(new ByteRange(0, LENGTH - 1));
        progress.want(new ByteRange(90 * MIB, 90 * MIB));
        assertThat(segments.hire()).isFalse();
    }
}
