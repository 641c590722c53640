package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.Flights.Flight;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestPolicy;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.Entry;
import io.artifactvault.store.Peek;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * The way through the vault of requests for a {@link Resource}, of which an ecosystem knows more than HTTP tells: names, digests, who
 * may see it. Called on event loops and never blocks them: what memory knows is answered at once; the disk is looked at on lookup
 * threads, upstream is asked by tasks.
 */
final class EcosystemCache {
    private final Engine engine;
    private final Lookups lookups;
    private final Callers callers = new Callers();
    private final Refusals refusals;
    private final HitForMiss hitForMiss;
    private final AtomicLong alone = new AtomicLong();
    private final CredentialGate credentials;
    private final ContentDelivery delivery;
    private final StandIn standIn;
    private final StaleAfter staleAfter;

    EcosystemCache(Engine engine, Lookups lookups, Wholeness wholeness) {
        this.engine = engine;
        this.lookups = lookups;
        this.refusals = new Refusals(engine.memory());
        this.credentials = new CredentialGate(engine);
        this.hitForMiss = new HitForMiss(engine.settings().hitForMissTtl());
        this.delivery = new ContentDelivery(engine.tools(), engine.rates(), lookups, engine.clock());
        this.standIn = new StandIn(engine, new Unasked(wholeness, lookups, this::deliver));
        this.staleAfter = new StaleAfter(lookups, engine.settings().staleAfter());
    }

