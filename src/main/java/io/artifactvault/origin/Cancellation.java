package io.artifactvault.origin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a task wherever it waits: for a permit, a connection, a head, a body or the next attempt. Threads are never
 * interrupted for this, because an interrupt closes a file channel for all threads that share it. Thread-safe.
 *
 * <p>Life: active → cancelled, which is final.
 */
public final class Cancellation {
    /**
     * The registration of an action that runs when the task is cancelled, on the cancelling thread. That may be an
     * event loop, so the action must not block.
     */
    public final class Registration implements AutoCloseable {
        private final Runnable listener;

        private Registration(Runnable listener) {
            this.listener = listener;
        }

        /**
         * Removes the listener; returns true if it has not run and never will, false if the task was cancelled first.
         */
        public boolean remove() {
            synchronized (Cancellation.this) {
                return listeners.remove(this);
            }
        }

        @Override
        public void close() {
            var _ = remove();
        }
    }

    // Both guarded by this.
    private final Set<Registration> listeners = new LinkedHashSet<>();
    private volatile @Nullable OriginFailure reason;

    /** Cancels the task because no client waits for it any more. */
    public void abandon() {
        cancel(OriginFailure.ABANDONED);
    }

    /** Cancels the task because the vault stops. */
    public void shutDown() {
        cancel(OriginFailure.INTERRUPTED);
    }

    private void cancel(OriginFailure why) {
        List<Registration> notified;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            notified = new ArrayList<>(listeners);
            listeners.clear();
        }
        notified.forEach(registration -> registration.listener.run());
    }

    /** Cancels this when the other one is cancelled, for the same reason, until the registration is closed. */
    public Registration follow(Cancellation other) {
        return other.onCancel(() -> other.reason().ifPresent(this::cancel));
    }

    public boolean isCancelled() {
        return reason != null;
    }

    /** The reason for which requests fail from now on; empty while the task is active. */
    public Optional<OriginFailure> reason() {
        return Optional.ofNullable(reason);
    }

    /** Runs the listener once the task is cancelled; immediately, on this thread, if it already is. */
    public Registration onCancel(Runnable listener) {
        Registration registration = new Registration(listener);
        synchronized (this) {
            if (reason == null) {
                listeners.add(registration);
                return registration;
            }
        }
        listener.run();
        return registration;
    }

    /** @throws OriginException when the task is cancelled; its message names the subject */
    public void check(String subject) throws OriginException {
        OriginFailure why = reason;
        if (why != null) {
            throw new OriginException(why, subject);
        }
    }

    /** Waits that long, or until the task is cancelled. */
    public void pause(Duration time) throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Registration _ = onCancel(cancelled::countDown)) {
            var _ = cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
