package io.artifactvault.cache.request;

import io.artifactvault.http.Client;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits requests with credentials that upstream has never accepted: per minute and address, per minute in total, and
 * the number in progress. A flood of invented tokens must not use up upstream's rate limit for the vault. Thread-safe;
 * never waits.
 */
public final class CredentialBudget {
    private static final String ALL = "";

    private final RateBuckets ofClients;
    private final RateBuckets ofAll;
    private final Semaphore atOnce;
    private final AtomicLong refused = new AtomicLong();

    public CredentialBudget(CredentialSettings settings, Clock clock) {
        this.ofClients = new RateBuckets(settings.maxRatePerClient(), clock);
        this.ofAll = new RateBuckets(settings.maxRate(), clock);
        this.atOnce = new Semaphore(settings.maxQuestions());
    }

    /** The share of the budget that one request occupies. */
    public interface Share {
        /** The share of a request that needs none. */
        Share FREE = new Share() {
            @Override
            public void ended() {}

            @Override
            public void unused() {}
        };

        /** Called when the request has received its response. */
        void ended();

        /**
         * Called when the request was not sent, because another request's response serves it too, or because it could
         * not be sent.
         */
        void unused();
    }

    /** Takes a share for one request; empty if no such request may be sent now. */
    public Optional<Share> take(Client client) {
        if (!ofClients.take(client.address())) {
            refused.incrementAndGet();
            return Optional.empty();
        }
        if (!ofAll.take(ALL)) {
            ofClients.giveBack(client.address());
            refused.incrementAndGet();
            return Optional.empty();
        }
        if (!atOnce.tryAcquire()) {
            giveBack(client);
            refused.incrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new Share() {
            @Override
            public void ended() {
                atOnce.release();
            }

            @Override
            public void unused() {
                giveBack(client);
                atOnce.release();
            }
        });
    }

    private void giveBack(Client client) {
        ofClients.giveBack(client.address());
        ofAll.giveBack(ALL);
    }

    /** The number of requests since startup that were not sent. */
    public long refused() {
        return refused.get();
    }
}
