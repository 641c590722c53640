package io.artifactvault.cache.work;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.FillSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The work in progress: tasks, the places of fills, the flights that equal requests share, and growing content, at most
 * one for each digest. Thread-safe.
 */
public final class Fetches implements AutoCloseable {
    private static final int LOCKS = 64;
    private static final long REST_SECONDS = 10;

    /** @param gone completes when the content is no longer listed */
    private record Growing(Progress progress, CompletableFuture<Void> gone) {}

    private final Tasks tasks;
    private final FillPlaces places;
    private final Lingering lingering;
    private final Flights<FetchOutcome> flights;
    private final Mismatches mismatches = new Mismatches();
    private final ThreadPoolExecutor assistants;
    private final Map<String, Growing> contents = new ConcurrentHashMap<>();
    private final List<Object> locks = Stream.generate(Object::new).limit(LOCKS).toList();

    /** @param backends the number of backends that share the limits */
    public Fetches(FillSettings settings, int backends) {
        this.tasks = new Tasks(settings, backends);
        this.lingering = new Lingering(settings);
        this.flights = newFlights();
        this.places = new FillPlaces(settings, backends, this::makeRoom);
        this.assistants = new ThreadPoolExecutor(
                0,
                settings.maxFills(),
                REST_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().name("stream-", 1).daemon().factory());
    }

    public Tasks tasks() {
        return tasks;
    }

    public Mismatches mismatches() {
        return mismatches;
    }

    public FillPlaces places() {
        return places;
    }

    Lingering lingering() {
        return lingering;
    }

    public Flights<FetchOutcome> flights() {
        return flights;
    }

    /** A new table of flights, in which equal requests collapse. */
    public <T> Flights<T> newFlights() {
        return new Flights<>(tasks, () -> new Interest(lingering));
    }

    public Interest newInterest() {
        return new Interest(lingering);
    }

    /** Ends fills that linger without a reader, so that waiting fills get their places. */
    private void makeRoom() {
        lingering.endOldest();
        contents.values().forEach(growing -> growing.progress().hurry());
    }

    /** Runs an additional stream of a fill; returns false if no thread is free. */
    public boolean assist(Task task, Runnable stream) {
        try {
            assistants.execute(() -> task.run(stream));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Whether fills wait for a place. */
    public boolean isBusy() {
        return places.isBusy() || assistants.isShutdown();
    }

    /** The content growing under that key, if any; the caller counts as one of its readers. */
    public Optional<Progress> growing(String contentKey) {
        return Optional.ofNullable(contents.get(contentKey))
                .map(Growing::progress)
                .filter(Progress::join);
    }

    /** Whether content with that key is growing and can be followed. */
    public boolean isGrowing(String contentKey) {
        Growing growing = contents.get(contentKey);
        return growing != null && growing.progress().isOpen();
    }

    /**
     * Waits until a failed or abandoned fill of that content is removed. Blocks.
     *
     * @return whether there was such a fill
     */
    public boolean awaitGone(String contentKey) {
        boolean waited = false;
        Growing growing = contents.get(contentKey);
        while (growing != null && !growing.progress().isOpen()) {
            growing.gone().join();
            waited = true;
            growing = contents.get(contentKey);
        }
        return waited;
    }

    /**
     * The lock to hold while content with that key is created and {@link #register registered}, so that no other thread
     * creates it too.
     */
    public Object lock(String contentKey) {
        return locks.get(Math.floorMod(contentKey.hashCode(), LOCKS));
    }

    /** Lists growing content; returns false if content with that key is already listed. */
    public boolean register(String contentKey, Progress progress) {
        return contents.putIfAbsent(contentKey, new Growing(progress, new CompletableFuture<>())) == null;
    }

    public void unregister(String contentKey, Progress progress) {
        Growing growing = contents.get(contentKey);
        if (growing != null && growing.progress() == progress && contents.remove(contentKey, growing)) {
            growing.gone().complete(null);
        }
    }

    /** The number of tasks that run or wait; 0 when idle. */
    public int open() {
        return tasks.open();
    }

    /** Accepts no more work and waits for the work in progress, which ends soon once the origin is closed. */
    @Override
    public void close() {
        lingering.close();
        assistants.shutdown();
        tasks.close();
        places.close();
    }
}
