package io.artifactvault.server;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Resolution;
import io.artifactvault.cache.Account;
import io.artifactvault.cache.Answer;
import io.artifactvault.cache.Body;
import io.artifactvault.cache.Errors;
import io.artifactvault.cache.Vault;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.Request;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The clients' listener: finds the backend by host and path prefix, asks it what the request means, and lets the vault answer. */
public final class Router implements Responder {
    private static final String ALLOWED = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private final Mounts mounts;
    private final Vault vault;
    private final Responder front;
    private final LoopMark mark;

    /**
     * @param front answers at the root of a host where no backend is mounted there
     * @param mark of the requests that this vault sends
     */
    public Router(List<Backend> backends, Vault vault, Responder front, LoopMark mark) {
        this.mounts = new Mounts(backends);
        this.vault = vault;
        this.front = front;
        this.mark = mark;
    }

    @Override
    public CompletionStage<Answer> respond(Request request) {
        if (request.target().path().equals("/healthz")) {
            return done(Health.answer(request));
        }
        Optional<Backend> backend = mounts.find(request);
        if (!backend.map(found -> found.accepts(request.method())).orElse(Backend.METHODS.contains(request.method()))) {
            return done(notAllowed());
        }
        return backend.isPresent() ? mounted(backend.get(), request) : unmounted(request);
    }

    private CompletionStage<Answer> unmounted(Request request) {
        return request.target().path().equals("/") ? front.respond(request) : done(unknown(request));
    }

    private CompletionStage<Answer> mounted(Backend backend, Request request) {
        if (mark.isIn(request.fields())) {
            return done(readable(backend, request, circle()).with(new Account(backend.name())));
        }
        if (request.method().equals("OPTIONS") && backend.answersPreflights()) {
            return done(readable(backend, request, preflight()));
        }
        Account account = new Account(backend.name());
        return answer(backend.resolve(request), request, account)
                .thenApply(given -> readable(backend, request, given).with(account));
    }

    /** Which pages may read an answer is decided here alone, so that it holds for what was stored under another setting. */
    private static Answer readable(Backend backend, Request request, Answer answer) {
        if (backend.corsOrigins().isAny()) {
            return answer;
        }
        Fields fields =
                backend.corsOrigins().narrow(answer.fields(), request.fields().first("Origin"));
        return new Answer(answer.status(), fields, answer.body(), answer.cacheStatus());
    }

    private CompletionStage<Answer> answer(Resolution resolution, Request request, Account account) {
        return switch (resolution) {
            case Resolution.Found(var resource) -> vault.answer(request, resource, account);
            case Resolution.Shared(var resource) -> vault.answer(request, resource, account);
            case Resolution.Local(int status, Fields fields, byte[] body) -> done(local(status, fields, body));
            case Resolution.Unread(int most, var then) ->
                request.body()
                        .map(body -> body.whole(most))
                        .orElseGet(() -> CompletableFuture.completedFuture(new byte[0]))
                        .thenApply(then)
                        .thenCompose(read -> answer(read, request, account))
                        .exceptionally(Router::unreadable);
        };
    }

    private static Answer unreadable(Throwable failure) {
        if (failure.getCause() instanceof IOException cause) {
            return Errors.answer(413, "The request was not read: " + cause.getMessage() + ".", CacheStatus.local());
        }
        throw new CompletionException(failure);
    }

    private static Answer local(int status, Fields fields, byte[] body) {
        Fields sized = status == 204 ? fields : fields.with("Content-Length", Integer.toString(body.length));
        return new Answer(
                status, sized, body.length == 0 ? new Body.None() : new Body.Bytes(body), CacheStatus.local());
    }

    /** Browsers ask before they send Authorization or Range to another origin (transformers.js, hub.js). */
    private static Answer preflight() {
        Fields fields = Fields.of(
                "Access-Control-Allow-Origin", "*",
                "Access-Control-Allow-Methods", "GET, HEAD, POST",
                "Access-Control-Allow-Headers", "authorization, range, accept, content-type",
                "Access-Control-Max-Age", "86400");
        return new Answer(204, fields, new Body.None(), CacheStatus.local());
    }

    /** At once, before it can join the very request that sent it. */
    private static Answer circle() {
        return Errors.answer(
                508,
                Fields.of("X-Error-Code", LoopMark.ERROR_CODE),
                "The request has been here before: base_url, or a redirect, leads back to this vault.",
                CacheStatus.local());
    }

    private static Answer notAllowed() {
        Answer error =
                Errors.answer(405, "This method is not served here; use one of " + ALLOWED + ".", CacheStatus.local());
        return new Answer(error.status(), error.fields().with("Allow", ALLOWED), error.body(), error.cacheStatus());
    }

    private Answer unknown(Request request) {
        return Errors.answer(
                404,
                "Nothing is mounted at " + request.target().path() + "; this vault serves " + mounts.inWords() + ".",
                CacheStatus.local());
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
