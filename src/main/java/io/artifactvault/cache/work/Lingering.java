package io.artifactvault.cache.work;

import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.request.FillSettings;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The fills that continue without a reader, in case one returns. Time, bytes and the number of such fills are limited,
 * and a fill is ended early when others need its place. Thread-safe; never blocks.
 */
final class Lingering implements Interest.Desertion, AutoCloseable {
    /** A fill without a reader: the epoch at which it lost its last reader, and its deadline. */
    private record Deserted(Interest interest, long epoch, long deadlineNanos) {}

    private final FillSettings settings;

    // Guarded by this; the oldest comes first.
    private final Map<Interest, Deserted> deserted = new LinkedHashMap<>();
    private boolean sweeping;

    private final AtomicLong ended = new AtomicLong();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("linger").daemon().factory());

    Lingering(FillSettings settings) {
        this.settings = settings;
    }

    @Override
    public void begin(Interest interest, long epoch) {
        long deadline = System.nanoTime() + settings.linger().toNanos();
        boolean tooMany;
        synchronized (this) {
            deserted.remove(interest);
            deserted.put(interest, new Deserted(interest, epoch, deadline));
            tooMany = deserted.size() > settings.maxLingering();
            sweepLater(settings.linger());
        }
        if (tooMany) {
            endOldest();
        }
    }

    @Override
    public synchronized void forget(Interest interest) {
        deserted.remove(interest);
    }

    @Override
    public void came(Interest interest, long unread) {
        if (unread > settings.lingerSize()) {
            found(interest).ifPresent(this::end);
        }
    }

    private synchronized Optional<Deserted> found(Interest interest) {
        return Optional.ofNullable(deserted.get(interest));
    }

    /** Ends the fill that has been without a reader for longest, so that a fill with readers gets its place. */
    void endOldest() {
        oldest().ifPresent(this::end);
    }

    private synchronized Optional<Deserted> oldest() {
        Iterator<Deserted> oldestFirst = deserted.values().iterator();
        return oldestFirst.hasNext() ? Optional.of(oldestFirst.next()) : Optional.empty();
    }

    private void end(Deserted one) {
        synchronized (this) {
            deserted.remove(one.interest(), one);
        }
        if (one.interest().endUnlessJoined(one.epoch())) {
            ended.incrementAndGet();
        }
    }

    private void sweepLater(Duration time) {
        if (sweeping) {
            return;
        }
        try {
            var _ = clock.schedule(this::sweep, time.toNanos(), TimeUnit.NANOSECONDS);
            sweeping = true;
        } catch (RejectedExecutionException e) {
            // The vault is stopping, which ends all of these fills.
            deserted.clear();
        }
    }

    private void sweep() {
        Optional<Deserted> next = oldest();
        while (next.isPresent() && next.get().deadlineNanos() - System.nanoTime() <= 0) {
            end(next.get());
            next = oldest();
        }
        synchronized (this) {
            sweeping = false;
            oldest().ifPresent(one ->
                    sweepLater(Duration.ofNanos(Math.max(1_000_000, one.deadlineNanos() - System.nanoTime()))));
        }
    }

    /** Current fills without a reader. */
    synchronized int count() {
        return deserted.size();
    }

    /** The number of fills ended since startup. */
    long ended() {
        return ended.get();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
