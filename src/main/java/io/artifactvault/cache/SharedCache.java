package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.Flights.Flight;
import io.artifactvault.cache.Selection.Known;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.http.Via;
import io.artifactvault.origin.FairPermits.Holder;
import io.artifactvault.origin.Interim;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared HTTP cache by RFC 9111: the way through the vault of requests for an {@link HttpResource}. Called on event loops
 * and never blocks them: what memory knows is answered at once; the disk is looked at on lookup threads, upstream is asked by
 * tasks.
 */
final class SharedCache {
    private static final Logger log = LoggerFactory.getLogger(SharedCache.class);

    private final Engine engine;
    private final Lookups lookups;
    private final ContentDelivery delivery;
    private final Variants variants;
    private final Arrivals arrivals = new Arrivals();
    private final Selection selection;
    private final Flights<Forwarded> flights;
    private final HitForMiss hitForMiss;
    private final StaleAfter staleAfter;

    SharedCache(Engine engine, Lookups lookups) {
        this.delivery = new ContentDelivery(engine.tools(), engine.rates(), lookups, engine.clock());
        this.engine = engine;
        this.flights = new Flights<>(engine.fills());
        this.hitForMiss = new HitForMiss(engine.settings().hitForMissTtl());
        this.staleAfter = new StaleAfter(lookups, engine.settings().staleAfter());
        this.lookups = lookups;
        this.variants = new Variants(engine.index(), engine.clock());
        this.selection = new Selection(engine, variants, arrivals);
    }

