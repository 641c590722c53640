package io.artifactvault.cache.content;

import io.artifactvault.http.Departure;
import io.artifactvault.origin.Cancellation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The clients that wait for the outcome of one piece of work, and the readers of the body that it fetches. Cancels the
 * work when the last of them leaves. Thread-safe; never blocks.
 *
 * <p>Phases: asking (the work ends immediately when its last client leaves) → filling, once the outcome is known (a
 * body that can be resumed, or whose clients did not need it, lingers for a while) → closed: from then on no client can
 * join, and further requests for the same work start it again.
 */
public final class Interest {
    /** Handles work that has lost its last reader. */
    public interface Desertion {
        /** Does nothing; for work that is not shared. */
        Desertion NONE = new Desertion() {};

        /** Called when the last reader has left; {@link Interest#endUnlessJoined} with this epoch ends the work. */
        default void begin(Interest interest, long epoch) {}

        /** Called when a reader has joined, or the work has ended. */
        default void forget(Interest interest) {}

        /** Called when bytes have arrived while there is no reader. */
        default void came(Interest interest, long unread) {}
    }

    /** One client's or reader's interest in the work; released once, by the first of several possible events. */
    public final class Share {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Share() {}

        /** The holder has received what it needed. */
        public void done() {
            giveUp(false);
        }

        /** The holder left without it. */
        void left() {
            giveUp(true);
        }

        private void giveUp(boolean early) {
            if (held.compareAndSet(true, false)) {
                remove(early);
            }
        }
    }

    private final Cancellation cancellation = new Cancellation();
    private final Desertion desertion;

    // All guarded by this; volatile fields are read without the lock.
    private volatile int count;
    private long comings;
    private boolean filling;
    private boolean closed;
    private boolean resumable;
    private long unread;

    public Interest(Desertion desertion) {
        this.desertion = desertion;
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    /**
     * Adds a client and returns its share, which is released when the client leaves; empty if the work was already
     * given up.
     */
    public Optional<Share> join(Departure departure) {
        if (!add()) {
            return Optional.empty();
        }
        Share share = new Share();
        departure.whenGone(share::left);
        return Optional.of(share);
    }

    /** Adds one holder of a share; false if the work was already given up. */
    public boolean add() {
        boolean back;
        synchronized (this) {
            if (closed) {
                return false;
            }
            back = count == 0 && filling;
            count++;
            comings++;
            unread = 0;
        }
        if (back) {
            desertion.forget(this);
        }
        return true;
    }

    /**
     * Removes one holder of a share.
     *
     * @param early whether it left without what it needed
     */
    public void remove(boolean early) {
        long epoch;
        boolean ends;
        synchronized (this) {
            count--;
            if (count > 0 || closed) {
                return;
            }
            epoch = comings;
            ends = !filling || (early && !resumable);
            closed = ends;
        }
        if (ends) {
            cancellation.abandon();
        } else {
            desertion.begin(this, epoch);
        }
    }

    /** Whether further clients can join the work. */
    synchronized boolean isOpen() {
        return !closed;
    }

    /** Records that the outcome is known: from now on the work has readers, possibly none for a while. */
    public synchronized void filling() {
        filling = true;
    }

    /** Records that the body which the work fetches can be resumed where it ended. */
    public synchronized void resumable() {
        resumable = true;
    }

    /** Ends work that no client has joined since; false if one has, or the work is over. */
    public boolean endUnlessJoined(long epoch) {
        synchronized (this) {
            if (count > 0 || comings != epoch || closed) {
                return false;
            }
            closed = true;
        }
        cancellation.abandon();
        return true;
    }

    /** Records that bytes have arrived. */
    void came(long bytes) {
        if (count > 0) {
            return;
        }
        long total;
        synchronized (this) {
            unread += bytes;
            total = unread;
        }
        desertion.came(this, total);
    }

    /** Records that the work has ended. Its content may still be read; further requests start the work again. */
    public void over() {
        synchronized (this) {
            closed = true;
        }
        desertion.forget(this);
    }
}
