package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fetch.EcosystemFiling;
import io.artifactvault.cache.fetch.EcosystemSubject;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.Fetch;
import io.artifactvault.cache.fetch.PassThrough;
import io.artifactvault.cache.fetch.Proving;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.NameResolution;
import io.artifactvault.cache.lookup.Planner;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.StoredState;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.Callers;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.CredentialBudget.Share;
import io.artifactvault.cache.request.ForwardedRequest;
import io.artifactvault.cache.request.Presentation;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.cache.request.Wholeness;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.cache.work.StaleAfter.Awaited;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Handles requests for a {@link Resource}, about which an ecosystem knows more than HTTP does: names, digests and
 * access.
 */
final class EcosystemProtocol implements Protocol<Resource, StoredState> {
    private final RequestFlow<Resource, StoredState> flow;
    private final Engine engine;
    private final LookupThreads lookups;
    private final Wholeness wholeness;
    private final Callers callers = new Callers();
    private final CredentialGate credentials;
    private final ContentDelivery delivery;

    EcosystemProtocol(
            RequestFlow<Resource, StoredState> flow,
            Engine engine,
            LookupThreads lookups,
            Wholeness wholeness,
            CredentialBudget budget) {
        this.flow = flow;
        this.engine = engine;
        this.lookups = lookups;
        this.wholeness = wholeness;
        this.credentials = new CredentialGate(engine, budget);
        this.delivery = new ContentDelivery(engine.tools(), engine.rates(), lookups, engine.clock());
    }

    @Override
    public Caller caller(Resource resource) {
        return callers.of(resource.principal());
    }

    @Override
    public Optional<StoredState> peek(CacheRequest<Resource> visit) {
        return engine.lookup().peek(visit.resource());
    }

    @Override
    public StoredState load(CacheRequest<Resource> visit) {
        return engine.lookup().load(visit.resource());
    }

    /** First resolves a name whose value another resource supplies. */
    @Override
    public void admit(CacheRequest<Resource> visit, StoredState situation) {
        Optional<FetchOutcome.Final> refusal = credentials.refusal(visit, situation);
        if (refusal.isPresent()) {
            RequestFlow.repeat(visit, refusal.get());
            return;
        }
        StoredState visible = visible(visit, situation);
        Optional<Resource> teller = NameResolution.toAsk(visit, visible, now());
        boolean spared = NameResolution.isJustConfirmed(visit, visible, floor(), now());
        if (teller.isPresent() && !spared) {
            resolve(visit, situation, teller.get());
        } else {
            flow.plan(NameResolution.beyond(visit, visible), situation, spared);
        }
    }

    /**
     * The part of the stored state that the caller may know. If the caller may not have the stored response without
     * permission from upstream, the store counts as empty until upstream permits access: no plan, text or field may
     * reveal what other clients fetched.
     */
    private StoredState visible(CacheRequest<Resource> visit, StoredState situation) {
        return isAllowed(visit, situation) ? situation : StoredState.unseen(visit.resource());
    }

    /** Whether the caller may have the stored response without permission from upstream. */
    private boolean isAllowed(CacheRequest<Resource> visit, StoredState situation) {
        return situation
                .actual()
                .scope()
                .map(scope -> engine.access().grants().allows(visit.caller(), scope, situation.publicAt(), now()))
                .orElse(true);
    }

    /** The value of a name is requested first, so that all dependent requests use the same value. */
    private void resolve(CacheRequest<Resource> visit, StoredState situation, Resource teller) {
        CacheRequest<Resource> question = visit.about(teller);
        BiConsumer<Answer, Throwable> heard = (answer, failure) ->
                Replies.guarded(visit, failure, () -> lookups.run(visit, () -> resolved(visit, answer)));
        StaleService<Resource, StoredState> stale = flow.stale();
        if (stale.mayServeMeanwhile(visit, situation)) {
            stale.after()
                    .await(
                            visit,
                            Awaited.of(question.answer()),
                            () -> stale.serveMeanwhile(visit, situation),
                            heard,
                            (late, _) -> close(late));
        } else {
            question.answer().whenComplete(heard);
        }
        flow.enter(question);
    }

