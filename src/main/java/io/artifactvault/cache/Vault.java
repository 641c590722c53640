package io.artifactvault.cache;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.cache.access.Access;
import io.artifactvault.cache.access.Grants;
import io.artifactvault.cache.content.ContentCache;
import io.artifactvault.cache.content.ContentStore;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.StoreNews;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.lookup.OpenStates;
import io.artifactvault.cache.lookup.ResourceLookup;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.ClientRates;
import io.artifactvault.cache.request.CredentialBudget;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.HitForMiss;
import io.artifactvault.cache.request.Wholeness;
import io.artifactvault.cache.upstream.TokenClient;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.WorkReport;
import io.artifactvault.http.Request;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.index.EntryIndex;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The entry point of the cache: takes one request and its resource, and returns one response.
 *
 * <p>Called on event loops and never blocks them: responses known to memory are returned immediately on the caller's
 * thread, lookup threads read the disk, and tasks send requests upstream. The response completes on any of these
 * threads.
 */
public final class Vault implements AutoCloseable {
    private final Engine engine;
    private final Origin origin;
    private final LookupThreads lookups = new LookupThreads();
    private final HitForMiss hitForMiss;
    private final CredentialBudget tokens;
    private final RequestFlow<Resource> ecosystems;
    private final RequestFlow<HttpResource> http;
    private final FirstResource first;

    /**
     * Creates the cache and takes ownership of the origin. The caller must close the index and the blobs after closing
     * this object.
     *
     * @param backends the number of backends that share the limits
     */
    public Vault(
            CacheSettings settings,
            StoreSettings storeSettings,
            EntryIndex index,
            BlobStore blobs,
            Origin origin,
            StoreNews news,
            Wholeness wholeness,
            MemoryBudget memory,
            Clock clock,
            int backends) {
        this.origin = origin;
        Fetches fills = new Fetches(settings.fills(), backends);
        ContentCache contents = new ContentCache(index, blobs, storeSettings.verify(), storeSettings.memory() / 4 * 3);
        ContentStore store = new ContentStore(blobs, index, contents, news);
        RedirectFollower follower = new RedirectFollower(origin);
        Upstreams upstreams =
                new Upstreams(follower, new TokenClient(follower, settings.tokens(), clock), origin.hedges());
        OpenStates openStates = new OpenStates(index, clock);
        this.engine = new Engine(
                settings,
                index,
                new ResourceLookup(index, contents, openStates),
                new Fill.Tools(store, fills, upstreams, settings),
                new Access(new Grants(settings.credentials()), openStates, fills, upstreams, clock),
                new ClientRates(settings.maxClientRate(), clock),
                memory,
                clock);
        RequestFlow.Shared shared = RequestFlow.Shared.of(engine, lookups);
        this.hitForMiss = shared.hitForMiss();
        this.tokens = new CredentialBudget(settings.credentials(), clock);
        this.ecosystems =
                new RequestFlow<>(shared, flow -> new EcosystemProtocol(flow, engine, lookups, wholeness, tokens));
        this.first = new FirstResource(engine, ecosystems);
        this.http = new RequestFlow<>(shared, flow -> new HttpProtocol(flow, engine, lookups));
    }

    /** Responds to the request. The result never completes exceptionally; the caller closes the response's body. */
    public CompletableFuture<Answer> answer(Request request, Cacheable resource) {
        return answer(request, resource, new DecisionLog(""));
    }

    /** Responds to the request and records the decision in the given log. */
    public CompletableFuture<Answer> answer(Request request, Cacheable requested, DecisionLog decisionLog) {
        return switch (requested) {
            case Resource resource -> selected(resource, ecosystems.answer(request, resource, decisionLog));
            case HttpResource resource -> http.answer(request, resource, decisionLog);
        };
    }

    /** Adds Vary to every response, errors included, for a resource that was selected by request fields. */
    private static CompletableFuture<Answer> selected(Resource resource, CompletableFuture<Answer> answer) {
        List<String> names = resource.selectedBy();
        return names.isEmpty() ? answer : answer.thenApply(complete -> complete.varyingBy(names));
    }

    /**
     * Obtains another resource, for the same caller, and responds according to the resolution that it determines.
     *
     * @param then responds to the resolution
     */
    public CompletionStage<Answer> answer(
            Request request,
            Resolution.After after,
            DecisionLog decisionLog,
            Function<Resolution, CompletionStage<Answer>> then) {
        return first.answer(request, after, decisionLog, then);
    }

    /** A sentence for the operator that says why the vault cannot store content now; empty if it can. Never blocks. */
    public Optional<String> trouble() {
        return engine.store().blobs().trouble();
    }

    /** Requests that were not sent upstream since startup, because their client had exceeded its rate. */
    public long limitedRequests() {
        return engine.rates().refused();
    }

    /**
     * Requests that were not sent upstream since startup, because upstream had just confirmed the stored response.
     */
    public long sparedRevalidations() {
        return engine.rates().spared();
    }

    /**
     * Requests since startup that were sent upstream without waiting for an equal one, because the previous response
     * could not be shared.
     */
    public long uncollapsedRequests() {
        return hitForMiss.uncollapsed();
    }

    /**
     * Requests since startup that were not sent upstream because the budget for credentials that upstream has never
     * accepted was used up.
     */
    public long unaskedTokens() {
        return tokens.refused();
    }

    /** The client of registries' token services, for metrics. Never blocks. */
    public TokenClient registryTokens() {
        return engine.upstreams().tokens();
    }

    /** The work in progress and its limits; for metrics and the admin API. Never blocks. */
    public WorkReport work() {
        return WorkReport.of(engine.fills());
    }

    /** Fills in progress or waiting; for tests and for draining. */
    public int openFills() {
        return engine.fills().open();
    }

    /**
     * Ends the work in progress: downloads are aborted, and bodies that have arrived completely are still made durable.
     */
    @Override
    public void close() {
        origin.close();
        lookups.close();
        engine.fills().close();
    }
}
