package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.Flights.Flight;
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
import java.util.function.UnaryOperator;

/**
 * The way through the vault of requests for a {@link Resource}, of which an ecosystem knows more than HTTP tells: names, digests, who
 * may see it. Called on event loops and never blocks them: what memory knows is answered at once; the disk is looked at on lookup
 * threads, upstream is asked by tasks.
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
        if (Replies.isGone(visit)) {
            Replies.gone(visit);
            return;
        }
        // What is known already needs no body: HEAD tells whether it is still what upstream has.
        boolean wantsBody = visit.wantsBody() && situation.entry().isEmpty();
        boolean urgent = !standIn.wouldDo(visit, situation);
        Flights.Work<Outcome> question = outcome ->
                new Question(engine, resource, visit.caller(), situation.entry(), wantsBody, urgent, outcome).ask();
        Runnable busy = () -> standIn.serve(visit, situation, "busy", () -> Replies.busy(visit));
        Optional<Flight<Outcome>> flight =
                join(visit, key, urgent ? UnaryOperator.identity() : Task::impatient, question, busy);
        flight.ifPresent(joined -> joined.outcome()
                .whenComplete((outcome, failure) -> Replies.guarded(
                        visit,
                        failure,
                        busy,
                        () -> hear(visit, situation, key, outcome, collapsed(CacheStatus.forwarded(why), joined)))));
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
            case Outcome.Failed(OriginException _) when Replies.isGone(visit) -> Replies.gone(visit);
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
        String key = "content " + actual.key() + "\n" + visit.caller().id();
        Flights.Work<Outcome> question = outcome -> bring(visit, offer, wanted, outcome);
        CacheStatus forwarded = offer.status().hit() ? CacheStatus.forwarded(Forward.MISS) : offer.status();
        Runnable busy = () -> Replies.busy(visit);
        join(visit, key, UnaryOperator.identity(), question, busy)
                .ifPresent(joined -> joined.outcome()
                        .whenComplete((outcome, failure) -> Replies.guarded(
                                visit,
                                failure,
                                busy,
                                () -> hearOfContent(visit, offer, outcome, collapsed(forwarded, joined)))));
    }

    private void bring(Visit visit, Offer offer, List<ByteRange> wanted, CompletableFuture<Outcome> outcome) {
        Resource actual = offer.actual();
        try {
            boolean present = new Download(engine, actual, offer.entry())
                    .runIfPresent(wanted, () -> outcome.complete(new Outcome.Learned(offer.entry(), actual, 200)));
            if (!present) {
                new Question(engine, actual, visit.caller(), Optional.empty(), true, true, outcome).ask();
            }
        } catch (OriginException e) {
            outcome.complete(new Outcome.Failed(e));
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

    /** Empty when no more may be under way; then the visit was told so. */
    private Optional<Flight<Outcome>> join(
            Visit visit, String key, UnaryOperator<Task> as, Flights.Work<Outcome> work, Runnable busy) {
        try {
            Flight<Outcome> flight = engine.fills().questions().join(key, visit, as, work);
            visit.account().follows(flight.trail());
            return Optional.of(flight);
        } catch (RejectedExecutionException e) {
            busy.run();
            return Optional.empty();
        }
    }

    private void pass(Visit visit, CacheStatus status) {
        Trail trail = new Trail();
        visit.account().follows(trail);
        Passing passing = new Passing(engine, visit.request(), visit.resource(), status, visit.answer());
        Interest interest = engine.fills().newInterest();
        var _ = interest.join(visit.request().client().departure());
        try {
            engine.fills().tasks().start(Task.of(visit, trail, interest), () -> Replies.guarded(visit, passing::run));
        } catch (RejectedExecutionException e) {
            Replies.busy(visit);
        }
    }

    private boolean isPublic(Visit visit) {
        return visit.resource()
                .scope()
                .map(scope -> engine.index().peekPublic(scope.id()) instanceof Peek.Found)
                .orElse(true);
    }

    private static CacheStatus collapsed(CacheStatus status, Flight<Outcome> flight) {
        return flight.collapsed() ? status.asCollapsed() : status;
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
