package io.artifactvault.cache;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.work.StaleAfter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the stored response while upstream fails, is slow, or must not be contacted, if the protocol permits that.
 * Never blocks.
 *
 * @param after how long a request waits for upstream before a stored response is served, if one may be
 */
record StaleService<R extends Cacheable>(Protocol<R> protocol, StaleAfter after, Clock clock) {
    private static final Logger log = LoggerFactory.getLogger(StaleService.class);

    /**
     * @param otherwise runs if no stored response may be served; for a caller without access, the response counts as
     *     not stored
     */
    void serve(CacheRequest<R> request, Lookup<R> found, String reason, Runnable otherwise) {
        protocol.fallback(request, found)
                .ifPresentOrElse(stored -> serveStale(request, found, stored, reason), otherwise);
    }

    private void serveStale(CacheRequest<R> request, Lookup<R> found, StoredResponse stored, String reason) {
        Instant now = clock.instant();
        log.info(
                "Serving {} from the store without contacting upstream ({}); upstream {} {} s ago",
                request.title(),
                reason,
                stored.entry().isUnconfirmed() ? "has not confirmed it since the import" : "confirmed it",
                Duration.between(stored.confirmedAt(), now).toSeconds());
        protocol.serveWithoutUpstream(request, found, stored, stored.staleIfError(reason, now));
    }

    /** Whether a stored response may be served if upstream is not contacted now. */
    boolean hasFallback(CacheRequest<R> request, Lookup<R> found) {
        return protocol.fallback(request, found).isPresent();
    }

    /** Whether the request may receive a stored response if upstream has not responded after {@code stale_after}. */
    boolean mayServeMeanwhile(CacheRequest<R> request, Lookup<R> found) {
        return !after.most().isZero() && StaleAfter.suits(request) && hasFallback(request, found);
    }

    /**
     * Serves the stored response because upstream takes too long; returns false if it may no longer be served. May read
     * the disk.
     */
    boolean serveMeanwhile(CacheRequest<R> request, Lookup<R> found) {
        Optional<StoredResponse> stored =
                protocol.fallback(request, found).filter(_ -> protocol.canFinishWithoutUpstream(request, found));
        stored.ifPresent(usable -> serveStale(request, found, usable, "slow"));
        return stored.isPresent();
    }
}
