package io.artifactvault.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.store.BlobFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FillsTest {
    @TempDir
    private Path folder;

    @Test
    void aFillThatLingersIsHurriedOnceOthersWaitForItsThread() throws Exception {
        CacheSettings usual = CacheSettings.defaults();
        CacheSettings oneThread = new CacheSettings(
                1,
                10,
                usual.staleIfError(),
                usual.segmentSize(),
                usual.parallelSegments(),
                usual.readAhead(),
                usual.maxClientRate(),
                usual.minRevalidateInterval(),
                usual.offline());
        CountDownLatch lingers = new CountDownLatch(1);
        AtomicInteger hurried = new AtomicInteger();
        Path path = Files.createFile(folder.resolve("blob"));
        try (Fills fills = new Fills(oneThread);
                FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Progress progress = new Progress(new BlobFile(channel), OptionalLong.of(10), false);
            progress.onDemand(() -> {
                hurried.incrementAndGet();
                lingers.countDown();
            });
            fills.register("content", progress);
            fills.execute(() -> await(lingers));
            assertThat(hurried).hasValue(0);
            fills.execute(() -> {});
            assertThat(hurried).hasValue(1);
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
