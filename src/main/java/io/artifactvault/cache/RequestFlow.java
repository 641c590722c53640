package io.artifactvault.cache;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.lookup.NegativeCache;
import io.artifactvault.cache.lookup.Plan;
import io.artifactvault.cache.lookup.Planner;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.CredentialBudget.Share;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.HitForMiss;
import io.artifactvault.cache.work.Flights;
import io.artifactvault.cache.work.Flights.Flight;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.cache.work.StaleAfter;
import io.artifactvault.cache.work.StaleAfter.Awaited;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.http.caching.RequestPolicy;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.policy.FairPermits.Holder;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The path of every request through the cache: the {@link Protocol} of its backend finds the stored response, the
 * {@link Planner} decides what to do with it, and equal requests share one upstream request. Called on event loops and
 * never blocks them: responses known to memory are sent immediately, lookup threads read the disk, and tasks send
 * requests upstream.
 *
 * <p>Phases of a request: looked up → admitted by its protocol → planned → served, passed through, or waiting for a
 * fetch → served from the outcome of the fetch, or forwarded alone if that outcome does not apply to it.
 */
final class RequestFlow<R extends Cacheable> {
    /** The components that the request flows of all backends share. */
    record Shared(Engine engine, LookupThreads lookups, HitForMiss hitForMiss, NegativeCache refusals) {
        static Shared of(Engine engine, LookupThreads lookups) {
            return new Shared(
                    engine,
                    lookups,
                    new HitForMiss(engine.settings().hitForMissTtl()),
                    new NegativeCache(engine.memory()));
        }
    }

    private final Engine engine;
    private final LookupThreads lookups;
    private final HitForMiss hitForMiss;
    private final NegativeCache refusals;
    private final Flights<FetchOutcome> flights;
    private final Protocol<R> protocol;
    private final StaleService<R> stale;

    RequestFlow(Shared shared, Function<RequestFlow<R>, Protocol<R>> protocol) {
        this.engine = shared.engine();
        this.lookups = shared.lookups();
        this.hitForMiss = shared.hitForMiss();
        this.refusals = shared.refusals();
        this.flights = engine.fills().flights();
        this.protocol = protocol.apply(this);
        this.stale = new StaleService<>(
                this.protocol, new StaleAfter(lookups, engine.settings().staleAfter()), engine.clock());
    }

    /** Responds to the request. The result never completes exceptionally; the caller closes the response's body. */
    CompletableFuture<Answer> answer(Request message, R resource, DecisionLog decisionLog) {
        decisionLog.requested(resource.title());
        CacheRequest<R> request = CacheRequest.of(message, resource, protocol.caller(resource), decisionLog);
        enter(request);
        return request.answer();
    }

    StaleService<R> stale() {
        return stale;
    }

    void enter(CacheRequest<R> request) {
        Replies.guarded(request, () -> {
            Optional<Lookup<R>> known = protocol.peek(request);
            if (known.isPresent()) {
                protocol.admit(request, known.get());
            } else {
                lookups.run(request, () -> protocol.admit(request, protocol.load(request)));
            }
        });
    }

