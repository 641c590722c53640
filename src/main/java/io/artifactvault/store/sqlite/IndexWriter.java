package io.artifactvault.store.sqlite;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The thread "index-writer": collects changes for a moment, then writes them together, so that a burst needs only one
 * fsync. {@link #changed} may be called by event loops; {@link #flush} and {@link #close} block.
 *
 * <p>Phases of a round: idle → changed → waiting for further changes (20 ms; 500 ms after a failure; not at all during
 * a flush) → written.
 */
final class IndexWriter {
    /**
     * How long to wait for further changes; of the 50 ms within which changes reach the disk, 30 ms remain for the
     * write.
     */
    private static final long COMPANY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final BooleanSupplier group;
    private final Thread thread;
    private final AtomicBoolean dirty = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private long flushesAsked; // guarded by lock
    private long flushesDone; // guarded by lock
    private boolean closing; // guarded by lock
    private boolean ended; // guarded by lock

    /** {@code group} writes all pending changes and returns whether that worked; it never throws. */
    IndexWriter(BooleanSupplier group) {
        this.group = group;
        this.thread = Thread.ofPlatform().name("index-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Signals that changes are pending. */
    void changed() {
        if (!dirty.get() && dirty.compareAndSet(false, true)) {
            locked(news::signalAll);
        }
    }

    /** Waits until a write of all pending changes was attempted. */
    void flush() {
        locked(() -> {
            long mine = ++flushesAsked;
            news.signalAll();
            while (flushesDone < mine && !ended) {
                news.awaitUninterruptibly();
            }
        });
    }

    /** Writes pending changes and ends the thread. */
    void close() {
        locked(() -> {
            closing = true;
            news.signalAll();
            while (!ended) {
                news.awaitUninterruptibly();
            }
        });
    }

    private void run() {
        try {
            long pause = COMPANY_NANOS;
            while (awaitWork(pause)) {
                pause = round() ? COMPANY_NANOS : RETRY_NANOS;
            }
            round();
        } finally {
            locked(() -> {
                ended = true;
                news.signalAll();
            });
        }
    }

    /** Waits for work; false if the thread must end. */
    private boolean awaitWork(long pauseNanos) {
        lock.lock();
        try {
            while (!dirty.get() && !isHurried()) {
                news.awaitUninterruptibly();
            }
            long left = pauseNanos;
            while (left > 0 && !isHurried()) {
                left = news.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nothing should interrupt this thread; an interrupt only shortens the pause.
        } finally {
            lock.unlock();
        }
        return !isClosing();
    }

    private boolean isHurried() {
        return closing || flushesAsked > flushesDone;
    }

    private boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    private boolean round() {
        long served = flushesAsked();
        dirty.set(false);
        boolean written = group.getAsBoolean();
        if (!written) {
            dirty.set(true);
        }
        locked(() -> {
            flushesDone = served;
            news.signalAll();
        });
        return written;
    }

    private long flushesAsked() {
        lock.lock();
        try {
            return flushesAsked;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
