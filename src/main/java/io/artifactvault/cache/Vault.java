package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Resource;
import io.artifactvault.cache.Serving.Offer;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.RedirectFollower;
import io.artifactvault.store.BlobStore;
import io.artifactvault.store.Entry;
import io.artifactvault.store.EntryIndex;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front door of the cache: one request and what it asks for in, one answer out.
 *
 * <p>Called on event loops and never blocks them: what memory knows is answered at once on the caller's thread; the disk is
 * looked at on lookup threads; upstream is asked on fill threads. The answer completes on any of these.
 */
public final class Vault implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Vault.class);
    private static final int MOST_ATTEMPTS = 3;

    private final Engine engine;
    private final CacheSettings settings;
    private final Origin origin;
    private final Callers callers = new Callers();
    private final Refusals refusals = new Refusals();
    private final Lookups lookups = new Lookups();
    private final Serving serving;
    private final Unasked unasked;
    private final SharedCache shared;

    /** Takes the origin over; the index and the blobs stay the caller's to close, after this. */
    public Vault(
            CacheSettings settings,
            StoreSettings storeSettings,
            EntryIndex index,
            BlobStore blobs,
            Origin origin,
            StoreNews news,
            Wholeness wholeness,
            Clock clock) {
        this.settings = settings;
        this.origin = origin;
        this.engine = new Engine(
                settings,
                index,
                blobs,
                new Shelf(index, blobs, storeSettings.verify(), storeSettings.memory() / 4 * 3),
                new Fills(settings),
                new Grants(),
                new RedirectFollower(origin),
                news,
                clock);
        this.serving = new Serving(engine, lookups, this::fetch);
        this.unasked = new Unasked(wholeness, lookups, serving);
        this.shared = new SharedCache(engine, lookups);
    }

    /** Never completes exceptionally; the caller closes the answer's body. */
    public CompletableFuture<Answer> answer(Request request, Resource resource) {
        return answer(request, resource, new Account(""));
    }

    /** The same, with an account to write into. */
    public CompletableFuture<Answer> answer(Request request, Resource resource, Account account) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Caller caller = callers.of(resource.credential());
        account.asksFor(resource.title());
        Visit visit = new Visit(request, resource, caller, answer, account, 0);
        Replies.guarded(visit, () -> enter(visit));
        return answer;
    }

    /** The same for what HTTP's own rules say how to keep. */
    public CompletableFuture<Answer> answer(Request request, HttpResource resource, Account account) {
        return shared.answer(request, resource, account);
    }

    /** Why nothing can be stored now, in a sentence for the operator; empty when all is well. Never blocks. */
    public Optional<String> trouble() {
        return engine.blobs().trouble();
    }

    /** Fills under way or waiting; for tests and for draining. */
    public int openFills() {
        return engine.fills().open();
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
                stale(visit, situation, "upstream-" + answer.status(), passedOn);
            }
            return;
        }
        answer.body().close();
        Runnable further = () -> plan(Tellers.beyond(visit, situation), situation);
        if (Tellers.isOld(visit.resource(), situation, now())) {
            stale(visit, situation, "name", further);
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
        Candidate candidate = new Candidate(stored(visit, situation), Forward.URI_MISS, allowed);
        Plan plan = Planner.plan(visit.request(), passes, candidate, now);
        visit.account().decided(plan.inWords(), situation.byWhoseYes(visit, allowed));
        switch (plan) {
            case Plan.Serve(Stored stored, boolean _) -> serve(visit, situation, stored);
            case Plan.Ask(Forward why) -> ask(visit, situation, why);
            case Plan.Pass(Forward why) -> pass(visit, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(visit);
        }
    }

    private Optional<Stored> stored(Visit visit, Situation situation) {
        return situation.stored(visit.resource(), settings.staleIfError());
    }

    private void serve(Visit visit, Situation situation, Stored stored) {
        long ttl = stored.freshness().left(now()).toSeconds();
        Offer offer = new Offer(
                visit,
                stored.entry(),
                situation.actual(),
                CacheStatus.ofHit().withTtl(ttl),
                situation.publicAt().isPresent());
        if (settings.offline()) {
            unasked.serve(offer);
        } else {
            serving.serve(offer);
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
                                !mayBeStale(visit, situation),
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
                stale(
                        visit,
                        situation,
                        "upstream-" + unavailable.status(),
                        () -> Replies.unavailable(visit, unavailable, status));
            case Outcome.Failed(OriginException cause) ->
                stale(
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

    /** Upstream could not say: what is stored will do, for those who may have it without asking. */
    private void stale(Visit visit, Situation situation, String reason, Runnable otherwise) {
        Optional<Stored> usable = usableOnError(visit, situation);
        if (usable.isEmpty()) {
            otherwise.run();
        } else if (mayBeToldWithoutAsking(visit, situation)) {
            serveStale(visit, situation, usable.get(), reason);
        } else {
            Replies.fail(visit, 503, Sentences.unchecked(visit.title()), CacheStatus.forwarded(Forward.STALE));
        }
    }

    private void serveStale(Visit visit, Situation situation, Stored stored, String reason) {
        Instant now = now();
        log.info(
                "Serving {} from the store without upstream ({}), which {} {} s ago",
                visit.title(),
                reason,
                stored.entry().isUnconfirmed() ? "has not confirmed it since it was imported" : "confirmed it",
                Duration.between(situation.heardAt(), now).toSeconds());
        long ttl = Math.min(stored.freshness().left(now).toSeconds(), -1);
        unasked.serve(new Offer(
                visit,
                stored.entry(),
                situation.actual(),
                CacheStatus.ofHit().withTtl(ttl).withDetail("stale-if-error-" + reason),
                situation.publicAt().isPresent()));
    }

    private Optional<Stored> usableOnError(Visit visit, Situation situation) {
        return stored(visit, situation).filter(stored -> settings.offline() || stored.isUsableOnError(now()));
    }

    /** Whether what is stored would do if upstream were not asked now. */
    private boolean mayBeStale(Visit visit, Situation situation) {
        return usableOnError(visit, situation).isPresent() && mayBeToldWithoutAsking(visit, situation);
    }

    /** A repository once seen open to all stays so while upstream is silent; a grant of one's own ends with its time. */
    private boolean mayBeToldWithoutAsking(Visit visit, Situation situation) {
        return situation.publicAt().isPresent()
                || visit.resource()
                        .scope()
                        .map(scope -> engine.grants().allows(visit.caller(), scope, Optional.empty(), now()))
                        .orElse(true);
    }

    /** Nobody has the content of an offer: an earlier fill left what is wanted of it, or upstream is asked. */
    private void fetch(Offer offer, ByteRange wanted) {
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

    /** Ends what is under way: downloads break off, what has arrived whole is still made durable. */
    @Override
    public void close() {
        origin.close();
        lookups.close();
        engine.fills().close();
    }
}
