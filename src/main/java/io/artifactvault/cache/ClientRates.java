package io.artifactvault.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.http.Client;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many requests each client may cause upstream: a token bucket for each address, which holds what half a minute brings. Requests
 * that the vault makes of itself are not counted. Thread-safe; never waits.
 */
final class ClientRates {
    private static final Logger log = LoggerFactory.getLogger(ClientRates.class);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final Duration BURST = Duration.ofSeconds(30);

    /** A bucket that is forgotten is a full one, so only a flood of addresses gains from the bound. */
    private static final int MOST_CLIENTS = 100_000;

    private final int perSecond;
    private final Clock clock;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong warnedAt = new AtomicLong();
    private final AtomicLong spared = new AtomicLong();
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST_CLIENTS).build();

    /** @param perSecond 0 for any number */
    ClientRates(int perSecond, Clock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /** Counted in thousandths of a request, which a rate per second brings once each millisecond. Guarded by this. */
    private static final class Bucket {
        private static final long REQUEST = 1_000;

        private long left;
        private long filledAt;

        Bucket(long left, long filledAt) {
            this.left = left;
            this.filledAt = filledAt;
        }

        synchronized boolean take(int perSecond, long most, long now) {
            long passed = Math.clamp(now - filledAt, 0, BURST.toMillis());
            left = Math.min(most, left + passed * perSecond);
            filledAt = now;
            if (left < REQUEST) {
                return false;
            }
            left -= REQUEST;
            return true;
        }

        synchronized void giveBack(long most) {
            left = Math.min(most, left + REQUEST);
        }
    }

    /** Counts a request upstream for the client; false when it must not be sent. */
    boolean take(Client client) {
        if (perSecond == 0 || client.isItself()) {
            return true;
        }
        long now = clock.millis();
        boolean taken =
                buckets.get(client.address(), _ -> new Bucket(most(), now)).take(perSecond, most(), now);
        if (!taken) {
            refused.incrementAndGet();
            warn(client, now);
        }
        return taken;
    }

    private void warn(Client client, long now) {
        long before = warnedAt.get();
        if (now - before >= QUIET.toMillis() && warnedAt.compareAndSet(before, now)) {
            log.warn(
                    "{} causes more than {} requests upstream per second (max_client_rate): the rest is served from the store or"
                            + " answered 429; {} since the start",
                    client.address(),
                    perSecond,
                    refused.get());
        }
    }

    /** The request was not sent after all, because another's answer serves it too. */
    void giveBack(Client client) {
        Bucket bucket = buckets.getIfPresent(client.address());
        if (bucket != null) {
            bucket.giveBack(most());
        }
    }

    /** A request for confirmation was answered with what had been confirmed a moment before. */
    void spare() {
        spared.incrementAndGet();
    }

    long spared() {
        return spared.get();
    }

    /** Requests that were not sent upstream so far. */
    long refused() {
        return refused.get();
    }

    private long most() {
        return BURST.toMillis() * perSecond;
    }
}
