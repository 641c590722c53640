package io.artifactvault.cache.work;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.LoopMark;
import io.artifactvault.origin.policy.FairPermits.Holder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Collapses equal requests: the first starts a task, the others wait for its outcome. A flight belongs to all waiting
 * requests, so it continues when the first leaves and ends when the last has left. Thread-safe; never blocks.
 *
 * @param <T> the outcome of the task
 */
public final class Flights<T> {
    /**
     * A task in progress, as seen by one of the requests that wait for it.
     *
     * @param begunAt by {@link System#nanoTime}
     * @param collapsed whether another request had started it
     */
    public record Flight<T>(
            CompletableFuture<T> outcome, UpstreamTrace trace, Interest interest, long begunAt, boolean collapsed) {
        private boolean admits(CacheRequest<?> request) {
            Optional<Interest.Share> share =
                    interest.join(request.message().client().departure());
            // Held until the response is known; by then its body, if it has one, has its own share.
            share.ifPresent(held -> request.answer().whenComplete((_, _) -> held.done()));
            return share.isPresent();
        }

        private Flight<T> joined() {
            return new Flight<>(outcome, trace, interest, begunAt, true);
        }
    }

    /** The work of a task, which reports its outcome as early as possible and may continue after that. */
    @FunctionalInterface
    public interface Work<T> {
        void run(CompletableFuture<T> outcome);
    }

    private final Tasks tasks;
    private final Supplier<Interest> interests;
    private final Map<String, Flight<T>> flights = new ConcurrentHashMap<>();

    /** @param interests creates the interest in one flight */
    Flights(Tasks tasks, Supplier<Interest> interests) {
        this.tasks = tasks;
        this.interests = interests;
    }

    /**
     * Joins the flight for that subject, or starts it.
     *
     * @param adjust how to carry out the task, if it is started
     * @throws RejectedExecutionException if no more tasks may be started
     */
    public Flight<T> join(String subject, CacheRequest<?> request, UnaryOperator<Task> adjust, Work<T> work) {
        String key = key(subject, request);
        while (true) {
            Flight<T> theirs = flights.get(key);
            if (theirs != null && theirs.admits(request)) {
                return theirs.joined();
            }
            if (theirs != null) {
                // All its requests have given it up, so it will end without further action.
                flights.remove(key, theirs);
            }
            Flight<T> mine = create();
            boolean admitted = mine.admits(request);
            if (flights.putIfAbsent(key, mine) == null) {
                start(key, mine, adjust.apply(Task.of(request, mine.trace(), mine.interest())), work);
                return mine;
            }
            assert admitted : "a flight that has not begun cannot be given up";
        }
    }

    /** Whether there is a flight for that subject which the request can join. */
    public boolean isUnderWay(String subject, CacheRequest<?> request) {
        return flights.containsKey(key(subject, request));
    }

    /**
     * The key of a flight. It includes the vaults through which the request claims to have come ({@link LoopMark}),
     * because they are sent upstream with the request and may make it fail there.
     */
    private static String key(String subject, CacheRequest<?> request) {
        List<String> vaults = LoopMark.vaults(request.message().fields());
        return vaults.isEmpty() ? subject : KeyBuilder.beginning("through", subject) + KeyBuilder.key(vaults);
    }

    /** Starts a task that other requests cannot join. */
    public Flight<T> alone(CacheRequest<?> request, UnaryOperator<Task> adjust, Work<T> work) {
        Flight<T> mine = create();
        boolean admitted = mine.admits(request);
        assert admitted : "a flight that has not begun cannot be given up";
        tasks.start(adjust.apply(Task.of(request, mine.trace(), mine.interest())), () -> run(mine, work, () -> {}));
        return mine;
    }

    /**
     * Starts a task that no client waits for, unless one for that subject, or the maximum number of such tasks, is in
     * progress.
     *
     * @param request the request that causes the task; equal requests can join it
     */
    public Optional<Flight<T>> inBackground(String subject, CacheRequest<?> request, Holder holder, Work<T> work) {
        String key = key(subject, request);
        Flight<T> mine = create();
        boolean wanted = mine.interest().add();
        if (!wanted || flights.putIfAbsent(key, mine) != null) {
            return Optional.empty();
        }
        Task task = new Task(holder, mine.trace(), mine.interest(), true, Optional.empty());
        try {
            tasks.startInBackground(task, () -> run(mine, work, () -> flights.remove(key, mine)));
            return Optional.of(mine);
        } catch (RejectedExecutionException e) {
            fail(key, mine, e);
            return Optional.empty();
        }
    }

    private Flight<T> create() {
        return new Flight<>(new CompletableFuture<>(), new UpstreamTrace(), interests.get(), System.nanoTime(), false);
    }

    private void start(String key, Flight<T> mine, Task task, Work<T> work) {
        try {
            tasks.start(task, () -> run(mine, work, () -> flights.remove(key, mine)));
        } catch (RejectedExecutionException e) {
            fail(key, mine, e);
            throw e;
        }
    }

    /** Removes the flight and fails the requests that have already joined it. */
    private void fail(String key, Flight<T> mine, RejectedExecutionException e) {
        flights.remove(key, mine);
        mine.outcome().completeExceptionally(e);
    }

    private static <T> void run(Flight<T> mine, Work<T> work, Runnable landed) {
        CompletableFuture<T> result = new CompletableFuture<>();
        result.whenComplete((outcome, failure) -> {
            // The flight is removed before the outcome is reported, so that later requests look at the store first.
            landed.run();
            mine.interest().filling();
            if (failure != null) {
                mine.outcome().completeExceptionally(failure);
            } else {
                mine.outcome().complete(outcome);
            }
        });
        try {
            work.run(result);
        } catch (Throwable e) {
            result.completeExceptionally(e);
            throw e;
        } finally {
            result.completeExceptionally(new IllegalStateException("a task ended without an outcome"));
        }
    }

    /** Removes the flight from the table, so that later requests start new flights. */
    public void joinNoMore() {
        flights.clear();
    }
}
