package io.artifactvault.cache;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.CredentialBudget.Share;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * The part of the request flow that depends on the kind of backend: how to find stored responses, who may receive them,
 * and how to send requests upstream. Called on event loops, on lookup threads and by tasks; blocks only where
 * documented.
 *
 * @param <R> the resources that requests ask for
 */
interface Protocol<R extends Cacheable> {
    /** The caller whose access applies to a resource. */
    Caller caller(R resource);

    /** The stored state, if it is known in memory; otherwise empty. */
    Optional<Lookup<R>> peek(CacheRequest<R> request);

    /** The stored state. May read the disk. */
    Lookup<R> load(CacheRequest<R> request);

    /** Identifies the caller and resolves names, and then has the request planned. */
    void admit(CacheRequest<R> request, Lookup<R> found);

    /** The reason for which the request must be sent upstream regardless of the stored state, if there is one. */
    Optional<Forward> passes(CacheRequest<R> request);

    /** The stored response that may serve the request, and whether it may do so without permission from upstream. */
    Candidate candidate(CacheRequest<R> request, Lookup<R> found);

    /** The basis of the caller's access to the response, for the operator. */
    String access(CacheRequest<R> request, Lookup<R> found, boolean allowed);

    /** The stored response that may be served while upstream fails, is slow, or must not be contacted. */
    Optional<StoredResponse> fallback(CacheRequest<R> request, Lookup<R> found);

    /** Whether a download that the request begins could be completed without upstream. May read the disk. */
    boolean canFinishWithoutUpstream(CacheRequest<R> request, Lookup<R> found);

    /** Serves a stored response to a caller who may receive it. */
    void serve(CacheRequest<R> request, Lookup<R> found, StoredResponse stored, CacheStatus status);

    /** Serves a stored response to a caller who may receive it, while upstream is not contacted. */
    void serveWithoutUpstream(CacheRequest<R> request, Lookup<R> found, StoredResponse stored, CacheStatus status);

    /** Passes the request through to upstream, past the store. */
    void pass(CacheRequest<R> request, Lookup<R> found, CacheStatus status);

    /** The key that equal requests share. */
    String key(CacheRequest<R> request, Lookup<R> found);

    /** The key under which it is known that responses to such requests could not be shared. */
    default String hitForMissKey(CacheRequest<R> request, Lookup<R> found) {
        return key(request, found);
    }

    /** Whether the response to this request may be for other requests too. */
    boolean isShareable(CacheRequest<R> request, Lookup<R> found);

    /** Whether the request may wait for another one's fetch. */
    boolean mayCollapse(CacheRequest<R> request);

    /**
     * The share that a fetch takes of budgets other than the client's rate; empty if it must not be sent now.
     *
     * @param collapses whether the request joins a fetch in progress
     */
    default Optional<Share> share(CacheRequest<R> request, Lookup<R> found, boolean collapses) {
        return Optional.of(Share.FREE);
    }

    /** How to set up a task for the request before it starts. */
    UnaryOperator<Task> taskSetup(CacheRequest<R> request);

    /**
     * Sends the request upstream. Blocks, on a task's thread.
     *
     * @param shared whether the response may be for other requests too
     * @param collapsible whether earlier requests may have stored the response that this one needs
     */
    void fetch(
            ForwardedRequest<R> forwarded,
            boolean shared,
            boolean collapsible,
            CompletableFuture<FetchOutcome> outcome);

    /** Whether the outcome of another request's fetch applies to this request. */
    boolean isFor(CacheRequest<R> request, Lookup<R> found, FetchOutcome outcome);

    /** Responds with an outcome that only this kind of backend has. */
    void settle(ForwardedRequest<R> forwarded, FetchOutcome outcome, CacheStatus status);
}
