package io.artifactvault.cache.content;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the bytes of memory that all clients together may occupy: unfinished request heads, request bodies, queued
 * requests, bodies being sent to slow readers, remembered exchanges and refusals. A reservation that would exceed the
 * budget, or one client's share of it, is refused, so that no number of clients can exhaust the heap. Thread-safe;
 * never waits.
 */
public final class MemoryBudget {
    /** The client name for memory that belongs to no single client; only the total limits that memory. */
    public static final String NO_CLIENT = "-";

    /** Why a reservation was refused. */
    public enum Refusal {
        /** The client's share is used up. */
        SHARE,
        /** The budget is used up. */
        TOTAL
    }

    private final long most;
    private final long share;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong refusedOfShare = new AtomicLong();
    private final AtomicLong refusedOfTotal = new AtomicLong();

    /**
     * The bytes that each client holds. A client without bytes has no row, so the table is never larger than the number
     * of holds.
     */
    private final Map<String, Long> byClient = new ConcurrentHashMap<>();

    /**
     * Creates a budget of which nothing is reserved.
     *
     * @param most bytes in total
     * @param share bytes that one client may hold
     */
    public MemoryBudget(long most, long share) {
        this.most = most;
        this.share = share;
    }

    /** A budget that refuses nothing. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * The bytes that one holder has reserved for one client; thread-safe. Closing it releases all of them, and no bytes
     * can be reserved after that.
     */
    public final class Hold implements AutoCloseable {
        private final String client;

        // Guarded by this.
        private long bytes;
        private boolean closed;

        private Hold(String client) {
            this.client = client;
        }

        /** Reserves more bytes; returns false and reserves nothing if the budget refuses or this is closed. */
        public synchronized boolean grow(long more) {
            if (closed || !reserve(client, more)) {
                return false;
            }
            bytes += more;
            return true;
        }

        /** Releases a part; never more than the hold has. */
        public synchronized void shrink(long less) {
            long released = Math.min(less, bytes);
            bytes -= released;
            release(client, released);
        }

        /** Reserves or releases the difference; returns false and changes nothing if the budget refuses. */
        public synchronized boolean resize(long to) {
            if (to <= bytes) {
                shrink(bytes - to);
                return true;
            }
            return grow(to - bytes);
        }

        public synchronized long bytes() {
            return bytes;
        }

        @Override
        public synchronized void close() {
            shrink(bytes);
            closed = true;
        }
    }

    /** An empty hold for that client. */
    public Hold hold(String client) {
        return new Hold(client);
    }

    /**
     * The limit that would now refuse so many bytes to that client: its own share if that is nearly used up, else the
     * total.
     */
    public Refusal refusal(String client, long bytes) {
        return isLimited(client) && byClient.getOrDefault(client, 0L) + bytes > share ? Refusal.SHARE : Refusal.TOTAL;
    }

    /** Bytes reserved now. */
    public long used() {
        return used.get();
    }

    /** Bytes that may be reserved. */
    public long most() {
        return most;
    }

    /** Refused reservations so far, for that reason. */
    public long refused(Refusal reason) {
        return (reason == Refusal.SHARE ? refusedOfShare : refusedOfTotal).get();
    }

    /** Clients that hold bytes. */
    public int clients() {
        return byClient.size();
    }

    private boolean reserve(String client, long bytes) {
        if (isLimited(client) && !takeShare(client, bytes)) {
            refusedOfShare.incrementAndGet();
            return false;
        }
        if (!takeTotal(bytes)) {
            giveShareBack(client, bytes);
            refusedOfTotal.incrementAndGet();
            return false;
        }
        return true;
    }

    private boolean takeTotal(long bytes) {
        long before = used.get();
        while (bytes <= most - before) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    private boolean takeShare(String client, long bytes) {
        boolean[] taken = new boolean[1];
        byClient.compute(client, (_, held) -> {
            long before = held == null ? 0 : held;
            taken[0] = bytes <= share - before;
            long after = taken[0] ? before + bytes : before;
            return after == 0 ? null : Long.valueOf(after);
        });
        return taken[0];
    }

    private void release(String client, long bytes) {
        used.addAndGet(-bytes);
        giveShareBack(client, bytes);
    }

    private void giveShareBack(String client, long bytes) {
        if (isLimited(client)) {
            byClient.computeIfPresent(client, (_, held) -> held <= bytes ? null : Long.valueOf(held - bytes));
        }
    }

    private boolean isLimited(String client) {
        return share < most && !client.equals(NO_CLIENT);
    }
}
