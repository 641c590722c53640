package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.Fetch;
import io.artifactvault.cache.fetch.HttpForwarding;
import io.artifactvault.cache.fetch.HttpSubject;
import io.artifactvault.cache.lookup.Arrivals;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.lookup.Planner;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSelection;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.lookup.Variants;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.Presentation;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Via;
import io.artifactvault.origin.Interim;
import io.artifactvault.store.index.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A shared HTTP cache according to RFC 9111. It knows nothing about an {@link HttpResource} beyond HTTP. */
final class HttpProtocol implements Protocol<HttpResource> {
    private final RequestFlow<HttpResource> flow;
    private final Engine engine;
    private final LookupThreads lookups;
    private final ContentDelivery delivery;
    private final Variants variants;
    private final Arrivals arrivals = new Arrivals();
    private final VariantSelection selection;

    HttpProtocol(RequestFlow<HttpResource> flow, Engine engine, LookupThreads lookups) {
        this.flow = flow;
        this.engine = engine;
        this.lookups = lookups;
        this.delivery = new ContentDelivery(engine.tools(), engine.rates(), lookups, engine.clock());
        this.variants = new Variants(engine.index(), engine.clock());
        this.selection = new VariantSelection(engine.index(), variants, arrivals);
    }

    @Override
    public Caller caller(HttpResource resource) {
        return Caller.ANONYMOUS;
    }

    @Override
    public Optional<Lookup<HttpResource>> peek(CacheRequest<HttpResource> request) {
        return selection.peek(request.resource());
    }

    @Override
    public Lookup<HttpResource> load(CacheRequest<HttpResource> request) {
        return selection.load(request.resource());
    }

    @Override
    public void admit(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        flow.plan(request, found, false);
    }

    @Override
    public Optional<Forward> passes(CacheRequest<HttpResource> request) {
        return Planner.passes(request.message(), request.resource());
    }

    @Override
    public Candidate candidate(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        boolean others = found.variants().filter(VariantSet::varies).isPresent();
        return new Candidate(stored(found), others ? Forward.VARY_MISS : Forward.URI_MISS, true);
    }

    private Optional<StoredResponse> stored(Lookup<HttpResource> found) {
        return found.entry()
                .map(entry -> StoredResponse.of(entry, found.resolved(), found.arriving(), engine.settings()));
    }

    @Override
    public String access(CacheRequest<HttpResource> request, Lookup<HttpResource> found, boolean allowed) {
        return "no access control";
    }

    @Override
    public Optional<StoredResponse> fallback(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        return stored(found).filter(stored -> request.message().isPlainRead() && stored.isUsableOnError(now()));
    }

    /** Whether the stored response is complete; a partial one requires upstream in any case. */
    @Override
    public boolean canFinishWithoutUpstream(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        return found.entry().filter(entry -> !entry.isPartial()).isPresent();
    }

    @Override
    public void serve(
            CacheRequest<HttpResource> request, Lookup<HttpResource> found, StoredResponse stored, CacheStatus status) {
        serve(request, stored, status, true);
    }

    @Override
    public void serveWithoutUpstream(
            CacheRequest<HttpResource> request, Lookup<HttpResource> found, StoredResponse stored, CacheStatus status) {
        serve(request, stored, status, true);
    }

    private void serve(
            CacheRequest<HttpResource> request, StoredResponse stored, CacheStatus status, boolean fromStore) {
        Entry entry = stored.entry();
        Optional<Duration> age = fromStore ? Optional.of(stored.freshness().age(now())) : Optional.empty();
        Offer offer = Offer.of(
                request,
                Representation.of(request.resource(), entry),
                Presentation.of(request.resource(), entry, request.message(), age),
                status,
                new MissingParts(engine.tools(), lookups, delivery, request, this::forwardAgain));
        delivery.serve(offer, stored.arriving());
    }

