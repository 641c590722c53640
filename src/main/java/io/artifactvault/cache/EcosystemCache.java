package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
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
        this.serving = new Serving(engine, lookups, this::fetch, this::bypass);
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
        Optional<Resource> teller = Tellers.toAsk(visit, situation, now());
        if (teller.isPresent()) {
            askTeller(visit, teller.get());
        } else {
            plan(Tellers.beyond(visit, situation), situation);
        }
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

    private void plan(Visit visit, Situation situation) {
        Instant now = now();
        boolean allowed = visit.resource()
                .scope()
                .map(scope -> engine.grants().allows(visit.caller(), scope, situation.publicAt(), now))
                .orElse(true);
        Optional<Forward> passes = Planner.passes(visit.request(), visit.resource());
        Candidate candidate = new Candidate(standIn.stored(visit, situation), Forward.URI_MISS, allowed);
        Plan plan = Planner.plan(visit.request(), passes, candidate, now);
        visit.account().decided(plan.inWords(), situation.byWhoseYes(visit, allowed));
        switch (plan) {
            case Plan.Serve(Stored stored, boolean _) -> serve(visit, situation, stored);
            case Plan.Ask(Forward why) -> ask(visit, situation, why);
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

    private void ask(Visit visit, Situation situation, Forward why) {
        Resource resource = visit.resource();
        String key = resource.key() + "\n" + visit.caller().id();
        Optional<Outcome.Final> refusal = refusals.recent(key, now());
        if (refusal.isPresent()) {
            Replies.finish(visit, refusal.get(), CacheStatus.ofHit().withDetail("negative"));
            return;
        }
        // What is known already needs no body: HEAD tells whether it is still what upstream has.
        boolean wantsBody = visit.wantsBody() && situation.entry().isEmpty();
        Fills.Flight flight = join(
                visit,
                key,
                outcome -> new Question(
                                engine,
                                resource,
                                visit.caller(),
                                situation.entry(),
                                wantsBody,
                                !standIn.wouldDo(visit, situation),
                                outcome)
                        .ask());
        CacheStatus status = collapsed(CacheStatus.forwarded(why), flight);
        flight.outcome()
                .whenComplete((outcome, failure) ->
                        Replies.guarded(visit, failure, () -> hear(visit, situation, key, outcome, status)));
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
                serving.serve(new Offer(visit, entry, actual, kept, isPublic(visit)));
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
                    if (!goOn(offer, wanted, outcome)) {
                        new Question(engine, actual, visit.caller(), Optional.empty(), true, true, outcome).ask();
                    }
                });
        CacheStatus forwarded = offer.status().hit() ? CacheStatus.forwarded(Forward.MISS) : offer.status();
        CacheStatus collapsed = collapsed(forwarded, flight);
        flight.outcome()
                .whenComplete((outcome, failure) ->
                        Replies.guarded(visit, failure, () -> hearOfContent(visit, offer, outcome, collapsed)));
    }

    /** Whether an earlier fill left what is wanted; a store that takes no more is gone past. */
    private boolean goOn(Offer offer, List<ByteRange> wanted, CompletableFuture<Outcome> outcome) {
        Outcome begun = new Outcome.Learned(offer.entry(), offer.actual(), 200);
        try {
            return new Download(engine, offer.actual(), offer.entry())
                    .runIfPresent(wanted, () -> outcome.complete(begun));
        } catch (StoreException e) {
            outcome.complete(new Outcome.Unstorable());
            return true;
        }
    }

    private void hearOfContent(Visit visit, Offer offer, Outcome outcome, CacheStatus status) {
        if (outcome instanceof Outcome.Learned(Entry entry, Resource actual, int upstreamStatus)) {
            CacheStatus told = status.withForwardStatus(upstreamStatus).asStored();
            serving.serve(new Offer(visit, entry, actual, told, offer.forEverybody()));
            return;
        }
        Situation nothing = new Situation(visit.resource(), Optional.empty(), Optional.empty(), Optional.empty());
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
        Trail trail = new Trail();
        visit.account().follows(trail);
        Passing passing = new Passing(engine, visit.request(), visit.resource(), status, visit.answer());
        try {
            engine.fills()
                    .execute(() -> Replies.guarded(
                            visit, () -> ScopedValue.where(Trail.CURRENT, trail).run(passing::run)));
        } catch (RejectedExecutionException e) {
            Replies.busy(visit);
        }
    }

    /** What is stored cannot be read now: the caller has it from upstream, past the store, or hears when to come again. */
    private void bypass(Offer offer) {
        Visit visit = offer.visit();
        pass(visit.answeredBy(Replies.orUnreadable(visit)), CacheStatus.forwarded(Forward.BYPASS));
    }

    private boolean isPublic(Visit visit) {
        return visit.resource()
                .scope()
                .map(scope -> engine.index().peekPublic(scope.id()) instanceof Peek.Found)
                .orElse(true);
    }

    private static CacheStatus collapsed(CacheStatus status, Fills.Flight flight) {
        return flight.collapsed() ? status.asCollapsed() : status;
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
