package io.artifactvault.admin;

import io.artifactvault.cache.Answer;
import io.artifactvault.cache.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Request;
import io.artifactvault.server.Health;
import io.artifactvault.server.Responder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The operator's listener. */
public final class AdminResponder implements Responder {
    @Override
    public CompletionStage<Answer> respond(Request request) {
        String path = request.target().path();
        Answer answer = path.equals("/healthz")
                ? Health.answer(request)
                : Errors.answer(
                        404, "The admin port serves /healthz; there is nothing at " + path + ".", CacheStatus.local());
        return CompletableFuture.completedFuture(answer);
    }
}
