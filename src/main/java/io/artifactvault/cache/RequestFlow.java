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
    /** The components that the flows of all backends share. */
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
        this.flights = engine.fills().questions();
        this.protocol = protocol.apply(this);
        this.stale = new StaleService<>(
                this.protocol, new StaleAfter(lookups, engine.settings().staleAfter()), engine.clock());
    }

    /** Never completes exceptionally; the caller closes the response's body. */
    CompletableFuture<Answer> answer(Request request, R resource, DecisionLog account) {
        account.asksFor(resource.title());
        CacheRequest<R> visit = CacheRequest.of(request, resource, protocol.caller(resource), account);
        enter(visit);
        return visit.answer();
    }

    StaleService<R> stale() {
        return stale;
    }

    void enter(CacheRequest<R> visit) {
        Replies.guarded(visit, () -> {
            Optional<Lookup<R>> known = protocol.peek(visit);
            if (known.isPresent()) {
                protocol.admit(visit, known.get());
            } else {
                lookups.run(visit, () -> protocol.admit(visit, protocol.load(visit)));
            }
        });
    }

    /**
     * Carries out the planner's decision.
     *
     * @param spared whether a request for a name's value was skipped because the value had just been confirmed
     */
    void plan(CacheRequest<R> visit, Lookup<R> found, boolean spared) {
        Candidate candidate = protocol.candidate(visit, found);
        Plan planned = Planner.plan(visit.request(), protocol.passes(visit), candidate, floor(), now());
        Plan plan = spared && planned instanceof Plan.Serve(StoredResponse stored, boolean _)
                ? new Plan.Confirmed(stored)
                : planned;
        visit.account().decided(plan.inWords(), protocol.access(visit, found, candidate.allowed()));
        switch (plan) {
            case Plan.Serve(StoredResponse stored, boolean refresh) -> {
                protocol.serve(visit, found, stored, stored.hit(now()));
                if (refresh) {
                    refresh(visit, found);
                }
            }
            case Plan.Confirmed(StoredResponse stored) -> {
                engine.rates().spare();
                protocol.serve(visit, found, stored, stored.justConfirmed(now()));
            }
            case Plan.Ask(Forward why) ->
                ask(new ForwardedRequest<>(visit, found, candidate.allowed(), true, CacheStatus.forwarded(why)));
            case Plan.Pass(Forward why) -> protocol.pass(visit, found, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(visit);
        }
    }

    /** Sends the request upstream, or waits for an equal request that was sent. */
    void ask(ForwardedRequest<R> forwarded) {
        CacheRequest<R> visit = forwarded.visit();
        String key = protocol.key(visit, forwarded.found());
        RequestPolicy policy = RequestPolicy.of(visit.request().fields());
        Optional<FetchOutcome.Final> refusal = refusals.recent(key, policy, floor(), now());
        if (refusal.isPresent()) {
            repeat(visit, refusal.get());
            return;
        }
        if (Replies.isGone(visit)) {
            Replies.gone(visit);
            return;
        }
        boolean shared =
                !visit.alone() && protocol.isShareable(visit, forwarded.found()) && !hitForMiss.covers(key, now());
        boolean meets = shared && protocol.meetsOthers(visit);
        boolean collapses = meets && flights.isUnderWay(key, visit);
        Optional<Share> share = protocol.share(visit, forwarded.found(), collapses);
        boolean mayAsk =
                share.isPresent() && engine.rates().take(visit.request().client());
        if (!mayAsk && !collapses) {
            share.ifPresent(Share::unused);
            stale.serve(visit, forwarded.found(), "client-rate", () -> Replies.limited(visit));
            return;
        }
        Runnable busy = () -> stale.serve(visit, forwarded.found(), "busy", () -> Replies.busy(visit));
        try {
            Flight<FetchOutcome> flight = start(forwarded, key, shared, meets);
            visit.account().follows(flight.trace());
            CredentialGate.settle(share.orElse(Share.FREE), flight);
            if (mayAsk && flight.collapsed()) {
                engine.rates().giveBack(visit.request().client());
            }
            await(
                    forwarded,
                    flight,
                    (outcome, failure) ->
                            Replies.guarded(visit, failure, busy, () -> hear(forwarded, key, flight, outcome)));
        } catch (RejectedExecutionException e) {
            share.ifPresent(Share::unused);
            busy.run();
        }
    }

    private Flight<FetchOutcome> start(ForwardedRequest<R> forwarded, String key, boolean shared, boolean meets) {
        CacheRequest<R> visit = forwarded.visit();
        boolean patient = !stale.wouldDo(visit, forwarded.found());
        UnaryOperator<Task> manner = protocol.manner(visit);
        UnaryOperator<Task> as = task -> manner.apply(patient ? task : task.impatient());
        Flights.Work<FetchOutcome> fetch = outcome -> protocol.fetch(forwarded, shared, meets, outcome);
        return meets ? flights.join(key, visit, as, fetch) : flights.alone(visit, as, fetch);
    }

    /** Waits for the outcome, or serves the stored response when that takes too long. */
    private void await(
            ForwardedRequest<R> forwarded, Flight<FetchOutcome> flight, BiConsumer<FetchOutcome, Throwable> heard) {
        CacheRequest<R> visit = forwarded.visit();
        if (stale.mayServeMeanwhile(visit, forwarded.found())) {
            stale.after()
                    .await(
                            visit,
                            Awaited.of(flight),
                            () -> stale.serveMeanwhile(visit, forwarded.found()),
                            heard,
                            (outcome, _) -> hearLater(forwarded, flight, outcome));
        } else {
            flight.outcome().whenComplete(heard);
        }
    }

    /** The client has its response by now, and the fetch has stored its result. */
    private void hearLater(ForwardedRequest<R> forwarded, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        switch (outcome) {
            case FetchOutcome.Final refusal
            when isFor(forwarded, flight, refusal) ->
                remember(forwarded, protocol.key(forwarded.visit(), forwarded.found()), refusal);
            case FetchOutcome.Passed(Answer answer, boolean _)
            when !flight.collapsed() -> answer.body().abandon();
            case null, default -> {}
        }
    }

    private boolean isFor(ForwardedRequest<R> forwarded, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        return !flight.collapsed() || protocol.isFor(forwarded.visit(), forwarded.found(), outcome);
    }

    private void hear(ForwardedRequest<R> forwarded, String key, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        if (!flight.collapsed()) {
            remember(key, outcome);
        }
        if (!isFor(forwarded, flight, outcome)) {
            enter(forwarded.visit().byItself());
            return;
        }
        if (outcome instanceof FetchOutcome.Final refusal) {
            remember(forwarded, key, refusal);
        }
        hear(forwarded, outcome, flight.collapsed() ? forwarded.status().asCollapsed() : forwarded.status());
    }

    private void remember(ForwardedRequest<R> forwarded, String key, FetchOutcome.Final refusal) {
        refusals.remember(key, refusal, forwarded.visit().resource().negativeTtl(), now());
    }

    /** Records whether the next requests for the same key may wait for each other. */
    private void remember(String key, FetchOutcome outcome) {
        switch (outcome) {
            case FetchOutcome.Learned _, FetchOutcome.Kept _ -> hitForMiss.forget(key);
            case FetchOutcome.Final refusal when !refusal.named() -> hitForMiss.note(key, now());
            case FetchOutcome.Passed passed when passed.unstorable() -> hitForMiss.note(key, now());
            case FetchOutcome.Unproven _, FetchOutcome.Unstorable _ -> hitForMiss.note(key, now());
            default -> {}
        }
    }

    /** Responds with the outcome of a fetch. */
    void hear(ForwardedRequest<R> forwarded, FetchOutcome outcome, CacheStatus status) {
        CacheRequest<R> visit = forwarded.visit();
        switch (outcome) {
            case FetchOutcome.Final refusal ->
                Replies.finish(visit, refusal, status.withForwardStatus(refusal.status()));
            case FetchOutcome.Unavailable unavailable ->
                stale.serve(
                        visit,
                        forwarded.found(),
                        "upstream-" + unavailable.status(),
                        () -> Replies.unavailable(visit, unavailable, status));
            case FetchOutcome.Failed(OriginException _) when Replies.isGone(visit) -> Replies.gone(visit);
            case FetchOutcome.Failed(OriginException cause) ->
                stale.serve(
                        visit,
                        forwarded.found(),
                        cause.failure().name().toLowerCase(Locale.ROOT),
                        () -> Replies.failed(visit, cause, status.withDetail("upstream-failed")));
            case FetchOutcome.Passed(Answer answer, boolean _) -> visit.answer().complete(answer);
            case FetchOutcome.Landed _ -> enter(visit);
            case FetchOutcome.Learned _,
                    FetchOutcome.Begun _,
                    FetchOutcome.Unproven _,
                    FetchOutcome.Unstorable _,
                    FetchOutcome.Kept _,
                    FetchOutcome.ForOne _ -> protocol.settle(forwarded, outcome, status);
        }
    }

    /** A repeated refusal reads the same each time; only upstream's refusal of a name counts as a stored response. */
    static void repeat(CacheRequest<?> visit, FetchOutcome.Final refusal) {
        boolean ofCaller = refusal.kind() == Verdict.Kind.DENIED || refusal.kind() == Verdict.Kind.UNAUTHENTICATED;
        CacheStatus status = ofCaller
                ? CacheStatus.forwarded(Forward.URI_MISS).withForwardStatus(refusal.status())
                : CacheStatus.ofHit().withDetail("negative");
        Replies.finish(visit, refusal, status);
    }

    /** Revalidates in the background; requests in the meantime are served the stale response. */
    private void refresh(CacheRequest<R> visit, Lookup<R> found) {
        String key = protocol.key(visit, found);
        if (visit.namesOthers()
                || flights.isUnderWay(key, visit)
                || !engine.rates().take(visit.request().client())) {
            return;
        }
        ForwardedRequest<R> forwarded =
                new ForwardedRequest<>(visit, found, true, true, CacheStatus.forwarded(Forward.STALE));
        Holder holder = new Holder(visit.account().backend(), "-");
        flights.inBackground(key, visit, holder, outcome -> protocol.fetch(forwarded, true, false, outcome))
                .ifPresentOrElse(
                        flight -> flight.outcome()
                                .whenComplete((outcome, _) -> refreshed(forwarded, key, flight, outcome)),
                        () -> engine.rates().giveBack(visit.request().client()));
    }

    private void refreshed(
            ForwardedRequest<R> forwarded, String key, Flight<FetchOutcome> flight, @Nullable FetchOutcome outcome) {
        if (outcome != null) {
            remember(key, outcome);
            hearLater(forwarded, flight, outcome);
        }
    }

    private Duration floor() {
        return engine.settings().minRevalidateInterval();
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
