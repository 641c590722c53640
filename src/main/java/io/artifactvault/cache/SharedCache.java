package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.Selection.Known;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.http.Via;
import io.artifactvault.origin.Interim;
import io.artifactvault.origin.OriginException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared HTTP cache by RFC 9111: the way through the vault of requests for an {@link HttpResource}. Called on event loops
 * and never blocks them: what memory knows is answered at once; the disk is looked at on lookup threads, upstream is asked on
 * fill threads.
 */
final class SharedCache {
    private static final Logger log = LoggerFactory.getLogger(SharedCache.class);

    private final Engine engine;
    private final Lookups lookups;
    private final SharedServing serving;
    private final Variants variants;
    private final Arrivals arrivals = new Arrivals();
    private final Selection selection;
    private final Map<String, CompletableFuture<Forwarded>> flights = new ConcurrentHashMap<>();

    SharedCache(Engine engine, Lookups lookups) {
        this.serving = new SharedServing(engine, lookups, this::askAnew);
        this.engine = engine;
        this.lookups = lookups;
        this.variants = new Variants(engine.index(), engine.clock());
        this.selection = new Selection(engine, variants, arrivals);
    }

    /** Never completes exceptionally; the caller closes the answer's body. */
    CompletableFuture<Answer> answer(Request request, HttpResource resource, Account account) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        account.asksFor(resource.title());
        SharedVisit visit = new SharedVisit(request, resource, answer, account, false);
        Replies.guarded(visit, () -> enter(visit));
        return answer;
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
        Plan plan = Planner.plan(visit.request(), passes, known.candidate(), now);
        visit.account().decided(plan.inWords(), "open to everybody");
        switch (plan) {
            case Plan.Serve(Stored stored, boolean refresh) -> {
                serve(visit, stored, stored.hit(now), true);
                if (refresh) {
                    refresh(visit, known);
                }
            }
            case Plan.Ask(Forward why) -> ask(visit, known, true, CacheStatus.forwarded(why));
            case Plan.Pass(Forward why) -> ask(visit.byItself(), known, false, CacheStatus.forwarded(why));
            case Plan.Nothing _ -> Replies.nothingStored(visit);
        }
    }

    private void ask(SharedVisit visit, Known known, boolean validate, CacheStatus status) {
        String key = visit.flight(known.menu());
        CompletableFuture<Forwarded> mine = new CompletableFuture<>();
        CompletableFuture<Forwarded> theirs = visit.mayJoin() ? flights.putIfAbsent(key, mine) : null;
        if (theirs != null) {
            theirs.whenComplete((outcome, failure) ->
                    Replies.guarded(visit, failure, () -> hear(visit, known, outcome, status.asCollapsed(), false)));
            return;
        }
        mine.whenComplete((outcome, failure) -> {
            flights.remove(key, mine);
            Replies.guarded(visit, failure, () -> hear(visit, known, outcome, status, true));
        });
        if (visit.mayJoin() && hasLanded(visit, known)) {
            mine.complete(new Forwarded.Landed());
        } else {
            forward(visit, known, validate, status, mine);
        }
    }

    /** Whether a flight has ended between the look at the store and the start of this one. */
    private boolean hasLanded(SharedVisit visit, Known known) {
        return selection
                .peek(visit)
                .filter(now -> !now.stored().equals(known.stored()))
                .isPresent();
    }

    private void forward(
            SharedVisit visit,
            Known known,
            boolean validate,
            CacheStatus status,
            CompletableFuture<Forwarded> outcome) {
        Trail trail = new Trail();
        visit.account().follows(trail);
        Interim early = (code, fields) -> visit.request().early().send(code, Via.passed(fields.withoutHopByHop()));
        ScopedValue.Carrier heard = ScopedValue.where(Trail.CURRENT, trail).where(Interim.LISTENER, early);
        try {
            engine.fills()
                    .execute(() -> heard.run(() -> {
                        Menu menu = variants.open(visit.resource().key());
                        forward(new Forwarding.Task(visit, menu, known.stored(), validate, status), outcome);
                    }));
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(e);
        }
    }

    private void forward(Forwarding.Task task, CompletableFuture<Forwarded> outcome) {
        try {
            new Forwarding(engine, variants, arrivals, task, outcome).run();
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
            throw e;
        } finally {
            outcome.completeExceptionally(new IllegalStateException("a fill ended without an outcome"));
        }
    }

    /** Asks anew in the background; whoever comes meanwhile is served what is stale. */
    private void refresh(SharedVisit visit, Known known) {
        String key = visit.flight(known.menu());
        CompletableFuture<Forwarded> mine = new CompletableFuture<>();
        if (flights.putIfAbsent(key, mine) != null) {
            return;
        }
        mine.whenComplete((outcome, _) -> {
            flights.remove(key, mine);
            if (outcome instanceof Forwarded.Passed(Answer answer)) {
                answer.body().close();
            }
        });
        forward(visit, known, true, CacheStatus.forwarded(Forward.STALE), mine);
    }

    private void hear(SharedVisit visit, Known known, Forwarded outcome, CacheStatus status, boolean first) {
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
            case Forwarded.Passed(Answer answer) -> {
                if (first) {
                    visit.answer().complete(answer);
                } else {
                    enter(visit.byItself());
                }
            }
            case Forwarded.Landed _ -> enter(visit);
            case Forwarded.Troubled(int upstreamStatus) -> stale(visit, known, "upstream-" + upstreamStatus);
            case Forwarded.Failed(OriginException cause) -> {
                boolean usable = known.stored()
                        .filter(stored -> visit.request().isPlainRead() && stored.isUsableOnError(now()))
                        .isPresent();
                if (usable) {
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
        serving.serve(
                visit,
                stored,
                status,
                fromStore ? Optional.of(stored.freshness().age(now())) : Optional.empty());
    }

    private void askAnew(SharedVisit visit) {
        Known nothing = new Known(variants.load(visit.resource().key()), Optional.empty());
        ask(visit, nothing, false, CacheStatus.forwarded(Forward.MISS));
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
