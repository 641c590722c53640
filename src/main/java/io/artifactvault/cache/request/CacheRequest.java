package io.artifactvault.cache.request;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.Fields;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.Request;
import java.util.concurrent.CompletableFuture;

/**
 * One request on its way through the cache, until its response is complete. Immutable except for the response and the
 * decision log.
 *
 * @param resource the requested resource
 * @param caller the caller whose access applies; anonymous if HTTP's own rules govern access
 * @param decisionLog records how the response was produced, for the log and the operator
 * @param attempt how many times content was looked up for this request, which is limited
 * @param alone whether it no longer joins other requests, because their outcome did not apply to it
 */
public record CacheRequest<R extends Cacheable>(
        Request message,
        R resource,
        Caller caller,
        CompletableFuture<Answer> answer,
        DecisionLog decisionLog,
        int attempt,
        boolean alone) {
    public static <R extends Cacheable> CacheRequest<R> of(
            Request message, R resource, Caller caller, DecisionLog decisionLog) {
        return new CacheRequest<>(message, resource, caller, new CompletableFuture<>(), decisionLog, 0, false);
    }

    /** The requested resource, for logs and error texts; contains no credential and no query. */
    public String title() {
        return resource.title();
    }

    public boolean wantsBody() {
        return !message.isHead();
    }

    /**
     * Whether the request names proxies other than vaults in CDN-Loop. Upstream may refuse the request for that reason
     * alone, and cache keys do not include it, so the response is not stored and does not affect stored responses.
     */
    public boolean namesOthers() {
        return LoopMark.namesOthers(message.fields());
    }

    public CacheRequest<R> attempted(int times) {
        return new CacheRequest<>(message, resource, caller, answer, decisionLog, times, alone);
    }

    public CacheRequest<R> byItself() {
        return new CacheRequest<>(message, resource, caller, answer, decisionLog, attempt, true);
    }

    /** A copy whose response completes the given future instead of the client's. */
    public CacheRequest<R> answeredBy(CompletableFuture<Answer> other) {
        return new CacheRequest<>(message, resource, caller, other, decisionLog, attempt, alone);
    }

    /** A copy that is forwarded alone, and whose response is not stored. */
    public CacheRequest<R> pastTheStore() {
        Request unstored = new Request(
                message.method(),
                message.target(),
                message.fields().with("Cache-Control", "no-store"),
                message.base(),
                message.body(),
                message.early(),
                message.client());
        return new CacheRequest<>(unstored, resource, caller, answer, decisionLog, attempt, true);
    }

    /** A copy for the same resource at an immutable address. */
    public CacheRequest<Resource> at(Resource actual) {
        return new CacheRequest<>(message, actual, caller, answer, decisionLog, attempt, alone);
    }

    /**
     * A request for another resource that the vault sends on behalf of this one: for the same caller, and with the same
     * demands on freshness.
     */
    public CacheRequest<Resource> about(Resource other) {
        Fields.Builder fields = Fields.EMPTY.toBuilder();
        message.fields().joined("Cache-Control").ifPresent(directives -> fields.set("Cache-Control", directives));
        return of(message.plainGet(fields.build()), other, caller, decisionLog);
    }
}
