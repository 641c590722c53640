package io.artifactvault.store.blob;

import io.artifactvault.store.disk.WatchedDisk;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread "store-keeper": runs work that needs an fsync or that no request should wait for, one task after the
 * other, and probes a failing disk once per period. Thread-safe.
 */
final class Keeper {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    private final WatchedDisk disk;
    private final Runnable probe;
    private final long periodNanos;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean closing; // guarded by this
    private volatile boolean ended; // set by the thread's own last task
    private long lastProbe; // confined to the thread

    Keeper(WatchedDisk disk, Runnable probe, Duration period) {
        this.disk = disk;
        this.probe = probe;
        this.periodNanos = period.toNanos();
        this.thread = Thread.ofPlatform().name("store-keeper").daemon().unstarted(this::run);
    }

    void start() {
        // The first failure of the disk wakes the thread, which otherwise waits only for tasks.
        disk.onTrouble(() -> execute(() -> {}));
        thread.start();
    }

    /** Runs the task soon on the keeper's thread, or immediately on the caller's thread when the keeper has ended. */
    void execute(Runnable task) {
        if (!offered(task)) {
            task.run();
        }
    }

    private synchronized boolean offered(Runnable task) {
        return !closing && tasks.add(task);
    }

    private void run() {
        lastProbe = System.nanoTime();
        while (!ended) {
            try {
                Runnable task = next();
                if (task != null) {
                    run(task);
                }
                probeWhenDue();
            } catch (InterruptedException e) {
                // Nothing should interrupt this thread; it continues until it is closed.
            }
        }
    }

    private @Nullable Runnable next() throws InterruptedException {
        if (disk.trouble().isEmpty()) {
            Runnable task = tasks.take();
            lastProbe = System.nanoTime();
            return task;
        }
        return tasks.poll(lastProbe + periodNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void probeWhenDue() {
        long now = System.nanoTime();
        if (!ended && disk.trouble().isPresent() && now - lastProbe >= periodNanos) {
            lastProbe = now;
            run(probe);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("A maintenance task of the store failed; continuing with the next one.", e);
        }
    }

    /** Runs all tasks submitted so far and ends the thread. */
    void close() {
        synchronized (this) {
            if (!closing) {
                tasks.add(() -> ended = true);
                closing = true;
            }
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
