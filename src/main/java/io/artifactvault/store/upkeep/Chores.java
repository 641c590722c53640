package io.artifactvault.store.upkeep;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread "keeper", which maintains the store: evicts, scrubs, updates statistics. Each run of a chore returns the
 * pause until the next one; after a failure, which is logged, the chore runs again a minute later. Thread-safe.
 */
public final class Chores implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Chores.class);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    private static final long PATIENCE_SECONDS = 10;

    /** A unit of work, short enough that a stop can wait for it. */
    public interface Chore {
        /** Does one unit of work, and returns the pause before the next. */
        Duration work() throws Exception;
    }

    private final ScheduledThreadPoolExecutor keeper = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("keeper").daemon().factory());

    public Chores() {
        keeper.setRemoveOnCancelPolicy(true);
        keeper.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs the chore for the first time after the given pause. */
    public void repeat(Duration pause, Chore chore) {
        schedule(pause, () -> repeat(turn(chore), chore));
    }

    /**
     * Returns a signal that makes the chore run soon. The signal never blocks; any number of signals before the run
     * cause one run.
     */
    public Runnable onDemand(Chore chore) {
        AtomicBoolean asked = new AtomicBoolean();
        return () -> {
            if (!asked.get() && asked.compareAndSet(false, true)) {
                schedule(Duration.ZERO, () -> {
                    asked.set(false);
                    turn(chore);
                });
            }
        };
    }

    private void schedule(Duration pause, Runnable task) {
        try {
            keeper.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The chores are closed and no longer run.
        }
    }

    private static Duration turn(Chore chore) {
        try {
            return chore.work();
        } catch (Exception e) {
            log.warn("A maintenance task failed: {}. The vault retries it in a minute.", e.toString());
            return AFTER_FAILURE;
        }
    }

    /** Waits for the run in progress; no further run starts. */
    @Override
    public void close() {
        keeper.shutdown();
        try {
            if (!keeper.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("The maintenance thread is still busy; the shutdown does not wait for it.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
