package io.artifactvault.cache;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Presentation;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.index.Entry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Makes offers of an ecosystem's stored responses, and fetches their content if the store does not have it. Never
 * blocks, except in the tasks that it starts.
 */
record EcosystemOffers(
        RequestFlow<Resource> flow,
        Engine engine,
        ContentDelivery delivery,
        EcosystemFetches fetches,
        PastTheStore past) {
    /**
     * @param actual the resource at an immutable address
     * @param isPublic whether the response may be stored by shared caches behind this one
     */
    Offer of(CacheRequest<Resource> request, Resource actual, Entry entry, CacheStatus status, boolean isPublic) {
        Presentation presentation = Presentation.of(request.resource(), entry, request.message(), isPublic);
        Missing missing = new Missing(request, actual, isPublic);
        return Offer.of(request, Representation.of(actual, entry), presentation, status, missing)
                .attempted(request.attempt());
    }

    /**
     * Whether the outcome of one request applies to others too: a refusal for which the origin gave no reason does not.
     */
    static boolean isForOthers(FetchOutcome outcome) {
        return !(outcome instanceof FetchOutcome.Final refusal) || refusal.named();
    }

    /** Fetches the missing content of an offer: from the bytes that an earlier fill left, or from upstream. */
    private final class Missing implements Offer.Missing {
        private final CacheRequest<Resource> request;
        private final Resource actual;
        private final boolean isPublic;

        Missing(CacheRequest<Resource> request, Resource actual, boolean isPublic) {
            this.request = request;
            this.actual = actual;
            this.isPublic = isPublic;
        }

        @Override
        public void fetch(Offer offer, List<ByteRange> wanted) {
            CacheRequest<Resource> again = request.attempted(offer.attempt() + 1);
            CacheStatus forwarded = offer.status().fromFill(Forward.MISS, false);
            delivery.fetchShared(
                    offer,
                    KeyBuilder.key("content", actual.key(), again.caller().id()),
                    outcome -> fill(offer, wanted, outcome),
                    (flight, outcome) -> {
                        if (flight.collapsed() && !isForOthers(outcome)) {
                            flow.enter(again);
                        } else {
                            respond(again, offer, outcome, flight.collapsed() ? forwarded.asCollapsed() : forwarded);
                        }
                    });
        }

        /**
         * Fills the content, resuming partial content. If the store accepts no more, the content is passed through
         * without being stored.
         */
        private void fill(Offer offer, List<ByteRange> wanted, CompletableFuture<FetchOutcome> outcome) {
            try {
                boolean present = new Fill(engine.tools(), offer.content())
                        .onMismatch(() -> engine.refuted(actual))
                        .runIfPresent(wanted, () -> outcome.complete(new FetchOutcome.Begun()));
                if (!present && !fillConfirmed(offer, wanted, outcome)) {
                    fetches.fetch(request, toFetch(), Optional.empty(), true, true, outcome);
                }
            } catch (StoreException e) {
                outcome.complete(new FetchOutcome.Unstorable());
            } catch (OriginException e) {
                outcome.complete(new FetchOutcome.Failed(e));
            }
        }

        /** What an address does not determine can only be requested in its newest version, under its name. */
        private Resource toFetch() {
            return actual.differsByCaller() ? request.resource() : actual;
        }

        /**
         * Fetches parts of large content at once if its description is stored already, which is all that another HEAD
         * would give.
         *
         * @return false if upstream did not send the first part; the reason is for a request to tell
         */
        private boolean fillConfirmed(Offer offer, List<ByteRange> wanted, CompletableFuture<FetchOutcome> outcome)
                throws OriginException {
            if (!isDescribed(offer.content().entry())) {
                return false;
            }
            try {
                new Fill(engine.tools(), offer.content())
                        .onMismatch(() -> engine.refuted(actual))
                        .runOnceConfirmed(wanted, () -> outcome.complete(new FetchOutcome.Begun()));
                return true;
            } catch (OriginException e) {
                if (e.failure().isOurs()) {
                    throw e;
                }
                return false;
            }
        }

        private boolean isDescribed(Entry entry) {
            return (actual.scope().isEmpty() || actual.asksHeadFirst())
                    && actual.answersHead()
                    && actual.promised().flatMap(Facts::digest).equals(entry.content())
                    && entry.content().isPresent()
                    && entry.length().orElse(0) > engine.settings().segmentSize();
        }

        private void respond(CacheRequest<Resource> again, Offer offer, FetchOutcome outcome, CacheStatus status) {
            switch (outcome) {
                // The bytes that an earlier fill left may be sufficient; otherwise the next lookup detects that they
                // are not.
                case FetchOutcome.Begun _ -> delivery.serve(offer.again().filled(status.collapsed()));
                case FetchOutcome.Identified(Entry entry, Resource found, int upstreamStatus) -> {
                    CacheStatus newStatus =
                            status.withForwardStatus(upstreamStatus).asStored();
                    delivery.serve(of(again, found, entry, newStatus, isPublic).filled(status.collapsed()));
                }
                default -> {
                    Lookup<Resource> nothing = Lookup.nothing(again.resource());
                    flow.respond(new ForwardedRequest<>(again, nothing, true, false, status), outcome, status);
                }
            }
        }

        /** Sends the content from upstream without storing it, or asks the caller to retry later. */
        @Override
        public void bypass(Offer offer) {
            past.pass(request.answeredBy(Replies.orUnreadable(request)), CacheStatus.forwarded(Forward.BYPASS));
        }
    }
}
