package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.VariantSelection.Known;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.Fetch;
import io.artifactvault.cache.fetch.HttpSubject;
import io.artifactvault.cache.lookup.Arrivals;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Planner;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.lookup.Variants;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.ForwardedRequest;
import io.artifactvault.cache.request.Presentation;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Via;
import io.artifactvault.origin.Interim;
import io.artifactvault.store.index.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A shared HTTP cache according to RFC 9111. It knows nothing about an {@link HttpResource} beyond HTTP. */
final class HttpProtocol implements Protocol<HttpResource, Known> {
    private final RequestFlow<HttpResource, Known> flow;
    private final Engine engine;
    private final LookupThreads lookups;
    private final ContentDelivery delivery;
    private final Variants variants;
    private final Arrivals arrivals = new Arrivals();
    private final VariantSelection selection;

    HttpProtocol(RequestFlow<HttpResource, Known> flow, Engine engine, LookupThreads lookups) {
        this.flow = flow;
        this.engine = engine;
        this.lookups = lookups;
        this.delivery = new ContentDelivery(engine.tools(), engine.rates(), lookups, engine.clock());
        this.variants = new Variants(engine.index(), engine.clock());
        this.selection = new VariantSelection(engine, variants, arrivals);
    }

    @Override
    public Caller caller(HttpResource resource) {
        return Caller.ANONYMOUS;
    }

    @Override
    public Optional<Known> peek(CacheRequest<HttpResource> visit) {
        return selection.peek(visit);
    }

    @Override
    public Known load(CacheRequest<HttpResource> visit) {
        return selection.load(visit);
    }

    @Override
    public void admit(CacheRequest<HttpResource> visit, Known found) {
        flow.plan(visit, found, false);
    }

    @Override
    public Optional<Forward> passes(CacheRequest<HttpResource> visit) {
        return Planner.passes(visit.request(), visit.resource());
    }

    @Override
    public Candidate candidate(CacheRequest<HttpResource> visit, Known found) {
        return found.candidate();
    }

    @Override
    public String access(CacheRequest<HttpResource> visit, Known found, boolean allowed) {
        return "no access control";
    }

    @Override
    public Optional<StoredResponse> standIn(CacheRequest<HttpResource> visit, Known found) {
        return found.stored().filter(stored -> visit.request().isPlainRead() && stored.isUsableOnError(now()));
    }

    /** A partial response requires upstream in any case. */
    @Override
    public boolean canFinishUnasked(CacheRequest<HttpResource> visit, Known found) {
        return found.stored().filter(stored -> !stored.entry().isPartial()).isPresent();
    }

    @Override
    public void serve(CacheRequest<HttpResource> visit, Known found, StoredResponse stored, CacheStatus status) {
        serve(visit, stored, status, true);
    }

    @Override
    public void serveUnasked(CacheRequest<HttpResource> visit, Known found, StoredResponse stored, CacheStatus status) {
        serve(visit, stored, status, true);
    }

    private void serve(CacheRequest<HttpResource> visit, StoredResponse stored, CacheStatus status, boolean fromStore) {
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

    /** Forwards the request as a miss, because the stored response is missing after all. On a lookup thread. */
    private void askAnew(CacheRequest<HttpResource> visit) {
        Known nothing = new Known(variants.load(visit.resource().key()), Optional.empty());
        flow.ask(new ForwardedRequest<>(visit, nothing, true, false, CacheStatus.forwarded(Forward.MISS)));
    }

    @Override
    public void pass(CacheRequest<HttpResource> visit, Known found, CacheStatus status) {
        flow.ask(new ForwardedRequest<>(visit.byItself(), found, true, false, status));
    }

    @Override
    public String key(CacheRequest<HttpResource> visit, Known found) {
        return found.flight(visit);
    }

    /**
     * False for requests of a single user and requests with content; a HEAD is shareable only if it confirms the stored
     * response.
     */
    @Override
    public boolean isShareable(CacheRequest<HttpResource> visit, Known found) {
        boolean ofOne = visit.namesOthers()
                || visit.request().body().isPresent()
                || visit.request().fields().has("Authorization");
        return !ofOne && (!visit.request().isHead() || found.stored().isPresent());
    }

    /** A range request does not share its response, although the content may be stored for other requests. */
    @Override
    public boolean meetsOthers(CacheRequest<HttpResource> visit) {
        return !visit.request().fields().has("Range");
    }

    @Override
    public UnaryOperator<Task> manner(CacheRequest<HttpResource> visit) {
        Interim early = (code, fields) -> visit.request().early().send(code, Via.passed(fields.withoutHopByHop()));
        return task -> task.telling(early);
    }

    @Override
    public void fetch(
            ForwardedRequest<HttpResource, Known> forwarded,
            boolean shared,
            boolean met,
            CompletableFuture<FetchOutcome> outcome) {
        CacheRequest<HttpResource> visit = forwarded.visit();
        if (met && hasLanded(visit, forwarded.found())) {
            outcome.complete(new FetchOutcome.Landed());
            return;
        }
        VariantSet menu = variants.open(visit.resource().key());
        HttpSubject.Task task = new HttpSubject.Task(
                visit, menu, forwarded.found().stored(), forwarded.validates(), shared, forwarded.status());
        new Fetch(engine, new HttpSubject(engine, variants, arrivals, task, outcome)).run();
    }

    /** Whether a flight has ended between the lookup and the start of this one. */
    private boolean hasLanded(CacheRequest<HttpResource> visit, Known found) {
        return selection
                .peek(visit)
                .filter(now -> !now.stored().equals(found.stored()))
                .isPresent();
    }

    @Override
    public boolean isFor(CacheRequest<HttpResource> visit, Known found, FetchOutcome outcome) {
        return switch (outcome) {
            case FetchOutcome.Kept(StoredResponse stored, int _) -> selection.isFor(visit, stored);
            case FetchOutcome.Unavailable _ -> standIn(visit, found).isPresent();
            case FetchOutcome.ForOne _, FetchOutcome.Passed _ -> false;
            default -> true;
        };
    }

    @Override
    public void settle(ForwardedRequest<HttpResource, Known> forwarded, FetchOutcome outcome, CacheStatus status) {
        switch (outcome) {
            case FetchOutcome.Kept(StoredResponse stored, int upstreamStatus) -> {
                CacheStatus told = status.withForwardStatus(upstreamStatus);
                boolean confirmed = upstreamStatus == 304;
                serve(forwarded.visit(), stored, confirmed ? told : told.asStored(), confirmed);
            }
            case FetchOutcome.ForOne(StoredResponse stored, int upstreamStatus) ->
                serve(forwarded.visit(), stored, status.withForwardStatus(upstreamStatus), true);
            default -> throw new IllegalStateException("not an outcome of HTTP's own rules: " + outcome);
        }
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