    private static void close(@Nullable Answer late) {
        if (late != null) {
            late.body().close();
        }
    }

    @Override
    public Optional<Share> share(CacheRequest<Resource> visit, StoredState found, boolean collapses) {
        return credentials.share(visit, found, collapses);
    }

    private void resolved(CacheRequest<Resource> visit, Answer answer) {
        StoredState situation = load(visit);
        if (answer.status() != 200) {
            Runnable passedOn = () -> visit.answer().complete(answer);
            if (answer.status() < 500) {
                passedOn.run();
            } else {
                flow.stale().serve(visit, situation, "upstream-" + answer.status(), passedOn);
            }
            return;
        }
        answer.body().close();
        Runnable further = () -> flow.plan(NameResolution.beyond(visit, situation), situation, false);
        if (NameResolution.isOld(visit.resource(), situation, now())) {
            flow.stale().serve(visit, situation, "name", further);
        } else {
            further.run();
        }
    }

    @Override
    public Optional<Forward> passes(CacheRequest<Resource> visit) {
        return Planner.passes(visit.request(), visit.resource());
    }

    @Override
    public Candidate candidate(CacheRequest<Resource> visit, StoredState situation) {
        return new Candidate(stored(visit, visible(visit, situation)), Forward.URI_MISS, isAllowed(visit, situation));
    }

    private Optional<StoredResponse> stored(CacheRequest<Resource> visit, StoredState situation) {
        return situation
                .entry()
                .map(entry -> StoredResponse.of(entry, visit.resource(), situation, engine.settings(), now()));
    }

    @Override
    public String access(CacheRequest<Resource> visit, StoredState situation, boolean allowed) {
        return situation.byWhoseYes(visit, allowed);
    }

    @Override
    public Optional<StoredResponse> standIn(CacheRequest<Resource> visit, StoredState situation) {
        return stored(visit, situation)
                .filter(stored -> engine.settings().offline() || stored.isUsableOnError(now()))
                .filter(_ -> mayBeToldWithoutAsking(visit, situation));
    }

    /** A repository that was once public stays so while upstream is unreachable; a caller's own grant expires. */
    private boolean mayBeToldWithoutAsking(CacheRequest<Resource> visit, StoredState situation) {
        return situation.publicAt().isPresent()
                || situation
                        .actual()
                        .scope()
                        .map(scope -> engine.access().grants().allows(visit.caller(), scope, Optional.empty(), now()))
                        .orElse(true);
    }

    /** A snapshot that cannot be completed is not begun. */
    @Override
    public boolean canFinishUnasked(CacheRequest<Resource> visit, StoredState situation) {
        return visit.resource().opens().flatMap(wholeness::trouble).isEmpty();
    }

    /** A credential that upstream rejects is rejected, regardless of the stored content. */
    @Override
    public void serve(CacheRequest<Resource> visit, StoredState situation, StoredResponse stored, CacheStatus status) {
        credentials.pass(
                visit,
                situation,
                () -> {
                    if (engine.settings().offline()) {
                        serveUnasked(visit, situation, stored, stored.hit(now()));
                    } else {
                        deliver(visit, situation, stored, status);
                    }
                },
                refusal -> RequestFlow.repeat(visit, refusal));
    }

    /** A snapshot that cannot be completed this way is refused at its beginning rather than midway. */
    @Override
    public void serveUnasked(
            CacheRequest<Resource> visit, StoredState situation, StoredResponse stored, CacheStatus status) {
        Runnable serve = () -> deliver(visit, situation, stored, status);
        visit.resource()
                .opens()
                .ifPresentOrElse(
                        opening -> lookups.run(
                                visit,
                                () -> wholeness
                                        .trouble(opening)
                                        .ifPresentOrElse(sentence -> Replies.incomplete(visit, sentence), serve)),
                        serve);
    }

    private void deliver(
            CacheRequest<Resource> visit, StoredState situation, StoredResponse stored, CacheStatus status) {
        boolean forEverybody = situation.publicAt().isPresent();
        delivery.serve(offer(visit, situation.actual(), stored.entry(), status, forEverybody));
    }

