package io.artifactvault.cache;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The fill threads and the single-flight tables: one question per (resource, caller), one growing content per digest.
 * Thread-safe; nothing here blocks a caller.
 */
final class Fills implements AutoCloseable {
    private static final int DOORS = 64;
    private static final long REST_SECONDS = 10;
    private static final long LONGEST_END_SECONDS = 10;

    /** A question under way, and whether somebody else had asked it before. */
    record Flight(CompletableFuture<Outcome> outcome, Trail trail, boolean collapsed) {}

    private final ThreadPoolExecutor threads;
    private final ThreadPoolExecutor assistants;
    private final Map<String, Flight> questions = new ConcurrentHashMap<>();
    private final Map<String, Progress> contents = new ConcurrentHashMap<>();
    private final List<Object> doors = Stream.generate(Object::new).limit(DOORS).toList();

    Fills(CacheSettings settings) {
        this.threads = new ThreadPoolExecutor(
                settings.maxFills(),
                settings.maxFills(),
                REST_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(settings.maxQueuedFills()),
                named("fill-"));
        this.assistants = new ThreadPoolExecutor(
                0, settings.maxFills(), REST_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named("stream-"));
        threads.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory named(String prefix) {
        return Thread.ofPlatform().name(prefix, 1).daemon().factory();
    }

    /** A piece of work on a fill thread that reports its outcome as early as it can and may go on after that. */
    @FunctionalInterface
    interface Work {
        void run(CompletableFuture<Outcome> outcome);
    }

    /**
     * Joins the flight of that key, or starts it.
     *
     * @throws RejectedExecutionException when no fill thread is free and the queue is full
     */
    Flight join(String key, Work work) {
        Flight mine = new Flight(new CompletableFuture<>(), new Trail(), false);
        Flight theirs = questions.putIfAbsent(key, mine);
        if (theirs != null) {
            return new Flight(theirs.outcome(), theirs.trail(), true);
        }
        // Before anybody hears of the outcome the flight is over: who comes later asks the store first.
        CompletableFuture<Outcome> told = new CompletableFuture<>();
        told.whenComplete((outcome, failure) -> {
            questions.remove(key, mine);
            if (failure != null) {
                mine.outcome().completeExceptionally(failure);
            } else {
                mine.outcome().complete(outcome);
            }
        });
        try {
            threads.execute(() -> ScopedValue.where(Trail.CURRENT, mine.trail()).run(() -> runGuarded(work, told)));
        } catch (RejectedExecutionException e) {
            questions.remove(key, mine);
            mine.outcome().completeExceptionally(e);
            throw e;
        }
        hurryIfBusy();
        return mine;
    }

    /** Fills that linger in case somebody wants more give their threads to those that wait. */
    private void hurryIfBusy() {
        if (isBusy()) {
            contents.values().forEach(Progress::hurry);
        }
    }

    private static void runGuarded(Work work, CompletableFuture<Outcome> told) {
        try {
            work.run(told);
        } catch (Throwable e) {
            told.completeExceptionally(e);
            throw e;
        } finally {
            told.completeExceptionally(new IllegalStateException("a fill ended without an outcome"));
        }
    }

    /** Whoever asks from now on starts anew; content that grows is shared as before. */
    void joinNoMore() {
        questions.clear();
    }

    /** Runs work that nobody joins. */
    void execute(Runnable work) {
        threads.execute(work);
        hurryIfBusy();
    }

    /** Runs a further stream of a fill, if a thread is free. */
    boolean assist(Runnable stream) {
        try {
            assistants.execute(stream);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Whether fills wait for a thread. */
    boolean isBusy() {
        return !threads.getQueue().isEmpty() || threads.isShutdown();
    }

    /** The content growing under that key, if any, with a lease on its file for the caller. */
    Optional<Progress> growing(String contentKey) {
        return Optional.ofNullable(contents.get(contentKey))
                .filter(progress -> progress.file().retain());
    }

    boolean isGrowing(String contentKey) {
        return contents.containsKey(contentKey);
    }

    /** Who holds this may create and {@link #register} that content, so that nobody does in between. */
    Object door(String contentKey) {
        return doors.get(Math.floorMod(contentKey.hashCode(), DOORS));
    }

    /** False when content of that key grows already. */
    boolean register(String contentKey, Progress progress) {
        return contents.putIfAbsent(contentKey, progress) == null;
    }

    void unregister(String contentKey, Progress progress) {
        contents.remove(contentKey, progress);
    }

    /** Fills under way or waiting; 0 when all is quiet. */
    int open() {
        return threads.getActiveCount() + threads.getQueue().size();
    }

    /**
     * Takes no more work and waits for what is under way, which ends soon once the origin is closed; an interrupt would
     * close files under a commit, so it comes last.
     */
    @Override
    public void close() {
        threads.shutdown();
        assistants.shutdown();
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
