package io.artifactvault.cache;

import io.artifactvault.cache.Serving.Offer;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers from stored answers of which parts are missing, or are still to be checked: what is there is served, and only what is wanted of the rest is asked
 * for, by If-Range with the strong validator that all parts have (RFC 9111 §3.4). Never blocks.
 */
final class Parts {
    private static final int MOST_ATTEMPTS = 3;

    private final Engine engine;
    private final Serving serving;

    Parts(Engine engine, Lookups lookups) {
        this.engine = engine;
        this.serving = new Serving(engine, lookups, this::fetch);
    }

    void serve(SharedVisit visit, Stored stored, SharedDelivery delivery) {
        PartResource resource = new PartResource(visit.resource(), stored.entry(), delivery.presented());
        Visit of = new Visit(visit.request(), resource, Caller.ANONYMOUS, visit.answer(), visit.account(), 0);
        serving.serve(new Offer(of, stored.entry(), resource, delivery.cacheStatus(), true));
    }

    private void fetch(Offer offer, ByteRange wanted) {
        if (offer.visit().attempt() >= MOST_ATTEMPTS) {
            Replies.fail(offer.visit(), 502, Sentences.notWhole(offer.visit().resource()), offer.status());
            return;
        }
        try {
            join(offer, wanted)
                    .whenComplete(
                            (outcome, failure) -> Replies.guarded(offer.visit(), failure, () -> hear(offer, outcome)));
        } catch (RejectedExecutionException e) {
            Replies.busy(offer.visit());
        }
    }

    private CompletableFuture<Outcome> join(Offer offer, ByteRange wanted) {
        Fills.Flight flight = engine.fills()
                .join("part " + Download.contentKey(offer.entry()), outcome -> fill(offer, wanted, outcome));
        offer.visit().account().follows(flight.trail());
        return flight.outcome();
    }

    private void fill(Offer offer, ByteRange wanted, CompletableFuture<Outcome> outcome) {
        Download download = new Download(engine, offer.actual(), offer.entry());
        Outcome begun = new Outcome.Learned(offer.entry(), offer.actual(), 206);
        try {
            if (!download.runIfPresent(wanted, () -> outcome.complete(begun))) {
                download.run(Download.Start.NOTHING, () -> outcome.complete(begun));
            }
        } catch (StoreException e) {
            outcome.complete(new Outcome.Unstorable());
        }
    }

    private void hear(Offer offer, Outcome outcome) {
        if (outcome instanceof Outcome.Learned) {
            serving.serve(offer.again());
        } else {
            Replies.fail(
                    offer.visit(),
                    502,
                    Sentences.notWhole(offer.visit().resource()),
                    CacheStatus.forwarded(Forward.PARTIAL));
        }
    }
}
