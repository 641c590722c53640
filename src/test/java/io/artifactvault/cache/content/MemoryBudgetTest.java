package io.artifactvault.cache.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.MemoryBudget.Hold;
import io.artifactvault.cache.content.MemoryBudget.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(1_000, 250);

    @Test
    void oneClientGetsNoMoreThanItsShare() {
        Hold mine = budget.hold("a");
        assertThat(mine.grow(200)).isTrue();
        assertThat(budget.hold("a").grow(51)).isFalse();
        assertThat(budget.hold("b").grow(250)).isTrue();
        assertThat(budget.used()).isEqualTo(450);
        assertThat(budget.refused(Refusal.SHARE)).isEqualTo(1);
        assertThat(budget.refusal("a", 51)).isEqualTo(Refusal.SHARE);
        assertThat(budget.refusal("c", 51)).isEqualTo(Refusal.TOTAL);
    }

    @Test
    void allTogetherGetNoMoreThanTheBudget() {
        List.of("a", "b", "c", "d")
                .forEach(client -> assertThat(budget.hold(client).grow(250)).isTrue());
        assertThat(budget.hold("e").grow(1)).isFalse();
        assertThat(budget.hold(MemoryBudget.NO_CLIENT).grow(1)).isFalse();
        assertThat(budget.refused(Refusal.TOTAL)).isEqualTo(2);
        assertThat(budget.clients()).as("who was refused holds nothing").isEqualTo(4);
    }

    @Test
    void memoryOfNoClientHasNoShare() {
        assertThat(budget.hold(MemoryBudget.NO_CLIENT).grow(1_000)).isTrue();
        assertThat(budget.clients()).isZero();
    }

    @Test
    void aClosedHoldHasReleasedAllAndTakesNoMore() {
        Hold hold = budget.hold("a");
        assertThat(hold.resize(100)).isTrue();
        hold.shrink(500);
        assertThat(hold.bytes()).isZero();
        assertThat(hold.resize(100)).isTrue();
        hold.close();
        hold.close();
        assertThat(budget.used()).isZero();
        assertThat(budget.clients()).isZero();
        assertThat(hold.grow(1)).isFalse();
    }

    @Test
    void aRefusedResizeChangesNothing() {
        Hold hold = budget.hold("a");
        assertThat(hold.resize(200)).isTrue();
        assertThat(hold.resize(300)).isFalse();
        assertThat(hold.bytes()).isEqualTo(200);
        assertThat(budget.used()).isEqualTo(200);
    }

    @Test
    void afterAnyReservationsAndReleasesNothingIsLeft() {
        Random random = new Random(7);
        List<Hold> holds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            holds.add(budget.hold("client " + i % 5));
        }
        for (int i = 0; i < 10_000; i++) {
            Hold hold = holds.get(random.nextInt(holds.size()));
            if (random.nextBoolean()) {
                var _ = hold.resize(random.nextInt(200));
            } else {
                hold.shrink(random.nextInt(200));
            }
            assertThat(budget.used())
                    .isBetween(0L, 1_000L)
                    .isEqualTo(holds.stream().mapToLong(Hold::bytes).sum());
        }
        holds.forEach(Hold::close);
        assertThat(budget.used()).isZero();
        assertThat(budget.clients()).isZero();
    }
}
