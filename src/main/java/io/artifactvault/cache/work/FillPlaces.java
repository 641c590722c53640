package io.artifactvault.cache.work;

import io.artifactvault.cache.request.Congestion;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.policy.FairPermits;
import io.artifactvault.origin.policy.FairPermits.Limits;
import io.artifactvault.origin.policy.FairPermits.Permit;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The places for work that writes bodies to disk or reads them back. Each place is a platform thread, because a slow
 * disk would otherwise block one of the few carrier threads that all virtual threads share. A task waits for a place on
 * its virtual thread, in its client's turn, and leaves the queue when it is cancelled. Thread-safe.
 */
public final class FillPlaces implements AutoCloseable {
    /** Bodies up to this many bytes have places of their own, so that they do not wait for longer bodies. */
    public static final long SHORT = 1 << 20;

    private static final long REST_SECONDS = 10;
    private static final long LONGEST_END_SECONDS = 5;
    private static final Duration AS_LONG_AS_WANTED = Duration.ofDays(1);

    /** The purpose of a place; each kind has its own number of places. */
    public enum Kind {
        /** A body that may be long. */
        LONG_FILL,
        /** A body known to be short. */
        SHORT_FILL,
        /** The check of stored content at its first read. */
        INSPECTION,
        /**
         * Content that the vault makes from other content; its place may be held while it waits for fills, but fills
         * never wait for it.
         */
        MAKING
    }

    /** Work that waits for upstream and the disk. */
    @FunctionalInterface
    public interface Step<T> {
        T run() throws OriginException;
    }

    /** Work that has no result. */
    @FunctionalInterface
    public interface Part {
        void run() throws OriginException;
    }

    private final Map<Kind, FairPermits> permits = new EnumMap<>(Kind.class);
    private final Runnable makeRoom;
    private final Congestion congestion = new Congestion();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            REST_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("fill-", 1).daemon().factory());

    /**
     * @param backends the number of backends that share the places
     * @param makeRoom ends work that could give its place to others; must not block
     */
    FillPlaces(FillSettings settings, int backends, Runnable makeRoom) {
        Limits fills =
                new Limits(settings.maxFills(), settings.maxFillsPerClient(), settings.maxQueuedFills(), backends);
        // The queue of inspections is not limited, because their requests already count against the limit on requests.
        Limits inspections =
                new Limits(settings.maxInspections(), settings.maxFillsPerClient(), Integer.MAX_VALUE, backends);
        permits.put(Kind.LONG_FILL, new FairPermits(fills));
        permits.put(Kind.SHORT_FILL, new FairPermits(fills));
        permits.put(Kind.INSPECTION, new FairPermits(inspections));
        permits.put(Kind.MAKING, new FairPermits(fills));
        this.makeRoom = makeRoom;
    }

    /**
     * Runs the step in a place and waits until it is done.
     *
     * @throws RejectedExecutionException if there is no place and the task cannot wait for one
     * @throws OriginException from the step, or if the task was cancelled while it waited
     */
    public <T> T with(Kind kind, Step<T> step) throws OriginException {
        Task task = Task.current();
        try (Permit _ = permit(kind, task)) {
            return run(task, step);
        }
    }

    /** Runs work that has no result in a place, like the other {@code with}. */
    public void with(Kind kind, Part part) throws OriginException {
        var _ = with(kind, () -> {
            part.run();
            return true;
        });
    }

    private Permit permit(Kind kind, Task task) throws OriginException {
        FairPermits of = permits(kind);
        Cancellation cancellation = task.interest().cancellation();
        // Cancellation is checked while the task holds nothing. A task that is cancelled later detects it within its
        // step, and then returns the place.
        cancellation.check("the vault");
        Optional<Permit> permit = task.patient() ? await(of, task, cancellation) : of.tryTake(task.holder());
        if (permit.isEmpty()) {
            cancellation.check("the vault");
            queueing(of);
            throw new RejectedExecutionException("no place for a fill");
        }
        return permit.get();
    }

    private Optional<Permit> await(FairPermits of, Task task, Cancellation cancellation) {
        try {
            return of.take(task.holder(), cancellation, AS_LONG_AS_WANTED, () -> queueing(of));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void queueing(FairPermits of) {
        congestion.report("All places for fills are taken", of);
        makeRoom.run();
    }

    private <T> T run(Task task, Step<T> step) throws OriginException {
        FutureTask<T> part = new FutureTask<>((Callable<T>) step::run);
        threads.execute(() -> task.run(part));
        return outcome(part);
    }

    /** The result of a step. The thread is interrupted only when the vault stops; the step then ends soon. */
    private static <T> T outcome(FutureTask<T> part) throws OriginException {
        while (true) {
            try {
                return part.get();
            } catch (InterruptedException e) {
                // A task's own thread is never interrupted; its step must end first.
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case OriginException cause -> throw cause;
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> throw new IllegalStateException("a fill failed", e);
                }
            }
        }
    }

    FairPermits permits(Kind kind) {
        FairPermits of = permits.get(kind);
        if (of == null) {
            throw new IllegalStateException("no places of kind " + kind);
        }
        return of;
    }

    /** Whether fills wait for a place. */
    boolean isBusy() {
        return permits(Kind.LONG_FILL).waiting() > 0 || permits(Kind.SHORT_FILL).waiting() > 0;
    }

    /**
     * Waits for the steps in progress, and interrupts them only at last, because an interrupt would close files during
     * a commit.
     */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
