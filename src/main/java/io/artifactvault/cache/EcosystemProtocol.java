package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.Maker;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.lookup.NameResolution;
import io.artifactvault.cache.lookup.Planner;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.Callers;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.CredentialBudget.Share;
import io.artifactvault.cache.request.Wholeness;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.cache.work.StaleAfter.Awaited;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Handles requests for a {@link Resource}, about which an ecosystem knows more than HTTP does: names, digests and
 * access.
 */
final class EcosystemProtocol implements Protocol<Resource> {
    private final RequestFlow<Resource> flow;
    private final Engine engine;
    private final LookupThreads lookups;
    private final Wholeness wholeness;
    private final Callers callers = new Callers();
    private final CredentialGate credentials;
    private final ContentDelivery delivery;
    private final EcosystemFetches fetches;
    private final PastTheStore past;
    private final EcosystemOffers offers;

    EcosystemProtocol(
            RequestFlow<Resource> flow,
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
        Maker maker = new Maker(engine, flow::answer);
        this.fetches = new EcosystemFetches(engine, maker);
        this.past = new PastTheStore(engine, maker);
        this.offers = new EcosystemOffers(flow, engine, delivery, fetches, past);
    }

    @Override
    public Caller caller(Resource resource) {
        return callers.of(resource.principal());
    }

    @Override
    public Optional<Lookup<Resource>> peek(CacheRequest<Resource> request) {
        return engine.lookup().peek(request.resource());
    }

    @Override
    public Lookup<Resource> load(CacheRequest<Resource> request) {
        return engine.lookup().load(request.resource());
    }

    /** First resolves a name whose value another resource supplies. */
    @Override
    public void admit(CacheRequest<Resource> request, Lookup<Resource> found) {
        Optional<FetchOutcome.Final> refusal = credentials.refusal(request, found);
        if (refusal.isPresent()) {
            RequestFlow.repeat(request, refusal.get());
            return;
        }
        Lookup<Resource> visible = visible(request, found);
        Optional<Resource> source = NameResolution.toRequest(request, visible, now());
        boolean skipped = NameResolution.isJustConfirmed(request, visible, minInterval(), now());
        if (source.isPresent() && !skipped) {
            resolve(request, found, source.get());
        } else {
            flow.plan(NameResolution.atValue(request, visible), found, skipped);
        }
    }

    /**
     * The part of the stored state that the caller may know. If the caller may not have the stored response without
     * permission from upstream, the store counts as empty until upstream permits access: no decision, sentence or field
     * may reveal what other clients fetched.
     */
    private Lookup<Resource> visible(CacheRequest<Resource> request, Lookup<Resource> found) {
        return isAllowed(request, found) ? found : Lookup.nothing(request.resource());
    }

    /** Whether the caller may receive the stored response without permission from upstream. */
    private boolean isAllowed(CacheRequest<Resource> request, Lookup<Resource> found) {
        return found.resolved()
                .scope()
                .map(scope -> engine.access().grants().allows(request.caller(), scope, found.publicAt(), now()))
                .orElse(true);
    }

    /** Requests the value of the resource's name first, so that all requests that depend on it use the same value. */
    private void resolve(CacheRequest<Resource> request, Lookup<Resource> found, Resource source) {
        CacheRequest<Resource> nameRequest = request.about(source);
        BiConsumer<Answer, Throwable> onAnswer = (answer, failure) ->
                Replies.guarded(request, failure, () -> lookups.run(request, () -> nameResolved(request, answer)));
        StaleService<Resource> stale = flow.stale();
        if (stale.mayServeMeanwhile(request, found)) {
            stale.after()
                    .await(
                            request,
                            Awaited.of(nameRequest.answer()),
                            () -> stale.serveMeanwhile(request, found),
                            onAnswer,
                            (late, _) -> close(late));
        } else {
            nameRequest.answer().whenComplete(onAnswer);
        }
        flow.enter(nameRequest);
    }

