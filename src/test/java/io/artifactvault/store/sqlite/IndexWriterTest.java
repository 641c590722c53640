package io.artifactvault.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class IndexWriterTest {
    @Test
    void aBurstOfChangesIsWrittenTogether() {
        AtomicInteger groups = new AtomicInteger();
        IndexWriter writer = new IndexWriter(() -> groups.incrementAndGet() > 0);
        for (int i = 0; i < 10_000; i++) {
            writer.changed();
        }
        writer.start();
        writer.flush();
        assertThat(groups.get()).isBetween(1, 2);
        writer.close();
    }

    @Test
    void aChangeIsWrittenWithoutBeingAsked() throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        IndexWriter writer = new IndexWriter(() -> countDown(written));
        writer.start();
        writer.changed();
        written.await();
        writer.close();
    }

    @Test
    void aFailedGroupIsRetriedAndBlocksNoCaller() throws InterruptedException {
        CountDownLatch twice = new CountDownLatch(2);
        IndexWriter writer = new IndexWriter(() -> {
            countDown(twice);
            return twice.getCount() == 0;
        });
        writer.start();
        writer.changed();
        writer.flush();
        twice.await();
        writer.close();
    }

    @Test
    void closingWritesWhatIsLeft() {
        AtomicInteger groups = new AtomicInteger();
        IndexWriter writer = new IndexWriter(() -> groups.incrementAndGet() > 0);
        writer.start();
        writer.changed();
        writer.close();
        assertThat(groups.get()).isPositive();
        writer.flush();
        writer.close();
    }

    private static boolean countDown(CountDownLatch latch) {
        latch.countDown();
        return true;
    }
}