    /** Never completes exceptionally; the caller closes the answer's body. */
    CompletableFuture<Answer> answer(Request request, HttpResource resource, DecisionLog account) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        account.asksFor(resource.title());
        SharedVisit visit = new SharedVisit(request, resource, answer, account, false);
        Replies.guarded(visit, () -> enter(visit));
        return answer;
    }

    /** Requests since the start that went upstream without meeting others, because the last response could not be stored. */
    long uncollapsed() {
        return hitForMiss.uncollapsed();
    }

    private void enter(SharedVisit visit) {
        Optional<Known> known = selection.peek(visit);
        if (known.isPresent()) {
            decide(visit, known.get());
        } else {
            lookups.run(visit, () -> decide(visit, selection.load(visit)));
        }
    }

    private void decide(SharedVisit visit, Known known) {
        Instant now = now();
        Optional<Forward> passes = Planner.passes(visit.request(), visit.resource());
        Plan plan = Planner.plan(
                visit.request(), passes, known.candidate(), engine.settings().minRevalidateInterval(), now);
        visit.account().decided(plan.inWords(), "open to everybody");
        switch (plan) {
            case Plan.Serve(Stored stored, boolean refresh) -> {
                serve(visit, stored, stored.hit(now), true);
                if (refresh) {
                    refresh(visit, known);
                }
            }
            case Plan.Confirmed(Stored stored) -> {
                engine.rates().spare();
                serve(visit, stored, stored.justConfirmed(now), true);
            }
            case Plan.Ask(Forward why) -> ask(visit, known, true, CacheStatus.forwarded(why));
            case Plan.Pass(Forward why) -> ask(visit.byItself(), known, false, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(visit);
        }
    }

    private void ask(SharedVisit visit, Known known, boolean validate, CacheStatus status) {
        if (Replies.isGone(visit)) {
            Replies.gone(visit);
            return;
        }
        boolean shared = isShared(visit, known);
        boolean meets = shared && !visit.isForPart();
        boolean mayAsk = engine.rates().take(visit.request().client());
        if (!mayAsk && !(meets && flights.isUnderWay(visit.flight(known.menu()), visit))) {
            limited(visit, known);
            return;
        }
        Runnable busy = () -> busy(visit, known);
        try {
            Flight<Forwarded> flight =
                    join(visit, known, meets, new Forwarding.Question(visit, known, validate, shared, status));
            visit.account().follows(flight.trace());
            boolean first = !flight.collapsed();
            if (mayAsk && !first) {
                engine.rates().giveBack(visit.request().client());
            }
            CacheStatus told = first ? status : status.asCollapsed();
            await(
                    visit,
                    known,
                    flight,
                    (outcome, failure) ->
                            Replies.guarded(visit, failure, busy, () -> hear(visit, known, outcome, told, first)));
        } catch (RejectedExecutionException e) {
            busy.run();
        }
    }

    /** Whether the response may be for others too. That of a HEAD can be only where it confirms what is stored. */
    private boolean isShared(SharedVisit visit, Known known) {
        boolean shareable = !visit.request().isHead() || known.stored().isPresent();
        return !visit.isForOne() && shareable && !hitForMiss.covers(visit.flight(known.menu()), now());
    }

    /** Waits for the outcome, or serves what is stored when that takes too long. */
    private void await(
            SharedVisit visit, Known known, Flight<Forwarded> flight, BiConsumer<Forwarded, Throwable> heard) {
        if (!mayBeServedMeanwhile(visit, known)) {
            flight.outcome().whenComplete(heard);
            return;
        }
        staleAfter.await(
                visit,
                flight,
                () -> {
                    stale(visit, known, "slow");
                    return true;
                },
                heard,
                (outcome, _) -> abandon(outcome, flight));
    }

    /** What is here in part only needs upstream in any case. */
    private boolean mayBeServedMeanwhile(SharedVisit visit, Known known) {
        return !engine.settings().staleAfter().isZero()
                && StaleAfter.suits(visit)
                && usableOnError(visit, known)
                        .filter(stored -> !stored.entry().isPartial())
                        .isPresent();
    }

    /** What was asked for one client who has its answer by now. */
    private static void abandon(Forwarded outcome, Flight<Forwarded> flight) {
        if (!flight.collapsed() && outcome instanceof Forwarded.Passed passed) {
            passed.answer().body().abandon();
        }
    }

    private Flight<Forwarded> join(SharedVisit visit, Known known, boolean meets, Forwarding.Question question) {
        Interim early = (code, fields) -> visit.request().early().send(code, Via.passed(fields.withoutHopByHop()));
        boolean patient = usableOnError(visit, known).isEmpty();
        UnaryOperator<Task> as = task -> (patient ? task : task.impatient()).telling(early);
        return meets
                ? flights.join(visit.flight(known.menu()), visit, as, outcome -> forwardUnlessLanded(question, outcome))
                : flights.alone(visit, as, outcome -> forward(question, outcome));
    }

    /** Without a place, or with too much under way: what is stored will do, as far as it may when upstream fails. */
    private void busy(SharedVisit visit, Known known) {
        if (usableOnError(visit, known).isPresent()) {
            stale(visit, known, "busy");
        } else {
            Replies.busy(visit);
        }
    }

    private Optional<Stored> usableOnError(SharedVisit visit, Known known) {
        return known.stored().filter(stored -> visit.request().isPlainRead() && stored.isUsableOnError(now()));
    }

    private void forwardUnlessLanded(Forwarding.Question question, CompletableFuture<Forwarded> outcome) {
        if (hasLanded(question.visit(), question.known())) {
            outcome.complete(new Forwarded.Landed());
        } else {
            forward(question, outcome);
        }
    }

    /** The client has asked upstream for too much: what is stored is served where it would do if upstream failed. */
    private void limited(SharedVisit visit, Known known) {
        if (isUsableOnError(visit, known)) {
            stale(visit, known, "client-rate");
        } else {
            Replies.limited(visit);
        }
    }

    private boolean isUsableOnError(SharedVisit visit, Known known) {
        return known.stored()
                .filter(stored -> visit.request().isPlainRead() && stored.isUsableOnError(now()))
                .isPresent();
    }

    /** Whether a flight has ended between the look at the store and the start of this one. */
    private boolean hasLanded(SharedVisit visit, Known known) {
        return selection
                .peek(visit)
                .filter(now -> !now.stored().equals(known.stored()))
                .isPresent();
    }

    private void forward(Forwarding.Question question, CompletableFuture<Forwarded> outcome) {
        Menu menu = variants.open(question.visit().resource().key());
        new Forwarding(engine, variants, arrivals, question.task(menu), outcome).run();
    }

    /** Asks anew in the background; whoever comes meanwhile is served what is stale. */
    private void refresh(SharedVisit visit, Known known) {
        if (flights.isUnderWay(visit.flight(known.menu()), visit)
                || !engine.rates().take(visit.request().client())) {
            return;
        }
        CacheStatus status = CacheStatus.forwarded(Forward.STALE);
        Forwarding.Question question = new Forwarding.Question(visit, known, true, true, status);
        Holder holder = new Holder(visit.account().backend(), "-");
        flights.inBackground(visit.flight(known.menu()), holder, outcome -> forward(question, outcome))
                .ifPresent(flight -> flight.outcome().whenComplete((outcome, _) -> {
                    if (outcome != null) {
                        remember(visit, known, outcome);
                    }
                    if (outcome instanceof Forwarded.Passed(Answer answer, boolean _)) {
                        answer.body().abandon();
                    }
                }));
    }

    /** Whether the next requests for the same may wait for each other. */
    private void remember(SharedVisit visit, Known known, Forwarded outcome) {
        if (outcome instanceof Forwarded.Kept) {
            hitForMiss.forget(visit.flight(known.menu()));
        } else if (outcome instanceof Forwarded.Passed(Answer _, boolean unstorable) && unstorable) {
            hitForMiss.note(visit.flight(known.menu()), now());
        }
    }

    private void hear(SharedVisit visit, Known known, Forwarded outcome, CacheStatus status, boolean first) {
        if (first) {
            remember(visit, known, outcome);
        }
        switch (outcome) {
            case Forwarded.Kept(Stored stored, int upstreamStatus) -> {
                if (first || selection.isFor(visit, stored)) {
                    CacheStatus told = status.withForwardStatus(upstreamStatus);
                    boolean confirmed = upstreamStatus == 304;
                    serve(visit, stored, confirmed ? told : told.asStored(), confirmed);
                } else {
                    enter(visit.byItself());
                }
            }
            case Forwarded.ForOne(Stored stored, int upstreamStatus) -> {
                if (first) {
                    serve(visit, stored, status.withForwardStatus(upstreamStatus), true);
                } else {
                    enter(visit.byItself());
                }
            }
            case Forwarded.Passed(Answer answer, boolean _) -> {
                if (first) {
                    visit.answer().complete(answer);
                } else {
                    enter(visit.byItself());
                }
            }
            case Forwarded.Landed _ -> enter(visit);
            case Forwarded.Troubled(int upstreamStatus) -> stale(visit, known, "upstream-" + upstreamStatus);
            case Forwarded.Failed(OriginException cause) -> {
                if (Replies.isGone(visit)) {
                    Replies.gone(visit);
                } else if (usableOnError(visit, known).isPresent()) {
                    stale(visit, known, cause.failure().name().toLowerCase(Locale.ROOT));
                } else {
                    Replies.failed(visit, cause, status.withDetail("upstream-failed"));
                }
            }
        }
    }

    private void stale(SharedVisit visit, Known known, String reason) {
        Optional<Stored> stored = known.stored();
        if (stored.isEmpty()) {
            enter(visit.byItself());
            return;
        }
        log.info("Serving {} from the store although upstream fails ({})", visit.title(), reason);
        serve(visit, stored.get(), stored.get().standIn(reason, now()), true);
    }

    private void serve(SharedVisit visit, Stored stored, CacheStatus status, boolean fromStore) {
        Entry entry = stored.entry();
        Optional<Duration> age = fromStore ? Optional.of(stored.freshness().age(now())) : Optional.empty();
        Offer offer = Offer.of(
                visit,
                Representation.of(visit.resource(), entry),
                Presentation.of(visit.resource(), entry, visit.request(), age),
                status,
                new MissingParts(engine.tools(), lookups, delivery, visit, this::askAnew));
        delivery.serve(offer, stored.arriving());
    }

    private void askAnew(SharedVisit visit) {
        Known nothing = new Known(variants.load(visit.resource().key()), Optional.empty());
        ask(visit, nothing, false, CacheStatus.forwarded(Forward.MISS));
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
