package io.artifactvault.cache;

import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.ObtainedAnswer;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.cache.request.Sentences;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obtains the resource that determines what a request asks for, and continues with what it determines. Called on event
 * loops and never blocks them: content is read by a task.
 */
final class FirstResource {
    private static final Logger log = LoggerFactory.getLogger(FirstResource.class);

    private final Engine engine;
    private final RequestFlow<Resource> flow;

    FirstResource(Engine engine, RequestFlow<Resource> flow) {
        this.engine = engine;
        this.flow = flow;
    }

    /**
     * Responds to the request. The result never completes exceptionally, unless {@code then} does.
     *
     * @param then responds according to the resolution; the client receives an error of the first resource unchanged
     */
    CompletionStage<Answer> answer(
            Request request,
            Resolution.After after,
            DecisionLog decisions,
            Function<Resolution, CompletionStage<Answer>> then) {
        Request message = message(request, after);
        return flow.answer(message, after.first(), new DecisionLog(decisions.backend()))
                .thenCompose(answer -> continued(message, decisions.backend(), after, answer, then));
    }

    /**
     * The request for the first resource: without the client's conditions and ranges, which concern the resource that
     * the request asks for.
     */
    private static Request message(Request request, Resolution.After after) {
        Fields.Builder fields = Fields.builder();
        if (after.demanding()) {
            request.fields().joined("Cache-Control").ifPresent(directives -> fields.set("Cache-Control", directives));
        }
        return request.plainGet(fields.build());
    }

    private CompletionStage<Answer> continued(
            Request message,
            String backend,
            Resolution.After after,
            Answer answer,
            Function<Resolution, CompletionStage<Answer>> then) {
        Optional<Resolution> known = after.step().byHead(answer.status(), answer.fields());
        if (known.isPresent()) {
            answer.body().close();
            return then.apply(known.get());
        }
        if (answer.status() != 200) {
            return CompletableFuture.completedFuture(answer);
        }
        Interest interest = engine.fills().newInterest();
        var _ = interest.join(message.client().departure());
        Task task = Task.of(message, backend, new UpstreamTrace(), interest);
        CompletableFuture<Supplier<CompletionStage<Answer>>> next = new CompletableFuture<>();
        try {
            engine.fills().tasks().start(task, () -> next.complete(read(after, answer, then)));
        } catch (RejectedExecutionException e) {
            answer.body().close();
            return CompletableFuture.completedFuture(Replies.busy());
        }
        return next.thenCompose(Supplier::get);
    }

    /** Continues by the content, or with an error if it cannot be read. Blocks. */
    private Supplier<CompletionStage<Answer>> read(
            Resolution.After after, Answer answer, Function<Resolution, CompletionStage<Answer>> then) {
        String title = after.first().title();
        try (ObtainedAnswer response = new ObtainedAnswer(answer)) {
            Resolution resolution = after.step().byContent(response, this::stored);
            return () -> then.apply(resolution);
        } catch (IOException e) {
            log.warn("Could not read {}: {}.", title, e.getMessage());
            return error(502, "Could not read " + title + ": " + e.getMessage() + ".");
        } catch (RuntimeException | Error e) {
            log.error("Could not respond to a request for {}", title, e);
            return error(500, Sentences.broken(title));
        }
    }

    private static Supplier<CompletionStage<Answer>> error(int status, String sentence) {
        return () -> CompletableFuture.completedFuture(Errors.answer(status, sentence, CacheStatus.local()));
    }

    private Optional<Digest> stored(Resource resource) {
        return engine.lookup()
                .load(resource)
                .entry()
                .filter(entry -> !entry.isError())
                .flatMap(entry -> entry.blob().or(() -> entry.content().flatMap(engine.index()::loadBlob)))
                .filter(engine.store().contents()::holds);
    }
}
