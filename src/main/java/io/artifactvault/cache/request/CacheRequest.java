package io.artifactvault.cache.request;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.Fields;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.Request;
import java.util.concurrent.CompletableFuture;

/**
 * One request on its way through the cache, until its response is complete. Immutable except for the response and the
 * account.
 *
 * @param resource the requested resource
 * @param caller whose access applies; anonymous where the backend leaves access to HTTP's own rules
 * @param account records how the response was produced, for the log and the operator
 * @param attempt how often content was looked up for this request; bounded
 * @param alone whether it no longer joins other requests, because their outcome did not apply to it
 */
public record CacheRequest<R extends Cacheable>(
        Request request,
        R resource,
        Caller caller,
        CompletableFuture<Answer> answer,
        DecisionLog account,
        int attempt,
        boolean alone) {
    public static <R extends Cacheable> CacheRequest<R> of(
            Request request, R resource, Caller caller, DecisionLog account) {
        return new CacheRequest<>(request, resource, caller, new CompletableFuture<>(), account, 0, false);
    }

    /** The requested resource, for logs and error texts; contains no credential and no query. */
    public String title() {
        return resource.title();
    }

    public boolean wantsBody() {
        return !request.isHead();
    }

    /**
     * Whether the request claims to have come through proxies other than vaults. No key includes that, and upstream may
     * refuse the request for that reason alone: its response is not stored, and does not affect stored responses.
     */
    public boolean namesOthers() {
        return LoopMark.namesOthers(request.fields());
    }

    public CacheRequest<R> attempted(int times) {
        return new CacheRequest<>(request, resource, caller, answer, account, times, alone);
    }

    public CacheRequest<R> byItself() {
        return new CacheRequest<>(request, resource, caller, answer, account, attempt, true);
    }

    /** The same request, whose response goes to that future first. */
    public CacheRequest<R> answeredBy(CompletableFuture<Answer> other) {
        return new CacheRequest<>(request, resource, caller, other, account, attempt, alone);
    }

    /** The same request, forwarded alone; its response is not stored. */
    public CacheRequest<R> pastTheStore() {
        Request unstored = new Request(
                request.method(),
                request.target(),
                request.fields().with("Cache-Control", "no-store"),
                request.base(),
                request.body(),
                request.early(),
                request.client());
        return new CacheRequest<>(unstored, resource, caller, answer, account, attempt, true);
    }

    /** The same request for its resource at an immutable address. */
    public CacheRequest<Resource> at(Resource actual) {
        return new CacheRequest<>(request, actual, caller, answer, account, attempt, alone);
    }

    /**
     * A request of the vault itself on behalf of this one: for another resource, by the same caller, and with the same
     * demands on freshness.
     */
    public CacheRequest<Resource> about(Resource other) {
        Fields.Builder fields = Fields.EMPTY.toBuilder();
        request.fields().joined("Cache-Control").ifPresent(wish -> fields.set("Cache-Control", wish));
        return of(request.plainGet(fields.build()), other, caller, account);
    }
}
