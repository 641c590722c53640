package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.backend.Resource.Openness;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.FairPermits.Holder;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.RedirectFollower;
import io.artifactvault.origin.RedirectFollower.Arrival;
import io.artifactvault.origin.RedirectPolicy;
import io.artifactvault.store.BlobStore;
import io.artifactvault.store.EntryIndex;
import io.artifactvault.store.PointerValue;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/** What the parts of the cache work with, and the few state changes that several of them make. Thread-safe. */
record Engine(
        CacheSettings settings,
        EntryIndex index,
        BlobStore blobs,
        Shelf shelf,
        Fills fills,
        Grants grants,
        RedirectFollower follower,
        TokenClient tokens,
        Hedges hedges,
        StoreNews news,
        ClientRates rates,
        MemoryBudget memory,
        Clock clock) {

    /** The same for a resource whose upstream may want a token of its token service first. */
    Arrival follow(OriginRequest request, Resource resource, Predicate<List<Hop>> enough) throws OriginException {
        Upstream upstream = resource.upstream();
        TokenClient.Asking asking = tokens.new Asking(resource, request);
        Arrival answered = follow(asking.first(), upstream, enough);
        Optional<OriginRequest> again;
        try {
            again = asking.again(answered);
        } catch (OriginException e) {
            answered.close();
            Trail.note(e);
            throw e;
        }
        if (again.isEmpty()) {
            return answered;
        }
        answered.close();
        Arrival last = follow(again.get(), upstream, enough);
        asking.refused(again.get(), last);
        return last;
    }

    /** Asks upstream on the task's thread, as far as the resource's operator lets redirects go. */
    Arrival follow(OriginRequest request, Upstream upstream, Predicate<List<Hop>> enough) throws OriginException {
        try {
            Upstream.Account account = upstream.account();
            PrivateTargets targets = upstream.fromAnswer() ? upstream.privateRedirects() : request.privateTargets();
            OriginRequest asked = request.on(
                            account.backend(),
                            account.budget(),
                            account.oneService(),
                            account.subject(),
                            account.mirrors())
                    .withPrivateTargets(targets);
            Arrival arrival = follower.follow(asked, policy(upstream), enough);
            Trail.note(arrival.hops());
            return arrival;
        } catch (OriginException e) {
            Trail.note(e);
            throw e;
        }
    }

    /** Where a redirect points at which somebody stopped. */
    OriginRequest beyond(Arrival redirect, Upstream upstream) throws OriginException {
        return RedirectFollower.beyond(redirect, policy(upstream));
    }

    private static RedirectPolicy policy(Upstream upstream) {
        return new RedirectPolicy(upstream.maxRedirects(), upstream.privateRedirects());
    }

    void point(String name, String value, Instant askedAt) {
        index.putPointer(name, new PointerValue(value, askedAt));
    }

    /** Names that begin so mean something else from now on: nobody is told what was asked before. */
    void moved(List<String> names) {
        if (!names.isEmpty()) {
            names.forEach(beginning -> index.removePointers(beginning, clock.instant()));
            fills.questions().joinNoMore();
        }
    }

    /** What is open to callers without a credential. */
    OpenStates openStates() {
        return new OpenStates(index, clock);
    }

    /**
     * Upstream let the caller have that state of a scope. An anonymous answer opens it to everybody; after another's the
     * anonymous question is asked once on the side, so that public repositories need no check per caller.
     *
     * @param resource at the state that upstream confirmed
     */
    void allow(Resource resource, Caller caller, AccessScope scope, Instant askedAt) {
        if (caller.isAnonymous()) {
            openStates().open(scope, askedAt);
            return;
        }
        grants.allow(caller, scope, askedAt);
        if (!openStates().isFresh(scope, askedAt) && !grants.wasProbed(scope, askedAt)) {
            probe(resource, scope);
        }
    }

    /** Upstream let the caller have that state although it was asked without their credential. */
    void allowOpenly(Caller caller, AccessScope scope, Instant askedAt) {
        openStates().open(scope, askedAt);
        grants.allow(caller, scope, askedAt);
    }

    /** What upstream said about a scope to a caller without a credential. */
    void note(Openness openness, Instant askedAt) {
        if (openness.toEverybody()) {
            openStates().open(openness.scope(), askedAt);
        } else {
            close(openness.scope(), askedAt);
        }
    }

    /** Upstream refused the scope to a caller without a credential. */
    void close(AccessScope scope, Instant askedAt) {
        openStates().close(scope, askedAt);
        grants.refusedToAnonymous(scope, askedAt);
    }

    /**
     * Upstream refused. The caller's own grants end; a refusal to an anonymous caller closes what was open to everybody. A
     * bad token of one caller says nothing about the others, so then the anonymous question is asked.
     */
    void deny(Resource resource, Caller caller, AccessScope scope, Instant askedAt) {
        grants.deny(caller, scope, askedAt);
        if (caller.isAnonymous()) {
            close(scope, askedAt);
        } else {
            probe(resource, scope);
        }
    }

    private void probe(Resource resource, AccessScope scope) {
        try {
            String backend = resource.upstream().account().backend();
            Interest interest = fills.newInterest();
            Task task = new Task(new Holder(backend, "-"), new Trail(), interest, true, Optional.empty());
            fills.tasks().startInBackground(task, new PublicProbe(this, resource, scope)::ask);
        } catch (RejectedExecutionException e) {
            grants.forgetProbe(scope);
        }
    }
}