    private static void close(@Nullable Answer late) {
        if (late != null) {
            late.body().close();
        }
    }

    @Override
    public Optional<Share> share(CacheRequest<Resource> request, Lookup<Resource> found, boolean collapses) {
        return credentials.share(request, found, collapses);
    }

    private void nameResolved(CacheRequest<Resource> request, Answer answer) {
        Lookup<Resource> found = load(request);
        if (answer.status() != 200) {
            Runnable passOn = () -> request.answer().complete(answer);
            if (answer.status() < 500) {
                passOn.run();
            } else {
                flow.stale().serve(request, found, "upstream-" + answer.status(), passOn);
            }
            return;
        }
        answer.body().close();
        Runnable plan = () -> flow.plan(NameResolution.atValue(request, found), found, false);
        if (NameResolution.isStale(request.resource(), found, now())) {
            flow.stale().serve(request, found, "name", plan);
        } else {
            plan.run();
        }
    }

    @Override
    public Optional<Forward> passes(CacheRequest<Resource> request) {
        return Planner.passes(request.message(), request.resource());
    }

    @Override
    public Candidate candidate(CacheRequest<Resource> request, Lookup<Resource> found) {
        return new Candidate(stored(request, visible(request, found)), Forward.URI_MISS, isAllowed(request, found));
    }

    private Optional<StoredResponse> stored(CacheRequest<Resource> request, Lookup<Resource> found) {
        return found.entry()
                .map(entry -> StoredResponse.of(entry, request.resource(), found, engine.settings(), now()));
    }

    @Override
    public String access(CacheRequest<Resource> request, Lookup<Resource> found, boolean allowed) {
        if (request.resource().scope().isEmpty()) {
            return "no access control";
        }
        String caller = request.caller().isAnonymous() ? "anonymous" : "with a token";
        if (!allowed) {
            return caller + ", upstream must confirm access";
        }
        return caller + (found.publicAt().isPresent() ? ", public" : ", confirmed before");
    }

    @Override
    public Optional<StoredResponse> fallback(CacheRequest<Resource> request, Lookup<Resource> found) {
        return stored(request, found)
                .filter(stored -> engine.settings().offline() || stored.isUsableOnError(now()))
                .filter(_ -> isAllowedWithoutUpstream(request, found));
    }

    /**
     * Whether the caller may receive the stored response while upstream is not contacted: a repository that was public
     * still counts as public, but a caller's own grant expires.
     */
    private boolean isAllowedWithoutUpstream(CacheRequest<Resource> request, Lookup<Resource> found) {
        return found.publicAt().isPresent()
                || found.resolved()
                        .scope()
                        .map(scope -> engine.access().grants().allows(request.caller(), scope, Optional.empty(), now()))
                        .orElse(true);
    }

    /**
     * Whether the snapshot that the request opens is stored completely; a download that cannot be completed is not
     * begun.
     */
    @Override
    public boolean canFinishWithoutUpstream(CacheRequest<Resource> request, Lookup<Resource> found) {
        return request.resource().opens().flatMap(wholeness::trouble).isEmpty();
    }

    /** Serves the stored response, unless upstream rejects the client's credential. */
    @Override
    public void serve(
            CacheRequest<Resource> request, Lookup<Resource> found, StoredResponse stored, CacheStatus status) {
        credentials.pass(
                request,
                found,
                () -> {
                    if (engine.settings().offline()) {
                        serveWithoutUpstream(request, found, stored, stored.hit(now()));
                    } else {
                        deliver(request, found, stored, status);
                    }
                },
                refusal -> RequestFlow.repeat(request, refusal));
    }

