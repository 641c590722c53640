package io.artifactvault.cache;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.CredentialBudget.Share;
import io.artifactvault.cache.Flights.Flight;
import io.artifactvault.cache.StaleAfter.Awaited;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestPolicy;
import io.artifactvault.origin.FairPermits.Holder;
import io.artifactvault.origin.OriginException;
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
 * The way of every request through the cache: its backend's {@link Protocol} says what is stored, the {@link Planner} what to do about it,
 * and upstream is asked once for equal requests. Called on event loops and never blocks them: what memory knows is answered at once; the
 * disk is looked at on lookup threads, upstream is asked by tasks.
 *
 * <p>Phases of a request: looked up → admitted by its protocol → planned → served, passed, or waiting for a fetch → answered by what came
 * of it, or by itself where that was not for it.
 */
final class RequestFlow<R extends Cacheable, F> {
    /** What the flows of all backends share. */
    record Shared(Engine engine, Lookups lookups, HitForMiss hitForMiss, Refusals refusals) {
        static Shared of(Engine engine, Lookups lookups) {
            return new Shared(
                    engine, lookups, new HitForMiss(engine.settings().hitForMissTtl()), new Refusals(engine.memory()));
        }
    }

    /**
     * A request that is sent upstream.
     *
     * @param found what was stored
     * @param allowed whether the caller might have had it without asking
     * @param validates whether upstream may confirm what is stored
     * @param status why upstream is asked, as far as the caller may know
     */
    record Asking<R extends Cacheable, F>(
            CacheRequest<R> visit, F found, boolean allowed, boolean validates, CacheStatus status) {}

    private final Engine engine;
    private final Lookups lookups;
    private final HitForMiss hitForMiss;
    private final Refusals refusals;
    private final Flights<FetchOutcome> flights;
    private final Protocol<R, F> protocol;
    private final StaleService<R, F> stale;

    RequestFlow(Shared shared, Function<RequestFlow<R, F>, Protocol<R, F>> protocol) {
        this.engine = shared.engine();
        this.lookups = shared.lookups();
        this.hitForMiss = shared.hitForMiss();
        this.refusals = shared.refusals();
        this.flights = engine.fills().questions();
        this.protocol = protocol.apply(this);
        this.stale = new StaleService<>(
                this.protocol, new StaleAfter(lookups, engine.settings().staleAfter()), engine.clock());
    }

    /** Never completes exceptionally; the caller closes the answer's body. */
    CompletableFuture<Answer> answer(Request request, R resource, Account account) {
        account.asksFor(resource.title());
        CacheRequest<R> visit = CacheRequest.of(request, resource, protocol.caller(resource), account);
        enter(visit);
        return visit.answer();
    }

    StaleService<R, F> stale() {
        return stale;
    }

    void enter(CacheRequest<R> visit) {
        Replies.guarded(visit, () -> {
            Optional<F> known = protocol.peek(visit);
            if (known.isPresent()) {
                protocol.admit(visit, known.get());
            } else {
                lookups.run(visit, () -> protocol.admit(visit, protocol.load(visit)));
            }
        });
    }