    private Offer offer(
            CacheRequest<Resource> visit, Resource actual, Entry entry, CacheStatus status, boolean forEverybody) {
        Presentation presentation = Presentation.of(visit.resource(), entry, visit.request(), forEverybody);
        Missing missing = new Missing(visit, actual, forEverybody);
        return Offer.of(visit, Representation.of(actual, entry), presentation, status, missing)
                .attempted(visit.attempt());
    }

    @Override
    public String key(CacheRequest<Resource> visit, StoredState situation) {
        return KeyBuilder.key(visit.resource().key(), visit.caller().id());
    }

    @Override
    public boolean isShareable(CacheRequest<Resource> visit, StoredState situation) {
        return true;
    }

    @Override
    public boolean meetsOthers(CacheRequest<Resource> visit) {
        return true;
    }

    @Override
    public UnaryOperator<Task> manner(CacheRequest<Resource> visit) {
        return UnaryOperator.identity();
    }

    @Override
    public void fetch(
            ForwardedRequest<Resource, StoredState> forwarded,
            boolean shared,
            boolean met,
            CompletableFuture<FetchOutcome> outcome) {
        CacheRequest<Resource> visit = forwarded.visit();
        StoredState situation = forwarded.found();
        // Stored content needs no body; but the form of a response must not reveal whether it is stored.
        boolean wantsBody =
                visit.wantsBody() && (!forwarded.allowed() || situation.entry().isEmpty());
        boolean urgent = standIn(visit, situation).isEmpty();
        new Fetch(
                        engine,
                        new EcosystemSubject(
                                engine,
                                visit.resource(),
                                visit.caller(),
                                situation.entry(),
                                wantsBody,
                                urgent,
                                outcome))
                .run();
    }

    /** A refusal without a reason from the origin applies only to the first request. */
    @Override
    public boolean isFor(CacheRequest<Resource> visit, StoredState situation, FetchOutcome outcome) {
        return !(outcome instanceof FetchOutcome.Final refusal) || refusal.named();
    }

    @Override
    public void settle(ForwardedRequest<Resource, StoredState> forwarded, FetchOutcome outcome, CacheStatus status) {
        CacheRequest<Resource> visit = forwarded.visit();
        switch (outcome) {
            case FetchOutcome.Learned learned -> learned(forwarded, learned, status);
            case FetchOutcome.Begun _ -> flow.enter(visit);
            case FetchOutcome.Unstorable _ -> pass(visit, status);
            case FetchOutcome.Unproven _ -> prove(visit, status);
            default -> throw new IllegalStateException("not an outcome of an ecosystem: " + outcome);
        }
    }

    private void learned(
            ForwardedRequest<Resource, StoredState> forwarded, FetchOutcome.Learned learned, CacheStatus status) {
        CacheRequest<Resource> visit = forwarded.visit();
        Entry entry = learned.entry();
        // If upstream permits access, the caller may know the stored state.
        boolean given = entry.status() == 200 && !forwarded.allowed();
        CacheStatus told = (given ? status.withForward(reason(visit, forwarded.found())) : status)
                .withForwardStatus(learned.status());
        boolean same = forwarded
                .found()
                .entry()
                .filter(before -> isSame(before, entry))
                .isPresent();
        CacheStatus kept = same ? told.withDetail(CacheStatus.REVALIDATED) : told.asStored();
        delivery.serve(offer(visit, learned.actual(), entry, kept, isPublic(learned.actual(), entry)));
    }

    private Forward reason(CacheRequest<Resource> visit, StoredState situation) {
        return stored(visit, situation)
                .map(stored -> stored.freshness().isFreshAt(now()) ? Forward.REQUEST : Forward.STALE)
                .orElse(Forward.URI_MISS);
    }

    private static boolean isSame(Entry before, Entry now) {
        if (now.isError()) {
            return now.status() == before.status();
        }
        return now.content().isPresent()
                ? now.content().equals(before.content())
                : now.blob().isPresent() && now.blob().equals(before.blob());
    }

