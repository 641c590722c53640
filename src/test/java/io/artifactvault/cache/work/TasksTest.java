package io.artifactvault.cache.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.fixtures.FillSettingsBuilder;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.policy.FairPermits.Holder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many tasks run at once, for whom, and how they end. */
@Timeout(60)
class TasksTest {
    private static final FillSettingsBuilder FEW =
            FillSettingsBuilder.usual().maxQuestions(3).maxQuestionsPerClient(0).maxBackground(1);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Tasks tasks = new Tasks(FEW.build(), 1);

    @AfterEach
    void close() {
        gate.countDown();
        tasks.close();
    }

    private static Task task(String backend, String client) {
        return new Task(
                new Holder(backend, client),
                new UpstreamTrace(),
                new Interest(Interest.Desertion.NONE),
                true,
                Optional.empty());
    }

    private static Task task() {
        return task("files", "a");
    }

    private void waitAtTheGate() {
        await(gate);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitIdle() {
        while (tasks.open() > 0 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private void fillUp() {
        for (int i = 0; i < 3; i++) {
            tasks.start(task(), this::waitAtTheGate);
        }
    }

    @Test
    void aTaskRunsOnAVirtualThreadThatKnowsIt() throws Exception {
        Task task = task();
        CompletableFuture<List<Object>> seen = new CompletableFuture<>();
        tasks.start(
                task,
                () -> seen.complete(List.of(
                        Task.current(),
                        UpstreamTrace.CURRENT.get(),
                        Thread.currentThread().isVirtual())));

        assertThat(seen.get()).containsExactly(task, task.trace(), true);
    }

    @Test
    void tasksAreCountedUntilTheyEnd() {
        tasks.start(task(), this::waitAtTheGate);
        tasks.startInBackground(task(), this::waitAtTheGate);
        tasks.startUnbounded(task(), this::waitAtTheGate);
        assertThat(tasks.open()).isEqualTo(3);
        assertThat(tasks.questions()).isOne();
        gate.countDown();
        awaitIdle();

        assertThat(tasks.questions()).isZero();
    }

    @Test
    void oneTaskTooManyIsRefusedAndCounted() {
        fillUp();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> tasks.start(task(), this::waitAtTheGate));
        assertThat(tasks.refused()).isOne();
        assertThat(tasks.open()).isEqualTo(3);
    }

    @Test
    void aTaskThatEndsMakesRoomForAnother() {
        fillUp();
        gate.countDown();
        awaitIdle();
        fillUp();
        awaitIdle();

        assertThat(tasks.refused()).isZero();
    }

    @Test
    void oneClientMayNotHaveAllOfThem() {
        try (Tasks shared = new Tasks(
                FillSettingsBuilder.of(FEW.build()).maxQuestionsPerClient(2).build(), 1)) {
            shared.start(task("files", "a"), this::waitAtTheGate);
            shared.start(task("files", "a"), this::waitAtTheGate);

            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> shared.start(task("files", "a"), this::waitAtTheGate));
            shared.start(task("files", "b"), this::waitAtTheGate);
            assertThat(shared.questions()).isEqualTo(3);
            gate.countDown();
        }
    }

    @Test
    void oneBackendLeavesTheOthersTheirShare() {
        try (Tasks shared = new Tasks(FEW.build(), 2)) {
            shared.start(task("files", "a"), this::waitAtTheGate);
            shared.start(task("files", "a"), this::waitAtTheGate);

            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> shared.start(task("files", "a"), this::waitAtTheGate));
            shared.start(task("hub", "a"), this::waitAtTheGate);
            assertThat(shared.questions()).isEqualTo(3);
            gate.countDown();
        }
    }

    @Test
    void tasksThatNoClientWaitsForHaveALimitOfTheirOwn() {
        fillUp();
        tasks.startInBackground(task(), this::waitAtTheGate);

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> tasks.startInBackground(task(), this::waitAtTheGate));
        assertThat(tasks.refused()).as("of requests that clients wait for").isZero();
        assertThat(tasks.open()).isEqualTo(4);
    }

    @Test
    void aTaskWhoseLimitIsEnforcedElsewhereIsNotRefused() {
        fillUp();
        CountDownLatch ran = new CountDownLatch(1);
        tasks.startUnbounded(task(), ran::countDown);
        await(ran);

        assertThat(tasks.questions()).isEqualTo(3);
    }

    @Test
    void aTaskThatFailsEndsAsEveryOther() {
        for (int i = 0; i < 4; i++) {
            Task bug = task();
            tasks.start(bug, () -> {
                throw new IllegalStateException("a bug that a test made");
            });
            awaitIdle();
            Task busy = task();
            tasks.start(busy, () -> {
                throw new RejectedExecutionException("no place");
            });
            awaitIdle();

            assertThat(bug.interest().add()).as("joined after its end").isFalse();
            assertThat(busy.interest().add()).as("joined after its end").isFalse();
        }
        assertThat(tasks.questions()).isZero();
    }

    @Test
    void aTaskThatEndsCannotBeJoined() {
        Task task = task();
        tasks.start(task, this::waitAtTheGate);
        assertThat(task.interest().add()).isTrue();
        gate.countDown();
        awaitIdle();

        assertThat(task.interest().add()).isFalse();
        assertThat(task.interest().cancellation().isCancelled()).isFalse();
    }

    @Test
    void theStopEndsTheWaitsOfTasksInProgressAndAwaitsThem() {
        Task task = task();
        CountDownLatch stopped = new CountDownLatch(1);
        boolean[] ended = {false};
        tasks.start(task, () -> {
            var _ = task.interest().cancellation().onCancel(stopped::countDown);
            await(stopped);
            ended[0] = true;
        });
        tasks.close();

        assertThat(ended[0]).isTrue();
        assertThat(tasks.open()).isZero();
        assertThat(task.interest().cancellation().reason()).contains(OriginFailure.INTERRUPTED);
    }

    @Test
    void afterTheStopNoTaskStartsOrHoldsAPermit() {
        tasks.close();

        for (int i = 0; i < 4; i++) {
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> tasks.start(task(), this::waitAtTheGate))
                    .withMessageContaining("shutting down");
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> tasks.startInBackground(task(), this::waitAtTheGate))
                    .withMessageContaining("shutting down");
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> tasks.startUnbounded(task(), this::waitAtTheGate));
        }
        assertThat(tasks.questions()).isZero();
        assertThat(tasks.open()).isZero();
    }
}
