package io.artifactvault.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.server.Exchange;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DiaryTest {
    private static Exchange exchange(int number, int pathLength) {
        return new Exchange(
                Integer.toString(number),
                "127.0.0.1",
                "GET",
                "/" + "a".repeat(pathLength),
                200,
                0,
                Duration.ZERO,
                CacheStatus.local(),
                true,
                new DecisionLog(""));
    }

    @Test
    void theLatestExchangesAreKept() {
        Diary diary = new Diary(MemoryBudget.unlimited());
        for (int i = 0; i < Diary.KEPT + 10; i++) {
            diary.accept(exchange(i, 10));
        }
        assertThat(diary.why("9")).isEmpty();
        assertThat(diary.why("10")).isPresent();
        assertThat(diary.why(Integer.toString(Diary.KEPT + 9))).isPresent();
    }

    /** One connection with 8,400 long targets ended a vault with a heap of 256 MiB. */
    @Test
    void fewerLongExchangesAreKept() {
        MemoryBudget memory = new MemoryBudget(8 << 20, 8 << 20);
        Diary diary = new Diary(memory);
        for (int i = 0; i < 20_000; i++) {
            diary.accept(exchange(i, 1_000));
            assertThat(diary.bytes()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(diary.why("19999")).isPresent();
        assertThat(diary.why("19400")).isPresent();
        assertThat(diary.why("19000")).isEmpty();
        assertThat(memory.used()).as("set aside once").isEqualTo(1 << 20);
    }

    @Test
    void alternatingShortAndLongExchangesAreCountedExactly() {
        Diary diary = new Diary(new MemoryBudget(8 << 20, 8 << 20));
        for (int i = 0; i < 50_000; i++) {
            diary.accept(exchange(i, i / 10_000 % 2 == 0 ? 10 : 1_000));
        }
        assertThat(diary.bytes()).isBetween(500_000L, 1L << 20);
        assertThat(diary.why("49999")).isPresent();
    }
}
