package io.artifactvault.cache.request;

import io.artifactvault.http.Client;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how many requests each client may cause upstream: with one token bucket per address, which holds at most the
 * tokens of half a minute. The vault's own requests are not counted. Thread-safe; never waits.
 */
public final class ClientRates {
    private static final Logger log = LoggerFactory.getLogger(ClientRates.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final int perSecond;
    private final Clock clock;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong warnedAt = new AtomicLong();
    private final AtomicLong spared = new AtomicLong();
    private final RateBuckets buckets;

    /** @param perSecond 0 for no limit */
    public ClientRates(int perSecond, Clock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.buckets = new RateBuckets(60 * perSecond, clock);
    }

    /** Counts a request to upstream for the client; returns false if it must not be sent. */
    public boolean take(Client client) {
        if (perSecond == 0 || client.isItself()) {
            return true;
        }
        long now = clock.millis();
        boolean taken = buckets.take(client.address());
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
                    "{} causes more than {} requests upstream per second (max_client_rate): serving the rest from the"
                            + " store or responding 429; {} since startup",
                    client.address(),
                    perSecond,
                    refused.get());
        }
    }

    /** Returns a token, because the request was not sent: another request's response serves it too. */
    public void giveBack(Client client) {
        buckets.giveBack(client.address());
    }

    /** Counts a request for revalidation that was served a response which upstream had just confirmed. */
    public void spare() {
        spared.incrementAndGet();
    }

    public long spared() {
        return spared.get();
    }

    /** The number of requests not sent upstream so far. */
    public long refused() {
        return refused.get();
    }
}
