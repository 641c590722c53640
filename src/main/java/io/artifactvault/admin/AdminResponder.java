package io.artifactvault.admin;

import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Request;
import io.artifactvault.server.Health;
import io.artifactvault.server.Readiness;
import io.artifactvault.server.Responder;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's listener. Health and status are served immediately on the event loop; all other requests on separate
 * threads, which may block.
 */
public final class AdminResponder implements Responder, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminResponder.class);
    private static final Set<String> METRICS = Set.of("/metrics", "/healthz", "/readyz");
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 256;
    private static final long REST_SECONDS = 10;

    private final AdminGuard guard;
    private final Supplier<Readiness> readiness;
    private final Responder status;
    private final List<Route> routes;
    private final ThreadPoolExecutor threads;

    /** {@code readiness} and the status page are called on event loops. */
    public AdminResponder(
            AdminSettings settings, Supplier<Readiness> readiness, AdminApi api, Responder status, Clock clock) {
        this.guard = new AdminGuard(settings, new TokenAttempts(clock));
        this.readiness = readiness;
        this.status = status;
        this.routes = api.routes();
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                REST_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().name("admin-", 1).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<Answer> respond(Request request) {
        return switch (request.target().path()) {
            case "/healthz" -> CompletableFuture.completedFuture(Health.answer(request));
            case "/readyz" -> CompletableFuture.completedFuture(Health.readiness(request, readiness.get()));
            case "/", "/admin/status" -> status.respond(request);
            default -> later(request);
        };
    }

    /**
     * The responder of a separate listener, which serves only metrics, health and readiness, and neither actions nor
     * names of stored content.
     */
    public Responder metricsOnly() {
        return request -> METRICS.contains(request.target().path())
                ? respond(request)
                : CompletableFuture.completedFuture(
                        error(404, "This listener serves /metrics, /healthz and /readyz only."));
    }

    private CompletionStage<Answer> later(Request request) {
        try {
            return CompletableFuture.supplyAsync(() -> answer(request), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(
                    error(503, "Too many requests to the admin API are waiting; try again in a moment."));
        }
    }

    private Answer answer(Request request) {
        try {
            Route route = route(request);
            if (route.guarded()) {
                guard.admit(request);
            }
            String tail = route.tail(request.target().path()).orElse("");
            return route.does().answer(new Call(request, tail));
        } catch (AdminException e) {
            Answer error = error(e.status(), e.sentence());
            return new Answer(
                    error.status(),
                    error.fields().toBuilder().addAll(e.fields()).build(),
                    error.body(),
                    error.cacheStatus());
        } catch (RuntimeException e) {
            log.error("Could not process a request to the admin API", e);
            return error(500, "The vault failed while it processed the request; its log contains the reason.");
        }
    }

    private Route route(Request request) throws AdminException {
        String path = request.target().path();
        String method = request.isHead() ? "GET" : request.method();
        List<Route> fitting =
                routes.stream().filter(route -> route.tail(path).isPresent()).toList();
        if (fitting.isEmpty()) {
            throw new AdminException(
                    404,
                    "The admin port serves /healthz, /readyz and the routes in docs/api.md; there is nothing at " + path
                            + ".");
        }
        return fitting.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(() -> new AdminException(
                        405, path + " requires the method " + fitting.getFirst().method() + "."));
    }

    private static Answer error(int status, String sentence) {
        return Errors.answer(status, sentence, CacheStatus.local());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