    /**
     * Carries out the planner's decision.
     *
     * @param skipped whether a request for a name's value was skipped because the value had just been confirmed
     */
    void plan(CacheRequest<R> request, Lookup<R> found, boolean skipped) {
        Candidate candidate = protocol.candidate(request, found);
        Plan planned = Planner.plan(request.message(), protocol.passes(request), candidate, minInterval(), now());
        Plan plan = skipped && planned instanceof Plan.Serve(StoredResponse stored, boolean _)
                ? new Plan.Confirmed(stored)
                : planned;
        request.decisionLog().decided(plan.inWords(), protocol.access(request, found, candidate.allowed()));
        switch (plan) {
            case Plan.Serve(StoredResponse stored, boolean refresh) -> {
                protocol.serve(request, found, stored, stored.hit(now()));
                if (refresh) {
                    refresh(request, found);
                }
            }
            case Plan.Confirmed(StoredResponse stored) -> {
                engine.rates().spare();
                protocol.serve(request, found, stored, stored.justConfirmed(now()));
            }
            case Plan.Ask(Forward why) ->
                ask(new ForwardedRequest<>(request, found, candidate.allowed(), true, CacheStatus.forwarded(why)));
            case Plan.Pass(Forward why) -> protocol.pass(request, found, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(request);
        }
    }

    /** Sends the request upstream, or waits for an equal request that was sent. */
    void ask(ForwardedRequest<R> forwarded) {
        CacheRequest<R> request = forwarded.request();
        String key = protocol.key(request, forwarded.found());
        RequestPolicy policy = RequestPolicy.of(request.message().fields());
        Optional<FetchOutcome.Final> refusal = refusals.recent(key, policy, minInterval(), now());
        if (refusal.isPresent()) {
            repeat(request, refusal.get());
            return;
        }
        if (Replies.isGone(request)) {
            Replies.gone(request);
            return;
        }
        boolean shared = !request.alone()
                && protocol.isShareable(request, forwarded.found())
                && !hitForMiss.covers(protocol.hitForMissKey(request, forwarded.found()), now());
        boolean collapsible = shared && protocol.mayCollapse(request);
        boolean collapses = collapsible && flights.isUnderWay(key, request);
        Optional<Share> share = protocol.share(request, forwarded.found(), collapses);
        boolean mayAsk =
                share.isPresent() && engine.rates().take(request.message().client());
        if (!mayAsk && !collapses) {
            share.ifPresent(Share::unused);
            stale.serve(request, forwarded.found(), "client-rate", () -> Replies.limited(request));
            return;
        }
        Runnable busy = () -> stale.serve(request, forwarded.found(), "busy", () -> Replies.busy(request));
        try {
            Flight<FetchOutcome> flight = start(forwarded, key, shared, collapsible);
            request.decisionLog().follows(flight.trace());
            CredentialGate.settle(share.orElse(Share.FREE), flight);
            if (mayAsk && flight.collapsed()) {
                engine.rates().giveBack(request.message().client());
            }
            await(
                    forwarded,
                    flight,
                    (outcome, failure) ->
                            Replies.guarded(request, failure, busy, () -> handle(forwarded, key, flight, outcome)));
        } catch (RejectedExecutionException e) {
            share.ifPresent(Share::unused);
            busy.run();
        }
    }

    private Flight<FetchOutcome> start(ForwardedRequest<R> forwarded, String key, boolean shared, boolean collapsible) {
        CacheRequest<R> request = forwarded.request();
        boolean patient = !stale.hasFallback(request, forwarded.found());
        UnaryOperator<Task> taskSetup = protocol.taskSetup(request);
        UnaryOperator<Task> adjust = task -> taskSetup.apply(patient ? task : task.impatient());
        Flights.Work<FetchOutcome> fetch = outcome -> protocol.fetch(forwarded, shared, collapsible, outcome);
        return collapsible ? flights.join(key, request, adjust, fetch) : flights.alone(request, adjust, fetch);
    }

    /** Waits for the outcome, or serves the stored response when that takes too long. */
    private void await(
            ForwardedRequest<R> forwarded, Flight<FetchOutcome> flight, BiConsumer<FetchOutcome, Throwable> onOutcome) {
        CacheRequest<R> request = forwarded.request();
        if (stale.mayServeMeanwhile(request, forwarded.found())) {
            stale.after()
                    .await(
                            request,
                            Awaited.of(flight),
                            () -> stale.serveMeanwhile(request, forwarded.found()),
                            onOutcome,
                            (outcome, _) -> handleLate(forwarded, flight, outcome));
        } else {
            flight.outcome().whenComplete(onOutcome);
        }
    }

    /**
     * Handles an outcome that arrives after the client has received a stored response; the fetch has stored its result.
     */
    private void handleLate(ForwardedRequest<R> forwarded, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        switch (outcome) {
            case FetchOutcome.Final refusal
            when isFor(forwarded, flight, refusal) ->
                remember(forwarded, protocol.key(forwarded.request(), forwarded.found()), refusal);
            case FetchOutcome.Passed(Answer answer, boolean _)
            when !flight.collapsed() -> answer.body().abandon();
            case null, default -> {}
        }
    }

    private boolean isFor(ForwardedRequest<R> forwarded, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        return !flight.collapsed() || protocol.isFor(forwarded.request(), forwarded.found(), outcome);
    }

    private void handle(ForwardedRequest<R> forwarded, String key, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        if (!flight.collapsed()) {
            remember(forwarded, outcome);
        }
        if (!isFor(forwarded, flight, outcome)) {
            enter(forwarded.request().byItself());
            return;
        }
        if (outcome instanceof FetchOutcome.Final refusal) {
            remember(forwarded, key, refusal);
        }
        respond(forwarded, outcome, flight.collapsed() ? forwarded.status().asCollapsed() : forwarded.status());
    }

    private void remember(ForwardedRequest<R> forwarded, String key, FetchOutcome.Final refusal) {
        refusals.remember(key, refusal, forwarded.request().resource().negativeTtl(), now());
    }

    /** Records whether later requests for the same key may wait for each other. */
    private void remember(ForwardedRequest<R> forwarded, FetchOutcome outcome) {
        String key = protocol.hitForMissKey(forwarded.request(), forwarded.found());
        switch (outcome) {
            case FetchOutcome.Identified _, FetchOutcome.Kept _ -> hitForMiss.forget(key);
            case FetchOutcome.Final refusal when !refusal.named() -> hitForMiss.note(key, now());
            case FetchOutcome.Passed passed when passed.unstorable() -> hitForMiss.note(key, now());
            case FetchOutcome.Unproven _, FetchOutcome.Unstorable _ -> hitForMiss.note(key, now());
            default -> {}
        }
    }

    /** Responds with the outcome of a fetch. */
    void respond(ForwardedRequest<R> forwarded, FetchOutcome outcome, CacheStatus status) {
        CacheRequest<R> request = forwarded.request();
        switch (outcome) {
            case FetchOutcome.Final refusal ->
                Replies.finish(request, refusal, status.withForwardStatus(refusal.status()));
            case FetchOutcome.Unavailable unavailable ->
                stale.serve(
                        request,
                        forwarded.found(),
                        "upstream-" + unavailable.status(),
                        () -> Replies.unavailable(request, unavailable, status));
            case FetchOutcome.Failed(OriginException _) when Replies.isGone(request) -> Replies.gone(request);
            case FetchOutcome.Failed(OriginException cause) ->
                stale.serve(
                        request,
                        forwarded.found(),
                        cause.failure().name().toLowerCase(Locale.ROOT),
                        () -> Replies.failed(request, cause, status.withDetail("upstream-failed")));
            case FetchOutcome.Passed(Answer answer, boolean _) ->
                request.answer().complete(answer);
            case FetchOutcome.StoredMeanwhile _ -> enter(request);
            case FetchOutcome.Identified _,
                    FetchOutcome.Begun _,
                    FetchOutcome.Unproven _,
                    FetchOutcome.Unstorable _,
                    FetchOutcome.Kept _,
                    FetchOutcome.ForOne _ -> protocol.settle(forwarded, outcome, status);
        }
    }

    /**
     * Sends a recent refusal again, with the same text. Only a refusal that upstream gave for a name is reported as a
     * stored response.
     */
    static void repeat(CacheRequest<?> request, FetchOutcome.Final refusal) {
        boolean ofCaller = refusal.kind() == Verdict.Kind.DENIED || refusal.kind() == Verdict.Kind.UNAUTHENTICATED;
        CacheStatus status = ofCaller
                ? CacheStatus.forwarded(Forward.URI_MISS).withForwardStatus(refusal.status())
                : CacheStatus.ofHit().withDetail("negative");
        Replies.finish(request, refusal, status);
    }

    /** Revalidates in the background; requests in the meantime are served the stale response. */
    private void refresh(CacheRequest<R> request, Lookup<R> found) {
        String key = protocol.key(request, found);
        if (request.namesOthers()
                || flights.isUnderWay(key, request)
                || !engine.rates().take(request.message().client())) {
            return;
        }
        ForwardedRequest<R> forwarded =
                new ForwardedRequest<>(request, found, true, true, CacheStatus.forwarded(Forward.STALE));
        Holder holder = new Holder(request.decisionLog().backend(), "-");
        flights.inBackground(key, request, holder, outcome -> protocol.fetch(forwarded, true, false, outcome))
                .ifPresentOrElse(
                        flight -> flight.outcome().whenComplete((outcome, _) -> refreshed(forwarded, flight, outcome)),
                        () -> engine.rates().giveBack(request.message().client()));
    }

    private void refreshed(ForwardedRequest<R> forwarded, Flight<FetchOutcome> flight, @Nullable FetchOutcome outcome) {
        if (outcome != null) {
            remember(forwarded, outcome);
            handleLate(forwarded, flight, outcome);
        }
    }

    private Duration minInterval() {
        return engine.settings().minRevalidateInterval();
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
