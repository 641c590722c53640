package io.artifactvault.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChoresTest {
    @Test
    void aChoreIsRepeatedAfterThePauseItAsksFor() throws InterruptedException {
        CountDownLatch turns = new CountDownLatch(3);
        try (Chores chores = new Chores()) {
            chores.repeat(Duration.ZERO, () -> {
                turns.countDown();
                return turns.getCount() == 0 ? Duration.ofDays(1) : Duration.ZERO;
            });
            turns.await();
        }
    }

    @Test
    void manySignalsBeforeATurnMakeOneTurn() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        Chores chores = new Chores();
        chores.repeat(Duration.ZERO, () -> {
            gate.await();
            return Duration.ofDays(1);
        });
        Runnable signal = chores.onDemand(() -> {
            turns.incrementAndGet();
            return Duration.ZERO;
        });
        for (int i = 0; i < 1000; i++) {
            signal.run();
        }
        CountDownLatch after = new CountDownLatch(1);
        chores.repeat(Duration.ZERO, () -> {
            after.countDown();
            return Duration.ofDays(1);
        });
        gate.countDown();
        after.await();
        assertThat(turns).hasValue(1);
        chores.close();
        signal.run();
        assertThat(turns).hasValue(1);
    }

    @Test
    void aChoreThatFailsStopsNoOther() throws InterruptedException {
        CountDownLatch other = new CountDownLatch(1);
        try (Chores chores = new Chores()) {
            chores.repeat(Duration.ZERO, () -> {
                throw new IOException("the disk is gone");
            });
            chores.repeat(Duration.ZERO, () -> {
                other.countDown();
                return Duration.ofDays(1);
            });
            other.await();
        }
    }
}
