package io.artifactvault.cache;

import io.artifactvault.cache.Flights.Flight;
import io.artifactvault.http.RequestPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Waits for upstream only for a while where something stored may be served instead. The question goes on then, without its client,
 * and what it learns is kept. Never blocks.
 *
 * @param lookups on whose threads something stored is served when the time is over
 * @param most from the beginning of the question, which others may have asked before
 */
record StaleAfter(Lookups lookups, Duration most) {
    /**
     * Whether the client leaves it to the vault how fresh its answer is: who wants it confirmed waits for upstream, and so do the
     * vault's own jobs, which are in no hurry.
     */
    static boolean suits(CacheRequest<?> visit) {
        boolean itself = visit.request().client().isItself();
        return !itself && RequestPolicy.of(visit.request().fields()).isPatient();
    }

    /**
     * Waits for the outcome of a question.
     *
     * @param instead serves what is stored when the time is over; false when it may not be served after all
     * @param heard takes the outcome where nothing was served instead
     * @param later takes the outcome where something was
     */
    <T> void await(
            CacheRequest<?> visit,
            Flight<T> flight,
            BooleanSupplier instead,
            BiConsumer<? super T, ? super Throwable> heard,
            BiConsumer<? super T, ? super Throwable> later) {
        Duration left = most.minusNanos(System.nanoTime() - flight.begunAt());
        await(
                flight.outcome(),
                left,
                heard,
                () -> lookups.run(visit, () -> {
                    // The visit's own share ends with its answer.
                    boolean goesOn = flight.interest().add();
                    boolean served = instead.getAsBoolean();
                    flight.outcome().whenComplete(served ? later : heard);
                    if (goesOn) {
                        flight.outcome()
                                .whenComplete((_, _) -> flight.interest().remove(false));
                    }
                }));
    }

    /** The same for an answer that is asked for on the way, which goes on by itself. */
    void await(
            CacheRequest<?> visit,
            CompletableFuture<Answer> answer,
            BooleanSupplier instead,
            BiConsumer<? super Answer, ? super Throwable> heard) {
        await(
                answer,
                most,
                heard,
                () -> lookups.run(visit, () -> {
                    boolean served = instead.getAsBoolean();
                    answer.whenComplete(served ? (late, _) -> close(late) : heard);
                }));
    }

    private static void close(Answer late) {
        if (late != null) {
            late.body().close();
        }
    }

    private static <T> void await(
            CompletableFuture<T> outcome,
            Duration most,
            BiConsumer<? super T, ? super Throwable> heard,
            Runnable tooLate) {
        CompletableFuture<T> inTime = new CompletableFuture<>();
        outcome.whenComplete((value, failure) -> {
            if (failure == null) {
                inTime.complete(value);
            } else {
                inTime.completeExceptionally(failure);
            }
        });
        inTime.orTimeout(Math.max(0, most.toNanos()), TimeUnit.NANOSECONDS).whenComplete((value, failure) -> {
            if (failure instanceof TimeoutException) {
                tooLate.run();
            } else {
                heard.accept(value, failure);
            }
        });
    }
}