    /**
     * Serves the stored response without upstream. A snapshot that is not completely stored is refused at its beginning
     * rather than midway.
     */
    @Override
    public void serveWithoutUpstream(
            CacheRequest<Resource> request, Lookup<Resource> found, StoredResponse stored, CacheStatus status) {
        Runnable serve = () -> deliver(request, found, stored, status);
        request.resource()
                .opens()
                .ifPresentOrElse(
                        opening -> lookups.run(
                                request,
                                () -> wholeness
                                        .trouble(opening)
                                        .ifPresentOrElse(sentence -> Replies.incomplete(request, sentence), serve)),
                        serve);
    }

    private void deliver(
            CacheRequest<Resource> request, Lookup<Resource> found, StoredResponse stored, CacheStatus status) {
        boolean isPublic =
                found.resolved().scope().isEmpty() || found.publicAt().isPresent();
        delivery.serve(offers.of(request, found.resolved(), stored.entry(), status, isPublic));
    }

    @Override
    public String key(CacheRequest<Resource> request, Lookup<Resource> found) {
        return KeyBuilder.key(request.resource().key(), request.caller().id());
    }

    @Override
    public boolean isShareable(CacheRequest<Resource> request, Lookup<Resource> found) {
        return true;
    }

    @Override
    public boolean mayCollapse(CacheRequest<Resource> request) {
        return true;
    }

    @Override
    public UnaryOperator<Task> taskSetup(CacheRequest<Resource> request) {
        return UnaryOperator.identity();
    }

    @Override
    public void fetch(
            ForwardedRequest<Resource> forwarded,
            boolean shared,
            boolean collapsible,
            CompletableFuture<FetchOutcome> outcome) {
        CacheRequest<Resource> request = forwarded.request();
        Lookup<Resource> found = forwarded.found();
        // Stored content needs no body; but the form of a response must not reveal whether it is stored.
        boolean wantsBody =
                request.wantsBody() && (!forwarded.allowed() || found.entry().isEmpty());
        boolean urgent = fallback(request, found).isEmpty();
        fetches.fetch(request, request.resource(), found.entry(), wantsBody, urgent, outcome);
    }

    /**
     * Whether the outcome applies to this request. A refusal for which the origin gave no reason applies only to the
     * request that was sent.
     */
    @Override
    public boolean isFor(CacheRequest<Resource> request, Lookup<Resource> found, FetchOutcome outcome) {
        return EcosystemOffers.isForOthers(outcome);
    }

    @Override
    public void settle(ForwardedRequest<Resource> forwarded, FetchOutcome outcome, CacheStatus status) {
        CacheRequest<Resource> request = forwarded.request();
        switch (outcome) {
            case FetchOutcome.Identified identified -> identified(forwarded, identified, status);
            case FetchOutcome.Begun _ -> flow.enter(request);
            case FetchOutcome.Unstorable _ -> past.pass(request, status);
            case FetchOutcome.Unproven _ -> past.prove(request, status);
            default -> throw new IllegalStateException("not an outcome of an ecosystem: " + outcome);
        }
    }

    private void identified(
            ForwardedRequest<Resource> forwarded, FetchOutcome.Identified identified, CacheStatus status) {
        CacheRequest<Resource> request = forwarded.request();
        Entry entry = identified.entry();
        // If upstream permits access, the caller may know the stored state.
        boolean given = entry.status() == 200 && !forwarded.allowed();
        CacheStatus newStatus = (given ? status.withForward(reason(request, forwarded.found())) : status)
                .withForwardStatus(identified.status());
        boolean same = forwarded
                .found()
                .entry()
                .filter(before -> isSame(before, entry))
                .isPresent();
        CacheStatus kept = same ? newStatus.withDetail(CacheStatus.REVALIDATED) : newStatus.asStored();
        delivery.serve(offers.of(request, identified.actual(), entry, kept, isPublic(identified.actual(), entry)));
    }

    private Forward reason(CacheRequest<Resource> request, Lookup<Resource> found) {
        return stored(request, found)
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
    public void pass(CacheRequest<Resource> request, Lookup<Resource> found, CacheStatus status) {
        past.pass(request, status);
    }

    private Duration minInterval() {
        return engine.settings().minRevalidateInterval();
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
