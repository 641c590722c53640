package io.artifactvault.origin.policy;

import io.artifactvault.origin.Cancellation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A number of permits, shared fairly by backends and client addresses. Guarded by this; only {@link #take} waits, on
 * threads that may block.
 *
 * <ul>
 * <li>No client holds more than its limit, and the last eighth is for clients that hold none.
 * <li>Each of several backends has a share that the others leave free.
 * <li>Waiting requests are served in turns: one of each client, the oldest first.
 * <li>A full queue drops a request of the client that has the most in it.
 * </ul>
 */
public final class FairPermits {
    /** The backend and client that hold or request a permit. */
    public record Holder(String backend, String client) {}

    /** The number of permits that a holder has and waits for. */
    public record Use(int held, int waiting) {
        private static final Use NONE = new Use(0, 0);

        private Use plus(int moreHeld, int moreWaiting) {
            return new Use(held + moreHeld, waiting + moreWaiting);
        }
    }

    /**
     * The bounds.
     *
     * @param permits their total number
     * @param perClient maximum for one client; 0 for no limit and no reserve
     * @param queued maximum number of waiting requests
     * @param backends number of backends that share the permits; a single one has all of them
     */
    public record Limits(int permits, int perClient, int queued, int backends) {
        /**
         * The permits reserved for clients that hold none. With two or fewer permits there is no reserve, because it
         * would halve their number.
         */
        private int reserve() {
            return perClient == 0 || permits < 3 ? 0 : Math.max(1, permits / 8);
        }

        /** The number of permits that is guaranteed to each backend. */
        private int share() {
            return backends < 2 || permits <= backends ? 0 : Math.max(1, permits / (4 * backends));
        }
    }

    /** One permit; it is returned when it is first closed, and further calls have no effect. */
    public final class Permit implements AutoCloseable {
        private final Holder holder;
        private final AtomicBoolean returned = new AtomicBoolean();

        private Permit(Holder holder) {
            this.holder = holder;
        }

        @Override
        public void close() {
            if (returned.compareAndSet(false, true)) {
                giveBack(holder);
            }
        }
    }

    /** A waiting request; its result is empty when no permit will be granted. */
    private record Waiting(Holder holder, CompletableFuture<Optional<Permit>> answer) {}

    private final Limits limits;
    private final Map<Holder, Use> uses = new HashMap<>();
    private final Map<String, Integer> heldByClient = new HashMap<>();
    private final Map<String, Integer> heldByBackend = new HashMap<>();

    /** The waiting requests of each client, in the order in which clients are served next. */
    private final Map<String, Deque<Waiting>> queues = new LinkedHashMap<>();

    private int held;
    private int waiting;

    public FairPermits(Limits limits) {
        this.limits = limits;
    }

    public Limits limits() {
        return limits;
    }

    /** Takes a permit, if one is available to that holder now. */
    public synchronized Optional<Permit> tryTake(Holder holder) {
        return mayHave(holder) ? Optional.of(grant(holder)) : Optional.empty();
    }

    /**
     * Waits for a permit.
     *
     * @param queueing runs before this waits
     * @return empty when the queue is full, the time is over, or the task was cancelled
     */
    public Optional<Permit> take(Holder holder, Cancellation cancellation, Duration patience, Runnable queueing)
            throws InterruptedException {
        Waiting mine = new Waiting(holder, new CompletableFuture<>());
        synchronized (this) {
            // The free permits are not available to the waiting requests, so this holder takes no turn from them.
            if (mayHave(holder)) {
                return Optional.of(grant(holder));
            }
            if (!hasRoomFor(holder.client())) {
                return Optional.empty();
            }
            enqueue(mine);
        }
        queueing.run();
        try (Cancellation.Registration _ = cancellation.onCancel(() -> withdraw(mine))) {
            await(mine, patience);
        }
        Optional<Permit> permit = mine.answer().join();
        if (cancellation.isCancelled()) {
            permit.ifPresent(Permit::close);
            return Optional.empty();
        }
        return permit;
    }

    private void await(Waiting mine, Duration patience) throws InterruptedException {
        try {
            var _ = mine.answer().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            withdraw(mine);
        } catch (InterruptedException e) {
            withdraw(mine);
            mine.answer().join().ifPresent(Permit::close);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a wait for a permit ends without an exception", e);
        }
    }

    private boolean mayHave(Holder holder) {
        int free = limits.permits() - held;
        int ofClient = heldByClient.getOrDefault(holder.client(), 0);
        boolean withinLimit = limits.perClient() == 0 || ofClient < limits.perClient();
        int left = Math.max(ofClient == 0 ? 0 : limits.reserve(), owedToOthers(holder.backend()));
        return withinLimit && free > left;
    }

    /** The number of permits that other backends may still take from their guaranteed shares. */
    private int owedToOthers(String backend) {
        int share = limits.share();
        if (share == 0) {
            return 0;
        }
        int met = heldByBackend.entrySet().stream()
                .filter(other -> !other.getKey().equals(backend))
                .mapToInt(other -> Math.min(share, other.getValue()))
                .sum();
        return Math.max(0, share * (limits.backends() - 1) - met);
    }

    private Permit grant(Holder holder) {
        held++;
        heldByClient.merge(holder.client(), 1, Integer::sum);
        heldByBackend.merge(holder.backend(), 1, Integer::sum);
        change(holder, 1, 0);
        return new Permit(holder);
    }

    private void change(Holder holder, int moreHeld, int moreWaiting) {
        Use now = uses.getOrDefault(holder, Use.NONE).plus(moreHeld, moreWaiting);
        if (now.equals(Use.NONE)) {
            uses.remove(holder);
        } else {
            uses.put(holder, now);
        }
    }

    private synchronized void giveBack(Holder holder) {
        held--;
        heldByClient.computeIfPresent(holder.client(), (_, count) -> count == 1 ? null : count - 1);
        heldByBackend.computeIfPresent(holder.backend(), (_, count) -> count == 1 ? null : count - 1);
        change(holder, -1, 0);
        serveWaiting();
    }

    /**
     * Grants free permits to the waiting clients in turn, one permit each, as long as one of them is allowed to have
     * one.
     */
    private void serveWaiting() {
        Optional<Waiting> next = nextInTurn();
        while (next.isPresent()) {
            Waiting served = next.get();
            Deque<Waiting> others = dequeue(served);
            if (!others.isEmpty()) {
                // The client moves to the end of the queue.
                queues.remove(served.holder().client());
                queues.put(served.holder().client(), others);
            }
            served.answer().complete(Optional.of(grant(served.holder())));
            next = nextInTurn();
        }
    }

    private Optional<Waiting> nextInTurn() {
        return held == limits.permits()
                ? Optional.empty()
                : queues.values().stream()
                        .flatMap(Deque::stream)
                        .filter(one -> mayHave(one.holder()))
                        .findFirst();
    }

    private void enqueue(Waiting mine) {
        queues.computeIfAbsent(mine.holder().client(), _ -> new ArrayDeque<>()).add(mine);
        waiting++;
        change(mine.holder(), 0, 1);
    }

    /** Removes a request from the queue; returns the remaining waiting requests of its client. */
    private Deque<Waiting> dequeue(Waiting gone) {
        String client = gone.holder().client();
        Deque<Waiting> queue = queues.getOrDefault(client, new ArrayDeque<>());
        if (queue.remove(gone)) {
            waiting--;
            change(gone.holder(), 0, -1);
        }
        if (queue.isEmpty()) {
            queues.remove(client);
        }
        return queue;
    }

    private boolean hasRoomFor(String client) {
        if (waiting < limits.queued()) {
            return true;
        }
        int mine = queues.getOrDefault(client, new ArrayDeque<>()).size();
        Optional<Deque<Waiting>> longest = queues.values().stream()
                .filter(queue -> queue.size() > mine + 1)
                .max((one, other) -> Integer.compare(one.size(), other.size()));
        longest.ifPresent(queue -> {
            Waiting newest = queue.getLast();
            dequeue(newest);
            newest.answer().complete(Optional.empty());
        });
        return longest.isPresent();
    }

    private synchronized void withdraw(Waiting gone) {
        dequeue(gone);
        gone.answer().complete(Optional.empty());
    }

    /** The number of permits held now. */
    public synchronized int held() {
        return held;
    }

    /** The number of waiting requests. */
    public synchronized int waiting() {
        return waiting;
    }

    /** The permits held and requested, by holder. */
    public synchronized Map<Holder, Use> uses() {
        return Map.copyOf(uses);
    }
}
