package io.artifactvault.cache.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.fixtures.FillSettingsBuilder;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.policy.FairPermits.Holder;
import io.artifactvault.store.blob.BlobFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FetchesTest {
    private static final FillSettings ONE_PLACE = FillSettingsBuilder.usual()
            .maxFills(1)
            .maxFillsPerClient(0)
            .maxQueuedFills(10)
            .maxQuestionsPerClient(0)
            .build();

    @TempDir
    private Path folder;

    private static Task task(Interest interest) {
        return new Task(new Holder("files", "127.0.0.2"), new UpstreamTrace(), interest, true, Optional.empty());
    }

    private static void inPlace(Fetches fills, Interest interest, Runnable step) {
        fills.tasks().start(task(interest), () -> {
            try {
                var _ = fills.places().with(FillPlaces.Kind.LONG_FILL, () -> {
                    step.run();
                    return true;
                });
            } catch (OriginException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aFillAtRestIsHurriedOnceOthersWaitForItsPlace() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch hurried = new CountDownLatch(1);
        CountDownLatch next = new CountDownLatch(1);
        Path path = Files.createFile(folder.resolve("blob"));
        try (Fetches fills = new Fetches(ONE_PLACE, 1);
                FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Progress progress = new Progress(new BlobFile(channel), OptionalLong.of(10), false);
            progress.onDemand(hurried::countDown);
            fills.register("content", progress);
            inPlace(fills, fills.newInterest(), () -> {
                begun.countDown();
                await(hurried);
            });
            await(begun);
            assertThat(hurried.getCount()).isOne();
            inPlace(fills, fills.newInterest(), next::countDown);
            await(next);
        }
    }

    @Test
    void aFillWithoutReadersGivesItsPlaceToThoseThatWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch next = new CountDownLatch(1);
        try (Fetches fills = new Fetches(ONE_PLACE, 1)) {
            Interest deserted = fills.newInterest();
            deserted.filling();
            deserted.resumable();
            assertThat(deserted.add()).isTrue();
            CountDownLatch cancelled = new CountDownLatch(1);
            var _ = deserted.cancellation().onCancel(cancelled::countDown);
            inPlace(fills, deserted, () -> {
                begun.countDown();
                await(cancelled);
            });
            await(begun);
            deserted.remove(true);
            assertThat(fills.lingering().count()).isOne();
            inPlace(fills, fills.newInterest(), next::countDown);
            await(next);
            assertThat(fills.lingering().ended()).isOne();
        }
    }

    /** A slow disk must not hold a carrier: there are as many as cores, and all questions share them. */
    @Test
    void aBodyComesToTheDiskOnAPlatformThread() throws Exception {
        CompletableFuture<Boolean> ofPlace = new CompletableFuture<>();
        CompletableFuture<Boolean> ofTask = new CompletableFuture<>();
        try (Fetches fills = new Fetches(ONE_PLACE, 1)) {
            Interest interest = fills.newInterest();
            fills.tasks()
                    .start(
                            task(interest),
                            () -> ofTask.complete(Thread.currentThread().isVirtual()));
            inPlace(
                    fills,
                    fills.newInterest(),
                    () -> ofPlace.complete(Thread.currentThread().isVirtual()));
            assertThat(ofTask.get()).isTrue();
            assertThat(ofPlace.get()).isFalse();
        }
    }

    @Test
    void aQueuedTaskOfAClientThatLeftIsNotRun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Fetches fills = new Fetches(ONE_PLACE, 1)) {
            inPlace(fills, fills.newInterest(), () -> {
                begun.countDown();
                await(end);
            });
            await(begun);
            Client client = new Client("127.0.0.2", new Departure());
            Interest interest = fills.newInterest();
            assertThat(interest.join(client.departure())).isPresent();
            CountDownLatch ended = new CountDownLatch(1);
            fills.tasks().start(task(interest), () -> {
                try {
                    var _ = fills.places().with(FillPlaces.Kind.LONG_FILL, () -> {
                        throw new IllegalStateException("nobody waits for this");
                    });
                } catch (OriginException e) {
                    ended.countDown();
                }
            });
            client.departure().gone();
            await(ended);
            assertThat(fills.places().permits(FillPlaces.Kind.LONG_FILL).waiting())
                    .isZero();
            end.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
