package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.concurrent.CompletableFuture;

/**
 * One request on its way through the cache.
 *
 * @param account what is told of it afterwards
 * @param attempt how often content was sought for it; bounded
 */
record Visit(
        Request request,
        Resource resource,
        Caller caller,
        CompletableFuture<Answer> answer,
        DecisionLog account,
        int attempt)
        implements Waiting {
    @Override
    public String title() {
        return resource.title();
    }

    /** The same request, for which content was looked for so often. */
    Visit attempted(int times) {
        return new Visit(request, resource, caller, answer, account, times);
    }

    /** The same request, whose answer goes there first. */
    Visit answeredBy(CompletableFuture<Answer> other) {
        return new Visit(request, resource, caller, other, account, attempt);
    }

    /** The same request, for what it asks for at an immutable address. */
    Visit at(Resource actual) {
        return new Visit(request, actual, caller, answer, account, attempt);
    }

    /** A question of our own on the way: what another resource says, for the same caller, and as fresh as it wants it. */
    Visit about(Resource other) {
        Fields.Builder fields = Fields.EMPTY.toBuilder();
        request.fields().joined("Cache-Control").ifPresent(wish -> fields.set("Cache-Control", wish));
        return new Visit(request.plainGet(fields.build()), other, caller, new CompletableFuture<>(), account, 0);
    }

    boolean wantsBody() {
        return !request.isHead();
    }
}
