package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.Serving.Offer;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.Entry;
import io.artifactvault.store.Peek;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * The way through the vault of requests for a {@link Resource}, of which an ecosystem knows more than HTTP tells: names, digests, who
 * may see it. Called on event loops and never blocks them: what memory knows is answered at once; the disk is looked at on lookup
 * threads, upstream is asked on fill threads.
 */
final class EcosystemCache {
    private static final int MOST_ATTEMPTS = 3;

    private final Engine engine;
    private final Lookups lookups;
    private final Callers callers = new Callers();
    private final Refusals refusals = new Refusals();
    private final Serving serving;
    private final StandIn standIn;

    EcosystemCache(Engine engine, Lookups lookups, Wholeness wholeness) {
        this.engine = engine;
        this.lookups = lookups;
        this.serving = new Serving(engine, lookups, this::fetch);
        this.standIn = new StandIn(engine, new Unasked(wholeness, lookups, serving));
    }

    /** Never completes exceptionally; the caller closes the answer's body. */
    CompletableFuture<Answer> answer(Request request, Resource resource, Account account) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Caller caller = callers.of(resource.credential());
        account.asksFor(resource.title());
        Visit visit = new Visit(request, resource, caller, answer, account, 0);
        Replies.guarded(visit, () -> enter(visit));
        return answer;
    }

    private void enter(Visit visit) {
        Optional<Situation> known = engine.shelf().peek(visit.resource());
        if (known.isPresent()) {
            decide(visit, known.get());
        } else {
            lookups.run(visit, () -> decide(visit, engine.shelf().load(visit.resource())));
        }
    }

    private void decide(Visit visit, Situation situation) {
        Situation visible = isAllowed(visit, situation) ? situation : Situation.unseen(visit.resource());
        Optional<Resource> teller = Tellers.toAsk(visit, visible, now());
        if (teller.isPresent()) {
            askTeller(visit, teller.get());
        } else {
            plan(Tellers.beyond(visit, visible), situation);
        }
    }

    /** Whether the caller may have what is stored without asking upstream. */
    private boolean isAllowed(Visit visit, Situation situation) {
        return situation
                .actual()
                .scope()
                .map(scope -> engine.grants().allows(visit.caller(), scope, situation.publicAt(), now()))
                .orElse(true);
    }

    /** What a name means is asked first, so that all that hangs on it is asked at one value. */
    private void askTeller(Visit visit, Resource teller) {
        Visit question = visit.about(teller);
        question.answer()
                .whenComplete((answer, failure) ->
                        Replies.guarded(visit, failure, () -> lookups.run(visit, () -> hearTeller(visit, answer))));
        Replies.guarded(question, () -> enter(question));
    }

    private void hearTeller(Visit visit, Answer answer) {
        Situation situation = engine.shelf().load(visit.resource());
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
        Runnable further = () -> plan(Tellers.beyond(visit, situation), situation);
        if (Tellers.isOld(visit.resource(), situation, now())) {
            standIn.serve(visit, situation, "name", further);
        } else {
            further.run();
        }
    }

    /**
     * A caller who may not have what is stored without asking is treated as if nothing were, until upstream lets them: no plan, word
     * or field may tell what others fetched.
     */
    private void plan(Visit visit, Situation situation) {
        boolean allowed = isAllowed(visit, situation);
        Plan plan = plan(visit, allowed ? situation : Situation.unseen(visit.resource()), allowed);
        visit.account().decided(plan.inWords(), situation.byWhoseYes(visit, allowed));
        switch (plan) {
            case Plan.Serve(Stored stored, boolean _) -> serve(visit, situation, stored);
            case Plan.Ask(Forward why) -> ask(new Asking(visit, situation, allowed, why));
            case Plan.Pass(Forward why) -> pass(visit, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(visit);
        }
    }

    private void serve(Visit visit, Situation situation, Stored stored) {
        if (engine.settings().offline()) {
            standIn.serveFresh(visit, situation, stored);
        } else {
            serving.serve(Offer.of(visit, situation, stored, stored.hit(now())));
        }
    }

    private Plan plan(Visit visit, Situation visible, boolean allowed) {
        Optional<Forward> passes = Planner.passes(visit.request(), visit.resource());
        Candidate candidate = new Candidate(standIn.stored(visit, visible), Forward.URI_MISS, allowed);
        return Planner.plan(visit.request(), passes, candidate, now());
    }

    /**
     * A question to upstream.
     *
     * @param allowed whether the caller might have had what is stored without it
     * @param why as far as a caller may know whom upstream does not let have it
     */
    private record Asking(Visit visit, Situation situation, boolean allowed, Forward why) {
        String key() {
            return visit.resource().key() + "\n" + visit.caller().id();
        }

        /** What is known already needs no body; but nobody may learn from an answer's form that it is known. */
        boolean wantsBody() {
            return visit.wantsBody() && (!allowed || situation.entry().isEmpty());
        }
    }

    private void ask(Asking asking) {
        Visit visit = asking.visit();
        Optional<Outcome.Final> refusal = refusals.recent(asking.key(), now());
        if (refusal.isPresent()) {
            Replies.finish(visit, refusal.get(), repeated(refusal.get()));
            return;
        }
        Fills.Flight flight = join(
                visit,
                asking.key(),
                outcome -> new Question(
                                engine,
                                visit.resource(),
                                visit.caller(),
                                asking.situation().entry(),
                                asking.wantsBody(),
                                !standIn.wouldDo(visit, asking.situation()),
                                outcome)
                        .ask());
        CacheStatus status = collapsed(CacheStatus.forwarded(asking.why()), flight);
        flight.outcome()
                .whenComplete(
                        (outcome, failure) -> Replies.guarded(visit, failure, () -> hear(asking, outcome, status)));
    }

    /** A refusal reads the same however often it is given; only what upstream said of a name is a stored answer. */
    private static CacheStatus repeated(Outcome.Final refusal) {
        return refusal.kind() == Verdict.Kind.DENIED
                ? CacheStatus.forwarded(Forward.URI_MISS).withForwardStatus(refusal.status())
                : CacheStatus.ofHit().withDetail("negative");
    }

    private void hear(Asking asking, Outcome outcome, CacheStatus status) {
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

    private void hear(Visit visit, Situation situation, String key, Outcome outcome, CacheStatus status) {
        switch (outcome) {
            case Outcome.Learned(Entry entry, Resource actual, int upstreamStatus) -> {
                CacheStatus told = status.withForwardStatus(upstreamStatus);
                boolean same = situation
                        .entry()
                        .filter(before -> isSame(before, entry))
                        .isPresent();
                CacheStatus kept = same ? told.withDetail(CacheStatus.REVALIDATED) : told.asStored();
                serving.serve(new Offer(visit, entry, actual, kept, isPublic(actual, entry)));
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
            case Outcome.Failed(OriginException cause) ->
                standIn.serve(
                        visit,
                        situation,
                        cause.failure().name().toLowerCase(Locale.ROOT),
                        () -> Replies.failed(visit, cause, status));
            case Outcome.Unstorable _ -> pass(visit, status);
            case Outcome.Unproven _ -> prove(visit, status);
        }
    }

    private static boolean isSame(Entry before, Entry now) {
        return now.content().isPresent()
                ? now.content().equals(before.content())
                : now.blob().isPresent() && now.blob().equals(before.blob());
    }

    /** Nobody has the content of an offer: an earlier fill left what is wanted of it, or upstream is asked. */
    private void fetch(Offer offer, List<ByteRange> wanted) {
        if (offer.visit().attempt() >= MOST_ATTEMPTS) {
            Replies.fail(offer.visit(), 502, Sentences.notWhole(offer.visit().title()), offer.status());
            return;
        }
        Visit visit = offer.visit().again();
        Resource actual = offer.actual();
        Fills.Flight flight =
                join(visit, "content " + actual.key() + "\n" + visit.caller().id(), outcome -> {
                    boolean present = new Download(engine, actual, offer.entry())
                            .runIfPresent(
                                    wanted, () -> outcome.complete(new Outcome.Learned(offer.entry(), actual, 200)));
                    if (!present) {
                        new Question(engine, actual, visit.caller(), Optional.empty(), true, true, outcome).ask();
                    }
                });
        CacheStatus forwarded = offer.status().hit() ? CacheStatus.forwarded(Forward.MISS) : offer.status();
        CacheStatus collapsed = collapsed(forwarded, flight);
        flight.outcome()
                .whenComplete((outcome, failure) ->
                        Replies.guarded(visit, failure, () -> hearOfContent(visit, offer, outcome, collapsed)));
    }

    private void hearOfContent(Visit visit, Offer offer, Outcome outcome, CacheStatus status) {
        if (outcome instanceof Outcome.Learned(Entry entry, Resource actual, int upstreamStatus)) {
            CacheStatus told = status.withForwardStatus(upstreamStatus).asStored();
            serving.serve(new Offer(visit, entry, actual, told, offer.forEverybody()));
            return;
        }
        Situation nothing = Situation.unseen(visit.resource());
        hear(visit, nothing, "", outcome, status);
    }

    private Fills.Flight join(Visit visit, String key, Fills.Work work) {
        try {
            Fills.Flight flight = engine.fills().join(key, work);
            visit.account().follows(flight.trail());
            return flight;
        } catch (RejectedExecutionException e) {
            Replies.busy(visit);
            return new Fills.Flight(new CompletableFuture<>(), new Trail(), false);
        }
    }

    private void pass(Visit visit, CacheStatus status) {
        execute(visit, new Passing(engine, visit.request(), visit.resource(), status, visit.answer())::run);
    }

    private void prove(Visit visit, CacheStatus status) {
        execute(visit, new Proving(engine, visit, status)::run);
    }

    private void execute(Visit visit, Runnable work) {
        Trail trail = new Trail();
        visit.account().follows(trail);
        try {
            engine.fills()
                    .execute(() -> Replies.guarded(
                            visit, () -> ScopedValue.where(Trail.CURRENT, trail).run(work)));
        } catch (RejectedExecutionException e) {
            Replies.busy(visit);
        }
    }

    private boolean isPublic(Resource actual, Entry entry) {
        return actual.scope()
                .map(scope -> engine.openStates().peek(scope, Optional.of(entry)) instanceof Peek.Found)
                .orElse(true);
    }

    private static CacheStatus collapsed(CacheStatus status, Fills.Flight flight) {
        return flight.collapsed() ? status.asCollapsed() : status;
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
