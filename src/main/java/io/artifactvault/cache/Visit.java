package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
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
        Account account,
        int attempt) {
    Visit again() {
        return new Visit(request, resource, caller, answer, account, attempt + 1);
    }

    boolean wantsBody() {
        return !request.isHead();
    }
}
