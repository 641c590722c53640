package io.artifactvault.cache.access;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.backend.Resource.Openness;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.lookup.OpenStates;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.cache.upstream.AccessProbe;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.cache.work.Task;
import io.artifactvault.origin.policy.FairPermits.Holder;
import io.artifactvault.store.index.Entry;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Who may read which content, according to upstream's responses: the grants of each caller, and the scopes that are
 * public. Thread-safe.
 *
 * @param fills runs the tasks that probe whether a scope is public
 */
public record Access(Grants grants, OpenStates openStates, Fetches fills, Upstreams upstreams, Clock clock) {
    /**
     * Records that upstream let the caller have that state of a scope. A response to an anonymous request makes it
     * public; after a response to another caller, one additional anonymous request is sent, so that a public repository
     * needs no check for each caller.
     *
     * @param resource at the state that upstream confirmed
     */
    public void allow(Resource resource, Caller caller, AccessScope scope, Instant askedAt) {
        if (caller.isAnonymous()) {
            openStates.open(scope, askedAt);
            return;
        }
        grants.allow(caller, scope, askedAt);
        boolean tells = !resource.differsByCaller();
        if (tells && !openStates.isFresh(scope, askedAt) && !grants.wasProbed(scope, askedAt)) {
            probe(resource, scope);
        }
    }

    /**
     * Whether upstream has let the caller have that state before, or everybody, however long ago. May read the disk.
     *
     * @param stored the stored response that belongs to the state
     */
    public boolean hasAllowed(Caller caller, AccessScope scope, Entry stored) {
        return grants.hasAllowed(caller, scope)
                || openStates.load(scope, Optional.of(stored)).isPresent();
    }

    /** Records that upstream let the caller have that state although the request carried no credential. */
    public void allowOpenly(Caller caller, AccessScope scope, Instant askedAt) {
        openStates.open(scope, askedAt);
        grants.allow(caller, scope, askedAt);
    }

    /** Records upstream's statement about a scope to a caller without a credential. */
    public void note(Openness openness, Instant askedAt) {
        if (openness.toEverybody()) {
            openStates.open(openness.scope(), askedAt);
        } else {
            close(openness.scope(), askedAt);
        }
    }

    /** Records that upstream refused the scope to a caller without a credential. */
    public void close(AccessScope scope, Instant askedAt) {
        openStates.close(scope, askedAt);
        grants.refusedToAnonymous(scope, askedAt);
    }

    /**
     * Records that upstream refused. The caller's own grants end; a refusal to an anonymous caller closes a public
     * scope. A refusal to a caller with a token may be due to the token, so an anonymous request is then sent to see
     * whether the scope is still public.
     */
    public void deny(Resource resource, Caller caller, AccessScope scope, Instant askedAt) {
        grants.deny(caller, scope, askedAt);
        if (caller.isAnonymous()) {
            close(scope, askedAt);
        } else if (!resource.differsByCaller()) {
            probe(resource, scope);
        }
    }

    private void probe(Resource resource, AccessScope scope) {
        try {
            String backend = resource.upstream().limits().backend();
            Interest interest = fills.newInterest();
            Task task = new Task(new Holder(backend, "-"), new UpstreamTrace(), interest, true, Optional.empty());
            fills.tasks().startInBackground(task, () -> apply(new AccessProbe(upstreams, resource), scope));
        } catch (RejectedExecutionException e) {
            grants.forgetProbe(scope);
        }
    }

    private void apply(AccessProbe probe, AccessScope scope) {
        Instant askedAt = clock.instant();
        switch (probe.ask()) {
            case PUBLIC -> openStates.open(scope, askedAt);
            case CLOSED -> close(scope, askedAt);
            case UNKNOWN -> grants.forgetProbe(scope);
        }
    }
}