    /** Forwards the request as a miss, because the stored response is missing after all. Called on a lookup thread. */
    private void forwardAgain(CacheRequest<HttpResource> request) {
        HttpResource resource = request.resource();
        Lookup<HttpResource> nothing = Lookup.of(resource, variants.load(resource.key()));
        flow.ask(new ForwardedRequest<>(request, nothing, true, false, CacheStatus.forwarded(Forward.MISS)));
    }

    @Override
    public void pass(CacheRequest<HttpResource> request, Lookup<HttpResource> found, CacheStatus status) {
        flow.ask(new ForwardedRequest<>(request.byItself(), found, true, false, status));
    }

    @Override
    public String key(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        return VariantSelection.sharedKey(request.message(), found);
    }

    /** A response that a cookie makes private says nothing about the responses to requests without cookies. */
    @Override
    public String hitForMissKey(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        String key = key(request, found);
        return request.message().fields().has("Cookie") ? KeyBuilder.key(key, "cookie") : key;
    }

    /**
     * Whether other requests may receive the response: not if the request belongs to a single user or has content, and
     * for a HEAD only if it can confirm the stored response.
     */
    @Override
    public boolean isShareable(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        boolean ofOne = request.namesOthers()
                || request.message().body().isPresent()
                || request.message().fields().has("Authorization");
        return !ofOne && (!request.message().isHead() || found.entry().isPresent());
    }

    /**
     * Whether the request may wait for another one's fetch. A range request may not, because its response is not
     * shared, although the content may be stored for other requests.
     */
    @Override
    public boolean mayCollapse(CacheRequest<HttpResource> request) {
        return !request.message().fields().has("Range");
    }

    @Override
    public UnaryOperator<Task> taskSetup(CacheRequest<HttpResource> request) {
        Interim early = (code, fields) -> request.message().early().send(code, Via.passed(fields.withoutHopByHop()));
        return task -> task.withInterim(early);
    }

    @Override
    public void fetch(
            ForwardedRequest<HttpResource> forwarded,
            boolean shared,
            boolean collapsible,
            CompletableFuture<FetchOutcome> outcome) {
        CacheRequest<HttpResource> request = forwarded.request();
        if (collapsible && isStoredMeanwhile(request, forwarded.found())) {
            outcome.complete(new FetchOutcome.StoredMeanwhile());
            return;
        }
        VariantSet set = variants.open(request.resource().key());
        HttpForwarding forwarding = new HttpForwarding(
                request, set, stored(forwarded.found()), forwarded.validates(), shared, forwarded.status());
        new Fetch(engine, new HttpSubject(engine, variants, arrivals, forwarding, outcome)).run();
    }

    /** Whether another fetch has stored a response between the lookup and the start of this fetch. */
    private boolean isStoredMeanwhile(CacheRequest<HttpResource> request, Lookup<HttpResource> found) {
        return selection
                .peek(request.resource())
                .filter(now -> !now.findsSame(found))
                .isPresent();
    }

    @Override
    public boolean isFor(CacheRequest<HttpResource> request, Lookup<HttpResource> found, FetchOutcome outcome) {
        return switch (outcome) {
            case FetchOutcome.Kept(StoredResponse stored, int _) -> selection.isFor(request.resource(), stored);
            case FetchOutcome.Unavailable _ -> fallback(request, found).isPresent();
            case FetchOutcome.ForOne _, FetchOutcome.Passed _ -> false;
            default -> true;
        };
    }

    @Override
    public void settle(ForwardedRequest<HttpResource> forwarded, FetchOutcome outcome, CacheStatus status) {
        switch (outcome) {
            case FetchOutcome.Kept(StoredResponse stored, int upstreamStatus) -> {
                CacheStatus newStatus = status.withForwardStatus(upstreamStatus);
                boolean confirmed = upstreamStatus == 304;
                serve(forwarded.request(), stored, confirmed ? newStatus : newStatus.asStored(), confirmed);
            }
            case FetchOutcome.ForOne(StoredResponse stored, int upstreamStatus) ->
                serve(forwarded.request(), stored, status.withForwardStatus(upstreamStatus), true);
            default -> throw new IllegalStateException("not an outcome of HTTP's own rules: " + outcome);
        }
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
