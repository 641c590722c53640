package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.cache.Authentications.Standing;
import io.artifactvault.cache.Flights.Flight;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.RequestPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stands before what is open to everybody and stored: a client that sends a credential which upstream refuses is refused, as upstream
 * itself would refuse it. Each credential costs at most one question in the scope's time, for which all that come meanwhile wait. As
 * long as upstream cannot say, the client counts as one without a credential. Never blocks.
 */
final class CredentialGate {
    private final Engine engine;
    private final Flights<Standing> questions;

    CredentialGate(Engine engine) {
        this.engine = engine;
        this.questions = engine.fills().newFlights();
    }

    /** Upstream's refusal of the client's credential, where it is known. */
    Optional<FetchOutcome.Final> refusal(CacheRequest<Resource> visit, Situation situation) {
        return concerns(visit, situation)
                        && standing(visit).orElse(null) instanceof Standing.Refused(FetchOutcome.Final answer)
                ? Optional.of(answer)
                : Optional.empty();
    }

    /** Goes on at once, or when upstream has said whether it accepts the client's credential. */
    void pass(CacheRequest<Resource> visit, Situation situation, Runnable serve, Consumer<FetchOutcome.Final> refuse) {
        if (concerns(visit, situation) && standing(visit).isEmpty() && mayAsk(visit)) {
            ask(visit, serve, refuse);
        } else {
            serve.run();
        }
    }

    /** Whether the store could do without upstream's word. A credential of the operator's own is not the client's to answer for. */
    private static boolean concerns(CacheRequest<Resource> visit, Situation situation) {
        return situation.publicAt().isPresent()
                && !visit.caller().isAnonymous()
                && visit.request().credential().isPresent();
    }

    private Optional<Standing> standing(CacheRequest<Resource> visit) {
        Duration ttl = visit.resource().scope().map(AccessScope::ttl).orElse(Duration.ZERO);
        return engine.access().grants().authentications().of(backend(visit), visit.caller(), ttl, now());
    }

    private boolean mayAsk(CacheRequest<Resource> visit) {
        return !engine.settings().offline()
                && !RequestPolicy.of(visit.request().fields()).isOnlyIfCached()
                && engine.rates().take(visit.request().client());
    }

    private static String backend(CacheRequest<Resource> visit) {
        return visit.resource().upstream().account().backend();
    }

    private void ask(CacheRequest<Resource> visit, Runnable serve, Consumer<FetchOutcome.Final> refuse) {
        Instant askedAt = now();
        Authentication question = new Authentication(engine, visit.resource(), visit.caller());
        try {
            Flight<Standing> flight = questions.join(
                    KeyBuilder.key(backend(visit), visit.caller().id()),
                    visit,
                    Task::impatient,
                    answer -> answer.complete(question.ask()));
            visit.account().follows(flight.trace());
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
            serve.run();
        }
    }

    /** A client waits as long as for anything else where something stored may be served instead. */
    private CompletableFuture<Standing> patiently(CompletableFuture<Standing> standing) {
        Duration patience = engine.settings().staleAfter();
        return patience.isZero()
                ? standing
                : standing.completeOnTimeout(new Standing.Unclear(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** With its last client a question ends without an answer, which says nothing of upstream. */
    private void unclear(CacheRequest<Resource> visit, Instant askedAt) {
        if (!Replies.isGone(visit)) {
            engine.access().grants().authentications().unclear(backend(visit), visit.caller(), askedAt, now());
        }
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
