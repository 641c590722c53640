package io.artifactvault.cache.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
    private static final long HELD = Progress.HELD_BACK;

    @TempDir
    private Path folder;

    private BlobFile file;

    @BeforeEach
    void open() throws IOException {
        Path path = Files.createFile(folder.resolve("blob"));
        file = new BlobFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    @AfterEach
    void close() {
        file.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "67231, 67231", "67232, 67232", "67233, 67232", "100000, 67232"})
    void theLastBytesOfContentWithADigestAreHeldBackUntilItIsConfirmed(long written, long readable) {
        Progress progress = new Progress(file, OptionalLong.of(100_000), true);
        progress.wantAll();
        progress.advance(Extents.upTo(written));

        assertThat(progress.readableFrom(0)).isEqualTo(readable);
        progress.complete(100_000);
        assertThat(progress.readableFrom(0)).isEqualTo(100_000);
    }

    @Test
    void aSmallFileIsHeldBackWhole() {
        Progress progress = new Progress(file, OptionalLong.of(HELD), true);
        progress.wantAll();
        progress.advance(Extents.upTo(HELD));

        assertThat(progress.readableFrom(0)).isZero();
        progress.complete(HELD);
        assertThat(progress.readableFrom(0)).isEqualTo(HELD);
    }

    @Test
    void contentOfUnknownLengthIsHeldBackBehindWhatIsWritten() {
        Progress progress = new Progress(file, OptionalLong.empty(), true);
        progress.advance(Extents.upTo(HELD + 5));

        assertThat(progress.readableFrom(0)).isEqualTo(5);
    }

    @Test
    void contentWithoutADigestIsReadableAsItComes() {
        Progress progress = new Progress(file, OptionalLong.empty(), false);
        progress.advance(Extents.upTo(1));

        assertThat(progress.readableFrom(0)).isEqualTo(1);
    }

    @Test
    void theLengthIsKnownFromTheStartOrFromTheEnd() {
        assertThat(new Progress(file, OptionalLong.of(9), true).length()).hasValue(9);
        Progress unknown = new Progress(file, OptionalLong.empty(), false);
        unknown.advance(Extents.upTo(7));
        assertThat(unknown.length()).isEmpty();
        unknown.complete(7);
        assertThat(unknown.length()).hasValue(7);
    }

    @Test
    void aFailureLeavesVerifiedBytesReadable() {
        Progress progress = new Progress(file, OptionalLong.of(10), false);
        progress.advance(Extents.upTo(4));
        progress.fail();

        assertThat(progress.isFailed()).isTrue();
        assertThat(progress.isComplete()).isFalse();
        assertThat(progress.readableFrom(0)).isEqualTo(4);
    }

    @Test
    void aFillThatFailedPromisesNothingOneAtRestWhatItHas() {
        Progress failed = new Progress(file, OptionalLong.of(10), true);
        failed.advance(Extents.upTo(10));
        failed.fail();
        assertThat(failed.want(new ByteRange(0, 9))).isFalse();

        Progress resting = new Progress(file, OptionalLong.of(10), true);
        resting.advance(Extents.upTo(4));
        assertThat(resting.rest()).isTrue();
        assertThat(resting.want(new ByteRange(0, 3))).isTrue();
        assertThat(resting.want(new ByteRange(0, 4))).isFalse();
    }

    @Test
    void aReaderIsNotRegisteredWhenThereIsSomethingToReadOrAnEnd() {
        Progress progress = new Progress(file, OptionalLong.empty(), false);
        AtomicInteger woken = new AtomicInteger();
        progress.advance(Extents.upTo(5));

        assertThat(progress.wakeAt(4, woken::incrementAndGet)).isFalse();
        assertThat(progress.wakeAt(5, woken::incrementAndGet)).isTrue();
        progress.complete(5);
        assertThat(progress.wakeAt(5, woken::incrementAndGet)).isFalse();
        assertThat(woken).hasValue(1);
    }

    @Test
    void aReaderFarAheadIsWokenOnlyWhenItsPlaceIsReached() {
        Progress progress = new Progress(file, OptionalLong.empty(), false);
        AtomicInteger near = new AtomicInteger();
        AtomicInteger far = new AtomicInteger();
        progress.wakeAt(0, near::incrementAndGet);
        progress.wakeAt(10, far::incrementAndGet);

        progress.advance(Extents.upTo(1));
        assertThat(near).hasValue(1);
        assertThat(far).hasValue(0);
        progress.advance(Extents.upTo(10));
        assertThat(far).hasValue(0);
        progress.advance(Extents.upTo(11));
        assertThat(far).hasValue(1);
        progress.advance(Extents.upTo(12));
        assertThat(near).hasValue(1);
        assertThat(far).hasValue(1);
    }

    @Test
    void aFailureWakesEveryReader() {
        Progress progress = new Progress(file, OptionalLong.of(1_000), true);
        AtomicInteger woken = new AtomicInteger();
        progress.wakeAt(0, woken::incrementAndGet);
        progress.wakeAt(999, woken::incrementAndGet);
        progress.fail();

        assertThat(woken).hasValue(2);
    }

    @Test
    @Timeout(30)
    void noReaderMissesItsWakeUpInAnyInterleaving() throws InterruptedException {
        long length = 20_000;
        int readers = 6;
        Progress progress = new Progress(file, OptionalLong.empty(), false);
        CountDownLatch done = new CountDownLatch(readers);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                follow(progress);
                done.countDown();
            }));
        }
        for (long written = 1; written <= length; written++) {
            progress.advance(Extents.upTo(written));
        }
        progress.complete(length);

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void follow(Progress progress) {
        long position = 0;
        while (!progress.isComplete() || position < progress.readableFrom(0)) {
            position = progress.readableFrom(0);
            CountDownLatch woken = new CountDownLatch(1);
            if (progress.wakeAt(position, woken::countDown)) {
                try {
                    woken.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
