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
 * Limits how long a request waits for upstream before a stored response is served, if one may be served. The upstream
 * request then continues without its client, and its result is stored. Never blocks.
 *
 * @param lookups the threads on which a stored response is served when the time is over
 * @param most the limit, counted from the start of the upstream request, which another client may have caused before
 */
public record StaleAfter(LookupThreads lookups, Duration most) {
    /**
     * Whether the client leaves the freshness of its response to the vault: if the client demands revalidation, it
     * waits for upstream; so do the vault's own jobs, which are not urgent.
     */
    public static boolean suits(CacheRequest<?> request) {
        boolean itself = request.message().client().isItself();
        return !itself && RequestPolicy.of(request.message().fields()).isPatient();
    }

    /**
     * A request to upstream that a client's request waits for.
     *
     * @param begunAt by {@link System#nanoTime}
     * @param interest keeps the upstream request alive without its client; empty if it continues by itself
     */
    public record Awaited<T>(CompletableFuture<T> outcome, long begunAt, Optional<Interest> interest) {
        public static <T> Awaited<T> of(Flight<T> flight) {
            return new Awaited<>(flight.outcome(), flight.begunAt(), Optional.of(flight.interest()));
        }

        /** An upstream request that begins now, for the client's own request. */
        public static Awaited<Answer> of(CompletableFuture<Answer> answer) {
            return new Awaited<>(answer, System.nanoTime(), Optional.empty());
        }
    }

    /**
     * Waits for the outcome of an upstream request.
     *
     * @param serveStored serves the stored response when the time is over; returns false if it may no longer be served
     * @param onOutcome receives the outcome if no stored response was served
     * @param onLateOutcome receives the outcome otherwise
     */
    public <T> void await(
            CacheRequest<?> request,
            Awaited<T> awaited,
            BooleanSupplier serveStored,
            BiConsumer<? super T, ? super Throwable> onOutcome,
            BiConsumer<? super T, ? super Throwable> onLateOutcome) {
        Duration left = most.minusNanos(System.nanoTime() - awaited.begunAt());
        CompletableFuture<T> inTime = new CompletableFuture<>();
        awaited.outcome().whenComplete((value, failure) -> {
            if (failure == null) {
                inTime.complete(value);
            } else {
                inTime.completeExceptionally(failure);
            }
        });
        inTime.orTimeout(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS).whenComplete((value, failure) -> {
            if (failure instanceof TimeoutException) {
                lookups.run(request, () -> tooLate(awaited, serveStored, onOutcome, onLateOutcome));
            } else {
                onOutcome.accept(value, failure);
            }
        });
    }

    private static <T> void tooLate(
            Awaited<T> awaited,
            BooleanSupplier serveStored,
            BiConsumer<? super T, ? super Throwable> onOutcome,
            BiConsumer<? super T, ? super Throwable> onLateOutcome) {
        // The client's own share ends when it has its response.
        Optional<Interest> held = awaited.interest().filter(Interest::add);
        boolean served = serveStored.getAsBoolean();
        awaited.outcome().whenComplete(served ? onLateOutcome : onOutcome);
        held.ifPresent(interest -> awaited.outcome().whenComplete((_, _) -> interest.remove(false)));
    }
}
