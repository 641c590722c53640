package io.artifactvault.cache.work;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.work.Flights.Flight;
import io.artifactvault.http.caching.RequestPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Limits how long a request waits for upstream when a stored response may be served instead. The upstream request then
 * continues without its client, and its result is stored. Never blocks.
 *
 * @param lookups the threads on which a stored response is served when the time is over
 * @param most the limit, counted from the start of the upstream request, which another client may have caused earlier
 */
public record StaleAfter(LookupThreads lookups, Duration most) {
    /**
     * Whether the client leaves it to the vault how fresh its answer is: who wants it confirmed waits for upstream, and so do the
     * vault's own jobs, which are in no hurry.
     */
    public static boolean suits(CacheRequest<?> visit) {
        boolean itself = visit.request().client().isItself();
        return !itself && RequestPolicy.of(visit.request().fields()).isPatient();
    }

    /**
     * A question to upstream that a visit waits for.
     *
     * @param begunAt by {@link System#nanoTime}
     * @param interest what keeps the question going without its client; empty where it goes on by itself
     */
    public record Awaited<T>(CompletableFuture<T> outcome, long begunAt, Optional<Interest> interest) {
        public static <T> Awaited<T> of(Flight<T> flight) {
            return new Awaited<>(flight.outcome(), flight.begunAt(), Optional.of(flight.interest()));
        }

        /** A question that begins now, on the way to the visit's own. */
        public static Awaited<Answer> of(CompletableFuture<Answer> answer) {
            return new Awaited<>(answer, System.nanoTime(), Optional.empty());
        }
    }

    /**
     * Waits for the outcome of a question.
     *
     * @param instead serves what is stored when the time is over; false when it may not be served after all
     * @param heard takes the outcome where nothing was served instead
     * @param later takes the outcome where something was
     */
    public <T> void await(
            CacheRequest<?> visit,
            Awaited<T> question,
            BooleanSupplier instead,
            BiConsumer<? super T, ? super Throwable> heard,
            BiConsumer<? super T, ? super Throwable> later) {
        Duration left = most.minusNanos(System.nanoTime() - question.begunAt());
        CompletableFuture<T> inTime = new CompletableFuture<>();
        question.outcome().whenComplete((value, failure) -> {
            if (failure == null) {
                inTime.complete(value);
            } else {
                inTime.completeExceptionally(failure);
            }
        });
        inTime.orTimeout(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS).whenComplete((value, failure) -> {
            if (failure instanceof TimeoutException) {
                lookups.run(visit, () -> tooLate(question, instead, heard, later));
            } else {
                heard.accept(value, failure);
            }
        });
    }

    private static <T> void tooLate(
            Awaited<T> question,
            BooleanSupplier instead,
            BiConsumer<? super T, ? super Throwable> heard,
            BiConsumer<? super T, ? super Throwable> later) {
        // The visit's own share ends with its answer.
        Optional<Interest> held = question.interest().filter(Interest::add);
        boolean served = instead.getAsBoolean();
        question.outcome().whenComplete(served ? later : heard);
        held.ifPresent(interest -> question.outcome().whenComplete((_, _) -> interest.remove(false)));
    }
}
