package io.artifactvault.server;

import static java.util.stream.Collectors.joining;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.Mount;
import io.artifactvault.backend.Resolution;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.Errors;
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

/**
 * The clients' listener: finds the backend by host and path prefix, has it interpret the request, and passes the
 * request to the vault.
 */
public final class Router implements Responder {
    private static final String ALLOWED = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private static final int MOST_RESOLUTIONS = 4;
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    /**
     * Browsers let the asterisk stand for all fields except Authorization; old browsers do not support it, so the
     * fields are listed too.
     */
    private static final String ALLOWED_FIELDS = "authorization, accept, cache-control, content-type, if-match,"
            + " if-modified-since, if-none-match, if-range, if-unmodified-since, pragma, range, *";

    private final Mounts mounts;
    private final Vault vault;
    private final Responder front;
    private final LoopMark mark;

    /**
     * @param front responds at the root of a host if no backend is mounted there
     * @param mark the mark that this vault puts on its requests, to detect loops
     */
    public Router(List<Backend> backends, Vault vault, Responder front, LoopMark mark) {
        this(new Mounts(backends, Optional.empty()), vault, front, mark);
    }

    private Router(Mounts mounts, Vault vault, Responder front, LoopMark mark) {
        this.mounts = mounts;
        this.vault = vault;
        this.front = front;
        this.mark = mark;
    }

    /** The same for a listener that one of the backends owns. */
    public Router at(Backend owner, List<Backend> backends) {
        return new Router(new Mounts(backends, Optional.of(owner)), vault, front, mark);
    }

    @Override
    public CompletionStage<Answer> respond(Request request) {
        if (request.target().path().equals("/healthz")) {
            return done(Health.answer(request));
        }
        Optional<Mounts.Mounted> mounted = mounts.find(request);
        Optional<Backend> backend = mounted.map(Mounts.Mounted::backend);
        if (!backend.map(found -> found.accepts(request.method())).orElse(Backend.METHODS.contains(request.method()))) {
            Answer refusal = notAllowed();
            return done(backend.map(found -> readable(found, request, refusal)).orElse(refusal));
        }
        return mounted.isPresent()
                ? mounted(mounted.get().backend(), mounted.get().mount(), request)
                : unmounted(request);
    }

    private CompletionStage<Answer> unmounted(Request request) {
        return request.target().path().equals("/") ? front.respond(request) : done(unknown(request));
    }

    private CompletionStage<Answer> mounted(Backend backend, Mount mount, Request request) {
        if (mark.isIn(request.fields())) {
            return done(readable(backend, request, circle()).with(new DecisionLog(backend.name())));
        }
        if (request.method().equals("OPTIONS") && backend.answersPreflights()) {
            return done(readable(backend, request, preflight(backend)));
        }
        DecisionLog account = new DecisionLog(backend.name());
        return resolved(new Mounts.Mounted(backend, mount), request, account, MOST_RESOLUTIONS)
                .thenApply(given -> readable(backend, request, given).with(account));
    }

    /**
     * Adds the CORS fields and sets the format of errors. CORS fields are set only here, so that the current setting
     * also applies to stored responses.
     */
    private static Answer readable(Backend backend, Request request, Answer answer) {
        return readable(backend, request.fields().first("Origin"), answer);
    }

    @Override
    public Answer readable(String path, Optional<String> host, Optional<String> origin, Answer answer) {
        return mounts.find(path, host)
                .map(mounted -> readable(mounted.backend(), origin, answer))
                .orElse(answer);
    }

    private static Answer readable(Backend backend, Optional<String> origin, Answer given) {
        Answer answer = given.in(backend.errors());
        Fields fields = answer.fields();
        // If an origin answers preflights, it decides which pages may read its content.
        boolean ofVault = backend.answersPreflights() || answer.own();
        Fields marked = ofVault && !fields.has(CorsOrigins.ALLOWED)
                ? fields.toBuilder().addAll(backend.readable()).build()
                : fields;
        return answer.with(backend.corsOrigins().narrow(marked, origin));
    }

    /** Resolves the request again if what resolved it has changed before there was a response. */
    private CompletionStage<Answer> resolved(Mounts.Mounted mounted, Request request, DecisionLog account, int left) {
        return answer(mounted.backend().resolve(request, mounted.mount()), request, account)
                .thenCompose(given -> given.cacheStatus().isOutdated() && left > 1
                        ? resolved(mounted, request, account, left - 1)
                        : done(given));
    }

    private CompletionStage<Answer> answer(Resolution resolution, Request request, DecisionLog account) {
        return switch (resolution) {
            case Resolution.Found(var resource) -> vault.answer(request, resource, account);
            case Resolution.After after ->
                vault.answer(request, after, account, then -> answer(then, request, account));
            case Resolution.Local(int status, Fields fields, byte[] body, String reason) -> {
                if (!reason.isEmpty()) {
                    account.decided(reason, "");
                }
                yield done(local(status, fields, body));
            }
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
            return Errors.answer(413, "Could not read the request: " + cause.getMessage() + ".", CacheStatus.local());
        }
        throw new CompletionException(failure);
    }

    private static Answer local(int status, Fields fields, byte[] body) {
        Fields sized = status == 204 ? fields : fields.with("Content-Length", Integer.toString(body.length));
        return new Answer(status, sized, body.length == 0 ? new Body.None() : new Body.Bytes(body), CacheStatus.local())
                .asOwn();
    }

    /**
     * Browsers send a preflight before they send Authorization or Range to another origin (transformers.js, hub.js).
     */
    private static Answer preflight(Backend backend) {
        String methods = METHODS.stream().filter(backend::accepts).collect(joining(", "));
        Fields fields = Fields.of(
                CorsOrigins.ALLOWED,
                CorsOrigins.ANY,
                "Access-Control-Allow-Methods",
                methods,
                "Access-Control-Allow-Headers",
                ALLOWED_FIELDS,
                "Access-Control-Max-Age",
                "86400");
        return new Answer(204, fields, new Body.None(), CacheStatus.local());
    }

    /**
     * The response to a request that this vault has sent itself. It is rejected immediately, before it could wait for
     * the request that caused it.
     */
    private static Answer circle() {
        return Errors.answer(
                508,
                Fields.of("X-Error-Code", LoopMark.ERROR_CODE),
                "The request has already passed through this vault: base_url, or a redirect, leads back to it.",
                CacheStatus.local());
    }

    private static Answer notAllowed() {
        return Errors.answer(
                405,
                Fields.of("Allow", ALLOWED),
                "The vault does not support this method; use one of " + ALLOWED + ".",
                CacheStatus.local());
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
