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
    private final Flights<Standing> questions;
    private final CredentialBudget budget;

    CredentialGate(Engine engine, CredentialBudget budget) {
        this.engine = engine;
        this.questions = engine.fills().newFlights();
        this.budget = budget;
    }

    /** Upstream's rejection of the client's credential, if it is known. */
    Optional<FetchOutcome.Final> refusal(CacheRequest<Resource> visit, Lookup<Resource> found) {
        return concerns(visit, found)
                        && standing(visit).orElse(null) instanceof Standing.Refused(FetchOutcome.Final answer)
                ? Optional.of(answer)
                : Optional.empty();
    }

    /** Continues immediately, or when upstream has decided whether it accepts the client's credential. */
    void pass(
            CacheRequest<Resource> visit, Lookup<Resource> found, Runnable serve, Consumer<FetchOutcome.Final> refuse) {
        if (concerns(visit, found) && standing(visit).isEmpty() && wantsUpstream(visit)) {
            paid(visit).ifPresentOrElse(share -> ask(visit, share, serve, refuse), serve);
        } else {
            serve.run();
        }
    }

    /**
     * Whether the store could serve the request without upstream. Clients are not responsible for the operator's own
     * credential.
     */
    private static boolean concerns(CacheRequest<Resource> visit, Lookup<Resource> found) {
        return found.publicAt().isPresent()
                && !visit.caller().isAnonymous()
                && visit.request().credential().isPresent();
    }

    private Optional<Standing> standing(CacheRequest<Resource> visit) {
        Duration ttl = visit.resource().scope().map(AccessScope::ttl).orElse(Duration.ZERO);
        return engine.access().grants().authentications().of(backend(visit), visit.caller(), ttl, now());
    }

    private boolean wantsUpstream(CacheRequest<Resource> visit) {
        return !engine.settings().offline()
                && !RequestPolicy.of(visit.request().fields()).isOnlyIfCached();
    }

    /** Charged to both the budget and the client's rate. */
    private Optional<Share> paid(CacheRequest<Resource> visit) {
        Optional<Share> share = questions.isUnderWay(subject(visit), visit) ? Optional.of(Share.FREE) : share(visit);
        if (share.isPresent() && !engine.rates().take(visit.request().client())) {
            share.get().unused();
            return Optional.empty();
        }
        return share;
    }

    /**
     * The share of the budget that a request with the client's credential takes, if upstream has never accepted that
     * credential; empty if the request must not be sent now. Only if the store has a public response instead.
     *
     * @param collapses whether an equal request is in progress
     */
    Optional<Share> share(CacheRequest<Resource> visit, Lookup<Resource> found, boolean collapses) {
        return concerns(visit, found) && !collapses ? share(visit) : Optional.of(Share.FREE);
    }

    private Optional<Share> share(CacheRequest<Resource> visit) {
        boolean known = engine.access().grants().authentications().wasAccepted(backend(visit), visit.caller());
        return known || visit.request().client().isItself()
                ? Optional.of(Share.FREE)
                : budget.take(visit.request().client());
    }

    private static String subject(CacheRequest<Resource> visit) {
        return KeyBuilder.key(backend(visit), visit.caller().id());
    }

    private static String backend(CacheRequest<Resource> visit) {
        return visit.resource().upstream().account().backend();
    }

    private void ask(CacheRequest<Resource> visit, Share share, Runnable serve, Consumer<FetchOutcome.Final> refuse) {
        Instant askedAt = now();
        Authentication question = new Authentication(engine, visit.resource(), visit.caller());
        try {
            Flight<Standing> flight =
                    questions.join(subject(visit), visit, Task::impatient, answer -> answer.complete(question.ask()));
            visit.account().follows(flight.trace());
            settle(share, flight);
            if (flight.collapsed()) {
                engine.rates().giveBack(visit.request().client());
            }
            patiently(flight.outcome().copy())
                    .whenComplete((standing, failure) -> Replies.guarded(visit, failure, serve, () -> {
                        switch (standing) {
                            case Standing.Refused(FetchOutcome.Final answer) -> refuse.accept(answer);
                            case Standing.Accepted _ -> serve.run();
                            case Standing.Unclear _ -> {
                                unclear(visit, askedAt);
                                serve.run();
                            }
                        }
                    }));
        } catch (RejectedExecutionException e) {
            share.unused();
            engine.rates().giveBack(visit.request().client());
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

    /** A client waits no longer than for any other request if a stored response may be served instead. */
    private CompletableFuture<Standing> patiently(CompletableFuture<Standing> standing) {
        Duration patience = engine.settings().staleAfter();
        return patience.isZero()
                ? standing
                : standing.completeOnTimeout(new Standing.Unclear(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** When its last client leaves, a request ends without a response, which says nothing about upstream. */
    private void unclear(CacheRequest<Resource> visit, Instant askedAt) {
        if (!Replies.isGone(visit)) {
            engine.access().grants().authentications().unclear(backend(visit), visit.caller(), askedAt, now());
        }
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