    private boolean isPublic(Resource actual, Entry entry) {
        return actual.scope()
                .map(scope -> engine.access().openStates().peek(scope, Optional.of(entry)) instanceof Peek.Found)
                .orElse(true);
    }

    @Override
    public void pass(CacheRequest<Resource> visit, StoredState situation, CacheStatus status) {
        pass(visit, status);
    }

    private void pass(CacheRequest<Resource> visit, CacheStatus status) {
        execute(visit, new PassThrough(engine, visit.request(), visit.resource(), status, visit.answer())::run);
    }

    private void prove(CacheRequest<Resource> visit, CacheStatus status) {
        EcosystemFiling notes = new EcosystemFiling(engine, visit.resource(), visit.caller(), false, now());
        execute(visit, new Proving(engine.upstreams(), engine.store(), notes, visit, status)::run);
    }

    private void execute(CacheRequest<Resource> visit, Runnable work) {
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

    /**
     * Handles missing content of an offer: an earlier fill may have left the required bytes, otherwise they are
     * requested from upstream.
     */
    private final class Missing implements Offer.Missing {
        private final CacheRequest<Resource> asked;
        private final Resource actual;
        private final boolean forEverybody;

        Missing(CacheRequest<Resource> asked, Resource actual, boolean forEverybody) {
            this.asked = asked;
            this.actual = actual;
            this.forEverybody = forEverybody;
        }

        @Override
        public void fetch(Offer offer, List<ByteRange> wanted) {
            CacheRequest<Resource> visit = asked.attempted(offer.attempt() + 1);
            CacheStatus forwarded = offer.status().fromFill(Forward.MISS, false);
            delivery.bring(
                    offer,
                    KeyBuilder.key("content", actual.key(), visit.caller().id()),
                    outcome -> fill(offer, wanted, outcome),
                    (flight, outcome) -> {
                        StoredState nothing = StoredState.unseen(visit.resource());
                        if (flight.collapsed() && !isFor(visit, nothing, outcome)) {
                            flow.enter(visit);
                        } else {
                            hear(visit, offer, outcome, flight.collapsed() ? forwarded.asCollapsed() : forwarded);
                        }
                    });
        }

        /** A partial fill is resumed; if the store accepts no more, the content is passed around it. */
        private void fill(Offer offer, List<ByteRange> wanted, CompletableFuture<FetchOutcome> outcome) {
            try {
                boolean present = new Fill(engine.tools(), offer.content())
                        .runIfPresent(wanted, () -> outcome.complete(new FetchOutcome.Begun()));
                if (!present) {
                    EcosystemSubject content =
                            new EcosystemSubject(engine, actual, asked.caller(), Optional.empty(), true, true, outcome);
                    new Fetch(engine, content).run();
                }
            } catch (StoreException e) {
                outcome.complete(new FetchOutcome.Unstorable());
            } catch (OriginException e) {
                outcome.complete(new FetchOutcome.Failed(e));
            }
        }

        private void hear(CacheRequest<Resource> visit, Offer offer, FetchOutcome outcome, CacheStatus status) {
            switch (outcome) {
                // The bytes left by an earlier fill may be sufficient; if not, the next lookup finds out.
                case FetchOutcome.Begun _ -> delivery.serve(offer.again().filled(status.collapsed()));
                case FetchOutcome.Learned(Entry entry, Resource found, int upstreamStatus) -> {
                    CacheStatus told = status.withForwardStatus(upstreamStatus).asStored();
                    delivery.serve(
                            offer(visit, found, entry, told, forEverybody).filled(status.collapsed()));
                }
                default -> {
                    StoredState nothing = StoredState.unseen(visit.resource());
                    flow.hear(new ForwardedRequest<>(visit, nothing, true, false, status), outcome, status);
                }
            }
        }

        /** The caller receives it from upstream, past the store, or is asked to retry later. */
        @Override
        public void bypass(Offer offer) {
            pass(asked.answeredBy(Replies.orUnreadable(asked)), CacheStatus.forwarded(Forward.BYPASS));
        }
    }

    private Duration floor() {
        return engine.settings().minRevalidateInterval();
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
