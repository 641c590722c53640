package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides whether a slow request may be sent again on another connection, and counts the outcomes. Each host has its
 * own budget: a share of its requests, and a burst, so that requests to a rarely used host can be hedged and a slow
 * host does not receive twice as many requests. Thread-safe; never blocks.
 */
public final class Hedges {
    /** Allows no hedges. */
    public static final Hedges NONE = new Hedges(HedgeSettings.OFF);

    /**
     * The maximum number of hosts with a budget, because redirects may name any number of hosts; the least recently
     * used one is dropped.
     */
    private static final int MOST_HOSTS = 1000;

    private static final ScopedValue<Boolean> HEDGE = ScopedValue.newInstance();
    private static final ScopedValue<Runnable> SENT = ScopedValue.newInstance();

    private final HedgeSettings settings;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong won = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** Guarded by itself. */
    private final Map<OriginId, Double> saved = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<OriginId, Double> eldest) {
            return size() > MOST_HOSTS;
        }
    };

    public Hedges(HedgeSettings settings) {
        this.settings = settings;
    }

    /** A scope in which requests are hedges: they use a new connection and are not hedged themselves. */
    public static ScopedValue.Carrier hedge() {
        return ScopedValue.where(HEDGE, true);
    }

    public static boolean isHedge() {
        return HEDGE.isBound();
    }

    /** The scope with a listener, which is called when a request in it was sent. */
    public static ScopedValue.Carrier telling(ScopedValue.Carrier scope, Runnable listener) {
        return scope.where(SENT, listener);
    }

    /** Notifies the listener that the request was sent: from now on the vault waits for the origin. */
    public static void sent() {
        if (SENT.isBound()) {
            SENT.get().run();
        }
    }

    public Duration headAfter() {
        return settings.headAfter();
    }

    /** How long a body that can be resumed may stall before it is hedged; zero for no hedging. */
    public Duration bodyAfter() {
        return settings.bodyAfter();
    }

    /** Called when a request is first sent to a host. */
    public void earn(OriginId host) {
        synchronized (saved) {
            double most = settings.burst();
            saved.merge(host, most, (now, _) -> Math.min(most, now + settings.budget() / 100.0));
        }
    }

    /** Whether a hedge may be sent to the host of that URI; if so, it is deducted from the budget. */
    public boolean spend(URI uri) {
        boolean paid = settings.budget() > 0 && pay(OriginId.of(uri));
        (paid ? sent : refused).incrementAndGet();
        return paid;
    }

    private boolean pay(OriginId host) {
        synchronized (saved) {
            double now = saved.getOrDefault(host, (double) settings.burst());
            if (now < 1) {
                return false;
            }
            saved.put(host, now - 1);
            return true;
        }
    }

    /** Counts a hedge that was faster. */
    public void won() {
        won.incrementAndGet();
    }

    /** Hedges sent since startup. */
    public long sentSoFar() {
        return sent.get();
    }

    /** Hedges that were faster than the original request. */
    public long wonSoFar() {
        return won.get();
    }

    /** Hedges that were not sent because the budget of their host was spent. */
    public long refusedSoFar() {
        return refused.get();
    }
}
