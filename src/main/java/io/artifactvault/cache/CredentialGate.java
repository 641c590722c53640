package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.cache.access.Authentications.Standing;
import io.artifactvault.cache.fetch.Authentication;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.CredentialBudget.Share;
import io.artifactvault.cache.work.Flights;
import io.artifactvault.cache.work.Flights.Flight;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.caching.RequestPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Guards stored public content: a client whose credential upstream rejects is rejected, as upstream itself would reject
 * it. Each credential causes at most one upstream request per scope lifetime; concurrent requests with the same
 * credential wait for it. While upstream cannot decide, the client counts as anonymous. Never blocks.
 */
final class CredentialGate {
    private final Engine engine;
    private final Flights<Standing> flights;
    private final CredentialBudget budget;

    CredentialGate(Engine engine, CredentialBudget budget) {
        this.engine = engine;
        this.flights = engine.fills().newFlights();
        this.budget = budget;
    }

    /** Upstream's rejection of the client's credential, if it is known. */
    Optional<FetchOutcome.Final> refusal(CacheRequest<Resource> request, Lookup<Resource> found) {
        return concerns(request, found)
                        && standing(request).orElse(null) instanceof Standing.Refused(FetchOutcome.Final answer)
                ? Optional.of(answer)
                : Optional.empty();
    }

    /** Runs the action immediately, or once upstream has decided whether it accepts the client's credential. */
    void pass(
            CacheRequest<Resource> request,
            Lookup<Resource> found,
            Runnable serve,
            Consumer<FetchOutcome.Final> refuse) {
        if (concerns(request, found) && standing(request).isEmpty() && wantsUpstream(request)) {
            paid(request).ifPresentOrElse(share -> ask(request, share, serve, refuse), serve);
        } else {
            serve.run();
        }
    }

    /**
     * Whether the credential must be checked: the request carries the client's own credential, not the operator's, and
     * the store could serve it without upstream.
     */
    private static boolean concerns(CacheRequest<Resource> request, Lookup<Resource> found) {
        return found.publicAt().isPresent()
                && !request.caller().isAnonymous()
                && request.message().credential().isPresent();
    }

    private Optional<Standing> standing(CacheRequest<Resource> request) {
        Duration ttl = request.resource().scope().map(AccessScope::ttl).orElse(Duration.ZERO);
        return engine.access().grants().authentications().of(backend(request), request.caller(), ttl, now());
    }

    private boolean wantsUpstream(CacheRequest<Resource> request) {
        return !engine.settings().offline()
                && !RequestPolicy.of(request.message().fields()).isOnlyIfCached();
    }

    /** The share of both the credential budget and the client's rate that a check takes; empty if either is used up. */
    private Optional<Share> paid(CacheRequest<Resource> request) {
        Optional<Share> share =
                flights.isUnderWay(subject(request), request) ? Optional.of(Share.FREE) : share(request);
        if (share.isPresent() && !engine.rates().take(request.message().client())) {
            share.get().unused();
            return Optional.empty();
        }
        return share;
    }

    /**
     * The share of the budget that a request with the client's credential takes, if upstream has never accepted that
     * credential; empty if the request must not be sent now. Applies only if the store has a public response to serve
     * instead.
     *
     * @param collapses whether an equal request is in progress
     */
    Optional<Share> share(CacheRequest<Resource> request, Lookup<Resource> found, boolean collapses) {
        return concerns(request, found) && !collapses ? share(request) : Optional.of(Share.FREE);
    }

    private Optional<Share> share(CacheRequest<Resource> request) {
        boolean known = engine.access().grants().authentications().wasAccepted(backend(request), request.caller());
        return known || request.message().client().isItself()
                ? Optional.of(Share.FREE)
                : budget.take(request.message().client());
    }

    private static String subject(CacheRequest<Resource> request) {
        return KeyBuilder.key(backend(request), request.caller().id());
    }

    private static String backend(CacheRequest<Resource> request) {
        return request.resource().upstream().limits().backend();
    }

    private void ask(CacheRequest<Resource> request, Share share, Runnable serve, Consumer<FetchOutcome.Final> refuse) {
        Instant askedAt = now();
        Authentication authentication = new Authentication(engine, request.resource(), request.caller());
        try {
            Flight<Standing> flight = flights.join(
                    subject(request), request, Task::impatient, answer -> answer.complete(authentication.ask()));
            request.decisionLog().follows(flight.trace());
            settle(share, flight);
            if (flight.collapsed()) {
                engine.rates().giveBack(request.message().client());
            }
            patiently(flight.outcome().copy())
                    .whenComplete((standing, failure) -> Replies.guarded(request, failure, serve, () -> {
                        switch (standing) {
                            case Standing.Refused(FetchOutcome.Final answer) -> refuse.accept(answer);
                            case Standing.Accepted _ -> serve.run();
                            case Standing.Unclear _ -> {
                                unclear(request, askedAt);
                                serve.run();
                            }
                        }
                    }));
        } catch (RejectedExecutionException e) {
            share.unused();
            engine.rates().giveBack(request.message().client());
            serve.run();
        }
    }

    /** Holds the share until the response arrives, unless another request started the flight. */
    static void settle(Share share, Flight<?> flight) {
        if (flight.collapsed()) {
            share.unused();
        } else {
            flight.outcome().whenComplete((_, _) -> share.ended());
        }
    }

    /**
     * The result of the check, or "unclear" after {@code stale_after}, the time that a request waits for upstream
     * before it gets a stored response.
     */
    private CompletableFuture<Standing> patiently(CompletableFuture<Standing> standing) {
        Duration patience = engine.settings().staleAfter();
        return patience.isZero()
                ? standing
                : standing.completeOnTimeout(new Standing.Unclear(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Records that upstream did not decide, unless the request ended because its last client left, which says nothing
     * about upstream.
     */
    private void unclear(CacheRequest<Resource> request, Instant askedAt) {
        if (!Replies.isGone(request)) {
            engine.access().grants().authentications().unclear(backend(request), request.caller(), askedAt, now());
        }
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
