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
    /** What becomes of work that has lost its last reader. */
    public interface Desertion {
        /** For work that nobody shares. */
        Desertion NONE = new Desertion() {};

        /** The last one has gone; {@link Interest#endUnlessJoined} with that epoch ends the work. */
        default void begin(Interest interest, long epoch) {}

        /** One has come, or the work is over. */
        default void forget(Interest interest) {}

        /** Bytes have come for no one. */
        default void came(Interest interest, long unread) {}
    }

    /** One client's or reader's share; given up once, whatever happens to it first. */
    public final class Share {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Share() {}

        /** It has what it wanted. */
        public void done() {
            giveUp(false);
        }

        /** It went without it. */
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

    // All guarded by this; what is volatile is read without the lock.
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

    /** A share that is given up when its client leaves; empty when the work was given up before. */
    public Optional<Share> join(Departure departure) {
        if (!add()) {
            return Optional.empty();
        }
        Share share = new Share();
        departure.whenGone(share::left);
        return Optional.of(share);
    }

    /** One more; false when the work was given up. */
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
     * One fewer.
     *
     * @param early whether it went without what it wanted
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

    /** Whether it can be joined. */
    synchronized boolean isOpen() {
        return !closed;
    }

    /** The outcome is known: from now on there are readers, and perhaps none for a while. */
    public synchronized void filling() {
        filling = true;
    }

    /** What the work brings can be gone on with where it ended. */
    public synchronized void resumable() {
        resumable = true;
    }

    /** Ends work that nobody has joined since; false when somebody has, or it is over. */
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

    /** Bytes have come. */
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

    /** The work is over; what it has brought may still be read, and whoever wants more begins anew. */
    public void over() {
        synchronized (this) {
            closed = true;
        }
        desertion.forget(this);
    }
}