    /** Never completes exceptionally; the caller closes the answer's body. */
    CompletableFuture<Answer> answer(Request request, Resource resource, DecisionLog account) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Caller caller = callers.of(resource.credential());
        account.asksFor(resource.title());
        Visit visit = new Visit(request, resource, caller, answer, account, 0);
        Replies.guarded(visit, () -> enter(visit));
        return answer;
    }

    /** Requests since the start that went upstream without meeting others, because the last response was for one alone. */
    long uncollapsed() {
        return hitForMiss.uncollapsed();
    }

    private void enter(Visit visit) {
        Optional<Situation> known = engine.lookup().peek(visit.resource());
        if (known.isPresent()) {
            decide(visit, known.get());
        } else {
            lookups.run(visit, () -> decide(visit, engine.lookup().load(visit.resource())));
        }
    }

    private void decide(Visit visit, Situation situation) {
        Optional<Outcome.Final> refusal = credentials.refusal(visit, situation);
        if (refusal.isPresent()) {
            Replies.finish(visit, refusal.get(), repeated(refusal.get()));
            return;
        }
        Situation visible = isAllowed(visit, situation) ? situation : Situation.unseen(visit.resource());
        Optional<Resource> teller = Tellers.toAsk(visit, visible, now());
        boolean spared = Tellers.isJustConfirmed(visit, visible, floor(), now());
        if (teller.isPresent() && !spared) {
            askTeller(visit, situation, teller.get());
        } else {
            plan(Tellers.beyond(visit, visible), situation, spared);
        }
    }

    /** Whether the caller may have what is stored without asking upstream. */
    private boolean isAllowed(Visit visit, Situation situation) {
        return situation
                .actual()
                .scope()
                .map(scope -> engine.access().grants().allows(visit.caller(), scope, situation.publicAt(), now()))
                .orElse(true);
    }

    /** What a name means is asked first, so that all that hangs on it is asked at one value. */
    private void askTeller(Visit visit, Situation situation, Resource teller) {
        Visit question = visit.about(teller);
        BiConsumer<Answer, Throwable> heard = (answer, failure) ->
                Replies.guarded(visit, failure, () -> lookups.run(visit, () -> hearTeller(visit, answer)));
        if (mayBeServedMeanwhile(visit, situation)) {
            staleAfter.await(visit, question.answer(), () -> serveMeanwhile(visit, situation), heard);
        } else {
            question.answer().whenComplete(heard);
        }
        Replies.guarded(question, () -> enter(question));
    }

    private boolean mayBeServedMeanwhile(Visit visit, Situation situation) {
        return !engine.settings().staleAfter().isZero() && StaleAfter.suits(visit) && standIn.wouldDo(visit, situation);
    }

    /** On a lookup thread, because upstream takes too long. */
    private boolean serveMeanwhile(Visit visit, Situation situation) {
        boolean may = standIn.mayServeMeanwhile(visit, situation);
        if (may) {
            standIn.serve(visit, situation, "slow", () -> {
                throw new IllegalStateException("what may be served is not there");
            });
        }
        return may;
    }

    private void hearTeller(Visit visit, Answer answer) {
        Situation situation = engine.lookup().load(visit.resource());
        if (answer.status() != 200) {
            Runnable passedOn = () -> visit.answer().complete(answer);
            if (answer.status() < 500) {
                passedOn.run();
            } else {
                standIn.serve(visit, situation, "upstream-" + answer.status(), passedOn);
            }
            return;
        }
        answer.body().close();
        Runnable further = () -> plan(Tellers.beyond(visit, situation), situation, false);
        if (Tellers.isOld(visit.resource(), situation, now())) {
            standIn.serve(visit, situation, "name", further);
        } else {
            further.run();
        }
    }

    /**
     * A caller who may not have what is stored without asking is treated as if nothing were, until upstream lets them: no plan, word
     * or field may tell what others fetched.
     *
     * @param spared whether the name's value was not asked for because it had been confirmed a moment ago
     */
    private void plan(Visit visit, Situation situation, boolean spared) {
        boolean allowed = isAllowed(visit, situation);
        Plan planned = planned(visit, allowed ? situation : Situation.unseen(visit.resource()), allowed);
        Plan plan = spared && planned instanceof Plan.Serve(Stored stored, boolean _)
                ? new Plan.Confirmed(stored)
                : planned;
        visit.account().decided(plan.inWords(), situation.byWhoseYes(visit, allowed));
        switch (plan) {
            case Plan.Serve(Stored stored, boolean _) -> serve(visit, situation, stored, stored.hit(now()));
            case Plan.Confirmed(Stored stored) -> {
                engine.rates().spare();
                serve(visit, situation, stored, stored.justConfirmed(now()));
            }
            case Plan.Ask(Forward why) -> ask(new Asking(visit, situation, allowed, why));
            case Plan.Pass(Forward why) -> pass(visit, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(visit);
        }
    }

    private void serve(Visit visit, Situation situation, Stored stored, CacheStatus status) {
        credentials.pass(
                visit,
                situation,
                () -> serveAllowed(visit, situation, stored, status),
                refusal -> Replies.finish(visit, refusal, repeated(refusal)));
    }

    private void serveAllowed(Visit visit, Situation situation, Stored stored, CacheStatus status) {
        if (engine.settings().offline()) {
            standIn.serveFresh(visit, situation, stored);
        } else {
            deliver(visit, situation, stored, status);
        }
    }

    private Plan planned(Visit visit, Situation visible, boolean allowed) {
        Optional<Forward> passes = Planner.passes(visit.request(), visit.resource());
        Candidate candidate = new Candidate(standIn.stored(visit, visible), Forward.URI_MISS, allowed);
        return Planner.plan(visit.request(), passes, candidate, floor(), now());
    }

    /**
     * A question to upstream.
     *
     * @param allowed whether the caller might have had what is stored without it
     * @param why as far as a caller may know whom upstream does not let have it
     */
    private record Asking(Visit visit, Situation situation, boolean allowed, Forward why) {
        String key() {
            return KeyBuilder.key(visit.resource().key(), visit.caller().id());
        }

        /** What is known already needs no body; but nobody may learn from an answer's form that it is known. */
        boolean wantsBody() {
            return visit.wantsBody() && (!allowed || situation.entry().isEmpty());
        }
    }

    private void ask(Asking asking) {
        Visit visit = asking.visit();
        Optional<Outcome.Final> refusal =
                refusals.recent(asking.key(), RequestPolicy.of(visit.request().fields()), floor(), now());
        if (refusal.isPresent()) {
            Replies.finish(visit, refusal.get(), repeated(refusal.get()));
            return;
        }
        if (Replies.isGone(visit)) {
            Replies.gone(visit);
            return;
        }
        if (!engine.rates().take(visit.request().client())) {
            limited(visit, asking.situation());
            return;
        }
        boolean urgent = !standIn.wouldDo(visit, asking.situation());
        Flights.Work<Outcome> question = outcome -> new Question(
                        engine,
                        visit.resource(),
                        visit.caller(),
                        asking.situation().entry(),
                        asking.wantsBody(),
                        urgent,
                        outcome)
                .ask();
        UnaryOperator<Task> as = urgent ? UnaryOperator.identity() : Task::impatient;
        Runnable busy = () -> standIn.serve(visit, asking.situation(), "busy", () -> Replies.busy(visit));
        if (hitForMiss.covers(asking.key(), now())) {
            askAlone(asking, as, question, busy);
            return;
        }
        join(visit, asking.key(), as, question, busy)
                .ifPresent(flight -> await(
                        asking,
                        flight,
                        (outcome, failure) -> Replies.guarded(visit, failure, busy, () -> {
                            if (isForAnother(flight, outcome)) {
                                askAlone(asking, as, question, busy);
                            } else {
                                hear(asking, outcome, collapsed(CacheStatus.forwarded(asking.why()), flight));
                            }
                        })));
    }

    /** Waits for the outcome, or serves what is stored when that takes too long. */
    private void await(Asking asking, Flight<Outcome> flight, BiConsumer<Outcome, Throwable> heard) {
        Visit visit = asking.visit();
        if (mayBeServedMeanwhile(visit, asking.situation())) {
            staleAfter.await(
                    visit,
                    flight,
                    () -> serveMeanwhile(visit, asking.situation()),
                    heard,
                    (outcome, _) -> hearLater(asking, flight, outcome));
        } else {
            flight.outcome().whenComplete(heard);
        }
    }

    /** The question has filed what it learnt; only refusals are remembered here. */
    private void hearLater(Asking asking, Flight<Outcome> flight, Outcome outcome) {
        if (outcome instanceof Outcome.Final refusal && !isForAnother(flight, outcome)) {
            refusals.remember(asking.key(), refusal, asking.visit().resource().negativeTtl(), now());
        }
    }

    /** Whether it is a refusal of another visit's request for which the origin gave no reason. */
    private static boolean isForAnother(Flight<Outcome> flight, Outcome outcome) {
        return flight.collapsed() && outcome instanceof Outcome.Final refusal && !refusal.named();
    }

    private void askAlone(Asking asking, UnaryOperator<Task> as, Flights.Work<Outcome> question, Runnable busy) {
        Visit visit = asking.visit();
        String key = KeyBuilder.key("alone", Long.toString(alone.incrementAndGet()));
        join(visit, key, as, question, busy)
                .ifPresent(flight -> await(
                        asking,
                        flight,
                        (outcome, failure) -> Replies.guarded(
                                visit,
                                failure,
                                busy,
                                () -> hear(asking, outcome, CacheStatus.forwarded(asking.why())))));
    }

    /** A refusal reads the same however often it is given; only what upstream said of a name is a stored answer. */
    private static CacheStatus repeated(Outcome.Final refusal) {
        return refusal.kind() == Verdict.Kind.DENIED || refusal.kind() == Verdict.Kind.UNAUTHENTICATED
                ? CacheStatus.forwarded(Forward.URI_MISS).withForwardStatus(refusal.status())
                : CacheStatus.ofHit().withDetail("negative");
    }

    /** Whether the next requests for the same may wait for each other. */
    private void remember(Asking asking, Outcome outcome) {
        switch (outcome) {
            case Outcome.Learned _ -> hitForMiss.forget(asking.key());
            case Outcome.Final refusal when !refusal.named() -> hitForMiss.note(asking.key(), now());
            case Outcome.Unproven _, Outcome.Unstorable _ -> hitForMiss.note(asking.key(), now());
            case Outcome.Begun _, Outcome.Final _, Outcome.Unavailable _, Outcome.Failed _ -> {}
        }
    }

    private void hear(Asking asking, Outcome outcome, CacheStatus status) {
        remember(asking, outcome);
        boolean given = outcome instanceof Outcome.Learned(Entry entry, Resource _, int _) && entry.status() == 200;
        if (given && !asking.allowed()) {
            // Upstream lets the caller have it: they may know what the store had of it.
            Forward known = reason(asking.visit(), asking.situation());
            hear(asking.visit(), asking.situation(), asking.key(), outcome, status.withForward(known));
        } else {
            hear(asking.visit(), asking.situation(), asking.key(), outcome, status);
        }
    }

    private Forward reason(Visit visit, Situation situation) {
        return standIn.stored(visit, situation)
                .map(stored -> stored.freshness().isFreshAt(now()) ? Forward.REQUEST : Forward.STALE)
                .orElse(Forward.URI_MISS);
    }

    /** The client has asked upstream for too much: what is stored is served where it would do if upstream failed. */
    private void limited(Visit visit, Situation situation) {
        if (standIn.wouldDo(visit, situation)) {
            standIn.serve(visit, situation, "client-rate", () -> Replies.limited(visit));
        } else {
            Replies.limited(visit);
        }
    }

    private void hear(Visit visit, Situation situation, String key, Outcome outcome, CacheStatus status) {
        switch (outcome) {
            case Outcome.Learned(Entry entry, Resource actual, int upstreamStatus) -> {
                CacheStatus told = status.withForwardStatus(upstreamStatus);
                boolean same = situation
                        .entry()
                        .filter(before -> isSame(before, entry))
                        .isPresent();
                CacheStatus kept = same ? told.withDetail(CacheStatus.REVALIDATED) : told.asStored();
                delivery.serve(offer(visit, actual, entry, kept, isPublic(actual, entry)));
            }
            case Outcome.Final refusal -> {
                refusals.remember(key, refusal, visit.resource().negativeTtl(), now());
                Replies.finish(visit, refusal, status.withForwardStatus(refusal.status()));
            }
            case Outcome.Unavailable unavailable ->
                standIn.serve(
                        visit,
                        situation,
                        "upstream-" + unavailable.status(),
                        () -> Replies.unavailable(visit, unavailable, status));
            case Outcome.Failed(OriginException _) when Replies.isGone(visit) -> Replies.gone(visit);
            case Outcome.Failed(OriginException cause) ->
                standIn.serve(
                        visit,
                        situation,
                        cause.failure().name().toLowerCase(Locale.ROOT),
                        () -> Replies.failed(visit, cause, status));
            case Outcome.Begun _ -> enter(visit);
            case Outcome.Unstorable _ -> pass(visit, status);
            case Outcome.Unproven _ -> prove(visit, status);
        }
    }

    private static boolean isSame(Entry before, Entry now) {
        if (now.isError()) {
            return now.status() == before.status();
        }
        return now.content().isPresent()
                ? now.content().equals(before.content())
                : now.blob().isPresent() && now.blob().equals(before.blob());
    }

    private void deliver(Visit visit, Situation situation, Stored stored, CacheStatus status) {
        boolean forEverybody = situation.publicAt().isPresent();
        delivery.serve(offer(visit, situation.actual(), stored.entry(), status, forEverybody));
    }

    private Offer offer(Visit visit, Resource actual, Entry entry, CacheStatus status, boolean forEverybody) {
        Presentation presentation = Presentation.of(visit.resource(), entry, visit.request(), forEverybody);
        Missing missing = new Missing(visit, actual, forEverybody);
        return Offer.of(visit, Representation.of(actual, entry), presentation, status, missing)
                .attempted(visit.attempt());
    }

    /** What happens where the content of an offer is not there: an earlier fill left what is wanted of it, or upstream is asked. */
    private final class Missing implements Offer.Missing {
        private final Visit asked;
        private final Resource actual;
        private final boolean forEverybody;

        Missing(Visit asked, Resource actual, boolean forEverybody) {
            this.asked = asked;
            this.actual = actual;
            this.forEverybody = forEverybody;
        }

        @Override
        public void fetch(Offer offer, List<ByteRange> wanted) {
            Visit visit = asked.attempted(offer.attempt() + 1);
            CacheStatus forwarded = offer.status().fromFill(Forward.MISS, false);
            delivery.bring(
                    offer,
                    KeyBuilder.key("content", actual.key(), visit.caller().id()),
                    outcome -> fill(offer, wanted, outcome),
                    (flight, outcome) -> {
                        if (isForAnother(flight, outcome)) {
                            enter(visit);
                        } else {
                            hear(visit, offer, outcome, collapsed(forwarded, flight));
                        }
                    });
        }

        /** What an earlier fill left is gone on with; a store that takes no more is gone past. */
        private void fill(Offer offer, List<ByteRange> wanted, CompletableFuture<Outcome> outcome) {
            try {
                boolean present = new Fill(engine.tools(), offer.content())
                        .runIfPresent(wanted, () -> outcome.complete(new Outcome.Begun()));
                if (!present) {
                    new Question(engine, actual, asked.caller(), Optional.empty(), true, true, outcome).ask();
                }
            } catch (StoreException e) {
                outcome.complete(new Outcome.Unstorable());
            } catch (OriginException e) {
                outcome.complete(new Outcome.Failed(e));
            }
        }

        private void hear(Visit visit, Offer offer, Outcome outcome, CacheStatus status) {
            switch (outcome) {
                // What an earlier fill left may be all that is wanted; if not, that shows when it is looked at.
                case Outcome.Begun _ -> delivery.serve(offer.again().filled(status.collapsed()));
                case Outcome.Learned(Entry entry, Resource found, int upstreamStatus) -> {
                    CacheStatus told = status.withForwardStatus(upstreamStatus).asStored();
                    delivery.serve(
                            offer(visit, found, entry, told, forEverybody).filled(status.collapsed()));
                }
                default -> EcosystemCache.this.hear(visit, Situation.unseen(visit.resource()), "", outcome, status);
            }
        }

        /** The caller has it from upstream, past the store, or hears when to come again. */
        @Override
        public void bypass(Offer offer) {
            pass(asked.answeredBy(Replies.orUnreadable(asked)), CacheStatus.forwarded(Forward.BYPASS));
        }
    }

    /** Empty when no more may be under way; then the visit was told so. */
    private Optional<Flight<Outcome>> join(
            Visit visit, String key, UnaryOperator<Task> as, Flights.Work<Outcome> work, Runnable busy) {
        try {
            Flight<Outcome> flight = engine.fills().questions().join(key, visit, as, work);
            visit.account().follows(flight.trace());
            if (flight.collapsed()) {
                engine.rates().giveBack(visit.request().client());
            }
            return Optional.of(flight);
        } catch (RejectedExecutionException e) {
            busy.run();
            return Optional.empty();
        }
    }

    private void pass(Visit visit, CacheStatus status) {
        execute(visit, new Passing(engine, visit.request(), visit.resource(), status, visit.answer())::run);
    }

    private void prove(Visit visit, CacheStatus status) {
        Notes notes = new Notes(engine, visit.resource(), visit.caller(), false, now());
        execute(visit, new Proving(engine.upstreams(), engine.store(), notes, visit, status)::run);
    }

    private void execute(Visit visit, Runnable work) {
        if (!engine.rates().take(visit.request().client())) {
            Replies.limited(visit);
            return;
        }
        UpstreamTrace trace = new UpstreamTrace();
        visit.account().follows(trace);
        Interest interest = engine.fills().newInterest();
        var _ = interest.join(visit.request().client().departure());
        try {
            engine.fills().tasks().start(Task.of(visit, trace, interest), () -> Replies.guarded(visit, work));
        } catch (RejectedExecutionException e) {
            Replies.busy(visit);
        }
    }

    private boolean isPublic(Resource actual, Entry entry) {
        return actual.scope()
                .map(scope -> engine.access().openStates().peek(scope, Optional.of(entry)) instanceof Peek.Found)
                .orElse(true);
    }

    private static CacheStatus collapsed(CacheStatus status, Flight<Outcome> flight) {
        return flight.collapsed() ? status.asCollapsed() : status;
    }

    private Duration floor() {
        return engine.settings().minRevalidateInterval();
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
