package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.util.Optional;
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
        Account account,
        int attempt) {
    Visit again() {
        return new Visit(request, resource, caller, answer, account, attempt + 1);
    }

    /** The same request, for what it asks for at an immutable address. */
    Visit at(Resource actual) {
        return new Visit(request, actual, caller, answer, account, attempt);
    }

    /** A question of our own on the way: what another resource says, for the same caller. */
    Visit about(Resource other) {
        Request plain = new Request("GET", request.target(), Fields.EMPTY, request.base(), Optional.empty());
        return new Visit(plain, other, caller, new CompletableFuture<>(), account, 0);
    }

    boolean wantsBody() {
        return !request.isHead();
    }
}
