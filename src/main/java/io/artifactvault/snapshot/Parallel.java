package io.artifactvault.snapshot;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/** Carries out one step for each of many elements, several at a time, on threads that end with the last element. */
final class Parallel {
    private Parallel() {}

    /** The action for each element. */
    @FunctionalInterface
    interface Step<T> {
        void with(T element) throws SnapshotException, IOException, InterruptedException;
    }

    /**
     * Returns when all elements are done. An interrupt ends the steps in progress.
     *
     * @param parallel how many steps run concurrently
     * @param trouble receives the elements that failed, with the reason, on any of the threads
     */
    static <T> void forEach(List<T> elements, int parallel, Step<T> step, BiConsumer<T, String> trouble)
            throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(
                parallel, Thread.ofPlatform().name("snapshot-file-", 1).daemon().factory());
        try {
            List<Future<?>> all = elements.stream()
                    .<Future<?>>map(element -> threads.submit(() -> guarded(element, step, trouble)))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a step throws no exception", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> void guarded(T element, Step<T> step, BiConsumer<T, String> trouble) {
        try {
            step.with(element);
        } catch (SnapshotException e) {
            trouble.accept(element, e.sentence());
        } catch (IOException | RuntimeException e) {
            trouble.accept(element, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
