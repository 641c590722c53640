package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.work.Flights.Flight;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.index.Entry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Fetches the missing parts of a response that was stored by HTTP's own rules. Requests only the ranges that the client
 * needs, with If-Range and the strong validator that all stored parts share (RFC 9111 §3.4). Never blocks.
 *
 * @param lost called on a lookup thread with requests that must be forwarded again because the stored response is gone
 */
record MissingParts(
        Fill.Tools tools,
        LookupThreads lookups,
        ContentDelivery delivery,
        CacheRequest<HttpResource> request,
        Consumer<CacheRequest<HttpResource>> lost)
        implements Offer.Missing {
    @Override
    public void fetch(Offer offer, List<ByteRange> wanted) {
        if (offer.entry().content().isEmpty()) {
            lookups.run(request, () -> lookAgain(offer));
        } else {
            delivery.fetchShared(
                    offer,
                    "part " + offer.content().key(),
                    outcome -> fill(offer, wanted, outcome),
                    (flight, outcome) -> respond(offer, flight, outcome));
        }
    }

    @Override
    public void bypass(Offer offer) {
        lost.accept(request.answeredBy(Replies.orUnreadable(request)).pastTheStore());
    }

    /** Looks up content again that has arrived completely and is now in the index, under the same key. */
    private void lookAgain(Offer offer) {
        String key = offer.entry().key();
        Optional<Entry> now = tools.store().index().load(key);
        Optional<Entry> arrived = now.filter(
                entry -> offer.entry().blob().isEmpty() && entry.blob().isPresent());
        if (arrived.isPresent()) {
            delivery.serve(offer.again().with(arrived.get()));
        } else {
            now.filter(entry -> entry.blob().equals(offer.entry().blob()))
                    .ifPresent(_ -> tools.store().index().remove(key));
            lost.accept(request.byItself());
        }
    }

    private void fill(Offer offer, List<ByteRange> wanted, CompletableFuture<FetchOutcome> outcome) {
        try {
            new Fill(tools, offer.content()).runOnceConfirmed(wanted, () -> outcome.complete(new FetchOutcome.Begun()));
        } catch (OriginException e) {
            outcome.complete(new FetchOutcome.Failed(e));
        } catch (StoreException e) {
            outcome.complete(new FetchOutcome.Unstorable());
        }
    }

    private void respond(Offer offer, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        switch (outcome) {
            case FetchOutcome.Begun _ ->
                delivery.serve(offer.filled(flight.collapsed()).again());
            case FetchOutcome.Failed(OriginException cause)
            when request.alone() || !isOther(cause) ->
                Replies.failed(
                        request, cause, CacheStatus.forwarded(Forward.PARTIAL).withDetail("upstream-failed"));
            default -> lookups.run(request, () -> lost.accept(request.byItself()));
        }
    }

    /**
     * Whether upstream now has another version. Nothing was sent to the reader yet, so it can still receive that
     * version.
     */
    private static boolean isOther(OriginException cause) {
        return cause.failure() == OriginFailure.CONTENT_CHANGED || cause.failure() == OriginFailure.UNEXPECTED_ANSWER;
    }
}
