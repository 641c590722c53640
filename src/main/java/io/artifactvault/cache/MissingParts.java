package io.artifactvault.cache;

import io.artifactvault.cache.Serving.Offer;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.store.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Answers from answers stored by HTTP's own rules. Of those of which parts are missing what is there is served, and only what is
 * wanted of the rest is asked for, by If-Range with the strong validator that all parts have (RFC 9111 §3.4). Never blocks.
 */
final class SharedServing {
    private static final int MOST_ATTEMPTS = 3;

    private final Engine engine;
    private final Lookups lookups;
    private final Consumer<SharedVisit> lost;

    /** @param lost told, on a lookup thread, of visits that have to be asked anew: what was stored is not there after all */
    SharedServing(Engine engine, Lookups lookups, Consumer<SharedVisit> lost) {
        this.engine = engine;
        this.lookups = lookups;
        this.lost = lost;
    }

    /** @param age for an answer that was stored before; empty for one that has just come */
    void serve(SharedVisit visit, Stored stored, CacheStatus status, Optional<Duration> age) {
        KeptResource resource = KeptResource.of(visit.resource(), stored.entry(), age, visit.request());
        Visit of = new Visit(visit.request(), resource, Caller.ANONYMOUS, visit.answer(), visit.account(), 0);
        Offer offer = new Offer(of, stored.entry(), resource, status, true);
        serving(visit).serve(offer, stored.arriving());
    }

    private Serving serving(SharedVisit visit) {
        return new Serving(
                engine,
                lookups,
                (offer, wanted) -> fetch(visit, offer, wanted),
                _ -> lost.accept(visit.pastTheStore(Replies.orUnreadable(visit))));
    }

    private void fetch(SharedVisit visit, Offer offer, List<ByteRange> wanted) {
        if (offer.visit().attempt() >= MOST_ATTEMPTS) {
            Replies.fail(offer.visit(), 502, Sentences.notWhole(offer.visit().title()), offer.status());
        } else if (offer.entry().content().isEmpty()) {
            lookups.run(offer.visit(), () -> lookAgain(visit, offer));
        } else {
            fill(visit, offer, wanted);
        }
    }

    /** Content that had just arrived is in the index by now, under the same key. */
    private void lookAgain(SharedVisit visit, Offer offer) {
        String key = offer.entry().key();
        Optional<Entry> arrived = engine.index()
                .load(key)
                .filter(entry -> offer.entry().blob().isEmpty() && entry.blob().isPresent());
        if (arrived.isPresent()) {
            serving(visit)
                    .serve(new Offer(
                            offer.visit().again(),
                            arrived.get(),
                            offer.actual(),
                            offer.status(),
                            offer.forEverybody()));
        } else {
            engine.index()
                    .load(key)
                    .filter(entry -> entry.blob().equals(offer.entry().blob()))
                    .ifPresent(_ -> engine.index().remove(key));
            lost.accept(visit.byItself());
        }
    }

    private void fill(SharedVisit visit, Offer offer, List<ByteRange> wanted) {
        if (!engine.rates().take(visit.request().client())) {
            Replies.limited(offer.visit());
            return;
        }
        try {
            Flights.Flight<Outcome> flight = join(offer, wanted);
            Offer told = offer.filled(flight.collapsed());
            flight.outcome()
                    .whenComplete((outcome, failure) ->
                            Replies.guarded(offer.visit(), failure, () -> hear(visit, told, outcome)));
        } catch (RejectedExecutionException e) {
            Replies.busy(offer.visit());
        }
    }

    private Flights.Flight<Outcome> join(Offer offer, List<ByteRange> wanted) {
        Flights.Flight<Outcome> flight = engine.fills()
                .questions()
                .join(
                        "part " + offer.content().key(),
                        offer.visit(),
                        UnaryOperator.identity(),
                        outcome -> fill(offer, wanted, outcome));
        offer.visit().account().follows(flight.trail());
        if (flight.collapsed()) {
            engine.rates().giveBack(offer.visit().request().client());
        }
        return flight;
    }

    private void fill(Offer offer, List<ByteRange> wanted, CompletableFuture<Outcome> outcome) {
        Outcome begun = new Outcome.Learned(offer.entry(), offer.actual(), 206);
        try {
            new Fill(engine, Representation.of(offer.actual(), offer.entry()))
                    .runOnceConfirmed(wanted, () -> outcome.complete(begun));
        } catch (OriginException e) {
            outcome.complete(new Outcome.Failed(e));
        } catch (StoreException e) {
            outcome.complete(new Outcome.Unstorable());
        }
    }

    private void hear(SharedVisit visit, Offer offer, Outcome outcome) {
        switch (outcome) {
            case Outcome.Learned _ -> serving(visit).serve(offer.again());
            case Outcome.Failed(OriginException cause)
            when visit.alone() || !isOther(cause) ->
                Replies.failed(
                        offer.visit(),
                        cause,
                        CacheStatus.forwarded(Forward.PARTIAL).withDetail("upstream-failed"));
            default -> lookups.run(offer.visit(), () -> lost.accept(visit.byItself()));
        }
    }

    /** Nothing was sent yet: this reader can still have what upstream has now. */
    private static boolean isOther(OriginException cause) {
        return cause.failure() == OriginFailure.CONTENT_CHANGED || cause.failure() == OriginFailure.UNEXPECTED_ANSWER;
    }
}