    /**
     * Does what the planner says.
     *
     * @param spared whether a name's value was not asked for because it had been confirmed a moment ago
     */
    void plan(CacheRequest<R> visit, F found, boolean spared) {
        Candidate candidate = protocol.candidate(visit, found);
        Plan planned = Planner.plan(visit.request(), protocol.passes(visit), candidate, floor(), now());
        Plan plan = spared && planned instanceof Plan.Serve(Stored stored, boolean _)
                ? new Plan.Confirmed(stored)
                : planned;
        visit.account().decided(plan.inWords(), protocol.access(visit, found, candidate.allowed()));
        switch (plan) {
            case Plan.Serve(Stored stored, boolean refresh) -> {
                protocol.serve(visit, found, stored, stored.hit(now()));
                if (refresh) {
                    refresh(visit, found);
                }
            }
            case Plan.Confirmed(Stored stored) -> {
                engine.rates().spare();
                protocol.serve(visit, found, stored, stored.justConfirmed(now()));
            }
            case Plan.Ask(Forward why) ->
                ask(new Asking<>(visit, found, candidate.allowed(), true, CacheStatus.forwarded(why)));
            case Plan.Pass(Forward why) -> protocol.pass(visit, found, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(visit);
        }
    }

    /** Asks upstream, or waits for an equal request that does. */
    void ask(Asking<R, F> asking) {
        CacheRequest<R> visit = asking.visit();
        String key = protocol.key(visit, asking.found());
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
                !visit.alone() && protocol.isShareable(visit, asking.found()) && !hitForMiss.covers(key, now());
        boolean meets = shared && protocol.meetsOthers(visit);
        boolean collapses = meets && flights.isUnderWay(key, visit);
        Optional<Share> share = protocol.share(visit, asking.found(), collapses);
        boolean mayAsk = share.isPresent() && engine.rates().take(visit.request().client());
        if (!mayAsk && !collapses) {
            share.ifPresent(Share::unused);
            stale.serve(visit, asking.found(), "client-rate", () -> Replies.limited(visit));
            return;
        }
        Runnable busy = () -> stale.serve(visit, asking.found(), "busy", () -> Replies.busy(visit));
        try {
            Flight<FetchOutcome> flight = start(asking, key, shared, meets);
            visit.account().follows(flight.trail());
            CredentialGate.settle(share.orElse(Share.FREE), flight);
            if (mayAsk && flight.collapsed()) {
                engine.rates().giveBack(visit.request().client());
            }
            await(
                    asking,
                    flight,
                    (outcome, failure) ->
                            Replies.guarded(visit, failure, busy, () -> hear(asking, key, flight, outcome)));
        } catch (RejectedExecutionException e) {
            share.ifPresent(Share::unused);
            busy.run();
        }
    }

    private Flight<FetchOutcome> start(Asking<R, F> asking, String key, boolean shared, boolean meets) {
        CacheRequest<R> visit = asking.visit();
        boolean patient = !stale.wouldDo(visit, asking.found());
        UnaryOperator<Task> manner = protocol.manner(visit);
        UnaryOperator<Task> as = task -> manner.apply(patient ? task : task.impatient());
        Flights.Work<FetchOutcome> fetch = outcome -> protocol.fetch(asking, shared, meets, outcome);
        return meets ? flights.join(key, visit, as, fetch) : flights.alone(visit, as, fetch);
    }

    /** Waits for the outcome, or serves what is stored when that takes too long. */
    private void await(Asking<R, F> asking, Flight<FetchOutcome> flight, BiConsumer<FetchOutcome, Throwable> heard) {
        CacheRequest<R> visit = asking.visit();
        if (stale.mayServeMeanwhile(visit, asking.found())) {
            stale.after()
                    .await(
                            visit,
                            Awaited.of(flight),
                            () -> stale.serveMeanwhile(visit, asking.found()),
                            heard,
                            (outcome, _) -> hearLater(asking, flight, outcome));
        } else {
            flight.outcome().whenComplete(heard);
        }
    }

    /** The client has its answer by now, and the fetch has stored what there was to store. */
    private void hearLater(Asking<R, F> asking, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        switch (outcome) {
            case FetchOutcome.Final refusal
            when isFor(asking, flight, refusal) ->
                remember(asking, protocol.key(asking.visit(), asking.found()), refusal);
            case FetchOutcome.Passed(Answer answer, boolean _)
            when !flight.collapsed() -> answer.body().abandon();
            case null, default -> {}
        }
    }

    private boolean isFor(Asking<R, F> asking, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        return !flight.collapsed() || protocol.isFor(asking.visit(), asking.found(), outcome);
    }

    private void hear(Asking<R, F> asking, String key, Flight<FetchOutcome> flight, FetchOutcome outcome) {
        if (!flight.collapsed()) {
            remember(key, outcome);
        }
        if (!isFor(asking, flight, outcome)) {
            enter(asking.visit().byItself());
            return;
        }
        if (outcome instanceof FetchOutcome.Final refusal) {
            remember(asking, key, refusal);
        }
        hear(asking, outcome, flight.collapsed() ? asking.status().asCollapsed() : asking.status());
    }

    private void remember(Asking<R, F> asking, String key, FetchOutcome.Final refusal) {
        refusals.remember(key, refusal, asking.visit().resource().negativeTtl(), now());
    }

    /** Whether the next requests for the same may wait for each other. */
    private void remember(String key, FetchOutcome outcome) {
        switch (outcome) {
            case FetchOutcome.Learned _, FetchOutcome.Kept _ -> hitForMiss.forget(key);
            case FetchOutcome.Final refusal when !refusal.named() -> hitForMiss.note(key, now());
            case FetchOutcome.Passed passed when passed.unstorable() -> hitForMiss.note(key, now());
            case FetchOutcome.Unproven _, FetchOutcome.Unstorable _ -> hitForMiss.note(key, now());
            default -> {}
        }
    }

    /** Answers by what came of a fetch. */
    void hear(Asking<R, F> asking, FetchOutcome outcome, CacheStatus status) {
        CacheRequest<R> visit = asking.visit();
        switch (outcome) {
            case FetchOutcome.Final refusal ->
                Replies.finish(visit, refusal, status.withForwardStatus(refusal.status()));
            case FetchOutcome.Unavailable unavailable ->
                stale.serve(
                        visit,
                        asking.found(),
                        "upstream-" + unavailable.status(),
                        () -> Replies.unavailable(visit, unavailable, status));
            case FetchOutcome.Failed(OriginException _) when Replies.isGone(visit) -> Replies.gone(visit);
            case FetchOutcome.Failed(OriginException cause) ->
                stale.serve(
                        visit,
                        asking.found(),
                        cause.failure().name().toLowerCase(Locale.ROOT),
                        () -> Replies.failed(visit, cause, protocol.failed(status)));
            case FetchOutcome.Passed(Answer answer, boolean _) -> visit.answer().complete(answer);
            case FetchOutcome.Landed _ -> enter(visit);
            case FetchOutcome.Learned _,
                    FetchOutcome.Begun _,
                    FetchOutcome.Unproven _,
                    FetchOutcome.Unstorable _,
                    FetchOutcome.Kept _,
                    FetchOutcome.ForOne _ -> protocol.settle(asking, outcome, status);
        }
    }

    /** A refusal reads the same however often it is given; only what upstream said of a name is a stored answer. */
    static void repeat(CacheRequest<?> visit, FetchOutcome.Final refusal) {
        boolean ofCaller = refusal.kind() == Verdict.Kind.DENIED || refusal.kind() == Verdict.Kind.UNAUTHENTICATED;
        CacheStatus status = ofCaller
                ? CacheStatus.forwarded(Forward.URI_MISS).withForwardStatus(refusal.status())
                : CacheStatus.ofHit().withDetail("negative");
        Replies.finish(visit, refusal, status);
    }

    /** Asks anew in the background; requests that come meanwhile are served what is stale. */
    private void refresh(CacheRequest<R> visit, F found) {
        String key = protocol.key(visit, found);
        if (visit.namesOthers()
                || flights.isUnderWay(key, visit)
                || !engine.rates().take(visit.request().client())) {
            return;
        }
        Asking<R, F> asking = new Asking<>(visit, found, true, true, CacheStatus.forwarded(Forward.STALE));
        Holder holder = new Holder(visit.account().backend(), "-");
        flights.inBackground(key, visit, holder, outcome -> protocol.fetch(asking, true, false, outcome))
                .ifPresentOrElse(
                        flight -> flight.outcome().whenComplete((outcome, _) -> refreshed(asking, key, flight, outcome)),
                        () -> engine.rates().giveBack(visit.request().client()));
    }

    private void refreshed(
            Asking<R, F> asking, String key, Flight<FetchOutcome> flight, @Nullable FetchOutcome outcome) {
        if (outcome != null) {
            remember(key, outcome);
            hearLater(asking, flight, outcome);
        }
    }

    private Duration floor() {
        return engine.settings().minRevalidateInterval();
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
