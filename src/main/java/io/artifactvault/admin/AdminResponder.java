package io.artifactvault.admin;

import io.artifactvault.cache.Answer;
import io.artifactvault.cache.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Request;
import io.artifactvault.server.Health;
import io.artifactvault.server.Responder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The operator's listener. */
public final class AdminResponder implements Responder {
    private final Supplier<Optional<String>> trouble;

    /** Takes why nothing can be stored now, if so; asked on event loops. */
    public AdminResponder(Supplier<Optional<String>> trouble) {
        this.trouble = trouble;
    }

    @Override
    public CompletionStage<Answer> respond(Request request) {
        String path = request.target().path();
        Answer answer = switch (path) {
            case "/healthz" -> Health.answer(request);
            case "/readyz" -> Health.readiness(request, trouble.get());
            default ->
                Errors.answer(
                        404,
                        "The admin port serves /healthz and /readyz; there is nothing at " + path + ".",
                        CacheStatus.local());
        };
        return CompletableFuture.completedFuture(answer);
    }
}
