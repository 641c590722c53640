package io.artifactvault.cache;

import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.fetch.ObtainedAnswer;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.Errors;
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
        CacheRequest<Resource> about = about(request, after, decisions);
        return flow.answer(about.message(), about.resource(), about.decisionLog())
                .thenCompose(answer -> heard(about, answer, after.step(), then));
    }

    /**
     * The request for the first resource: without the client's conditions and ranges, which concern the resource that
     * the request asks for.
     */
    private static CacheRequest<Resource> about(Request request, Resolution.After after, DecisionLog decisions) {
        Fields.Builder fields = Fields.builder();
        if (after.demanding()) {
            request.fields().joined("Cache-Control").ifPresent(directives -> fields.set("Cache-Control", directives));
        }
        return CacheRequest.of(
                request.plainGet(fields.build()),
                after.first(),
                Caller.ANONYMOUS,
                new DecisionLog(decisions.backend()));
    }

    private CompletionStage<Answer> heard(
            CacheRequest<Resource> about,
            Answer answer,
            Resolution.Step step,
            Function<Resolution, CompletionStage<Answer>> then) {
        Optional<Resolution> known = step.byHead(answer.status(), answer.fields());
        if (known.isPresent()) {
            answer.body().close();
            return then.apply(known.get());
        }
        if (answer.status() != 200) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Optional<Resolution>> read = new CompletableFuture<>();
        read(about, answer, step, read);
        return read.thenCompose(resolution -> resolution.map(then).orElseGet(about::answer));
    }

    private void read(
            CacheRequest<Resource> about,
            Answer answer,
            Resolution.Step step,
            CompletableFuture<Optional<Resolution>> read) {
        Interest interest = engine.fills().newInterest();
        var _ = interest.join(about.message().client().departure());
        try {
            engine.fills().tasks().start(Task.of(about, new UpstreamTrace(), interest), () -> {
                Replies.guarded(about, () -> read.complete(content(about, answer, step)));
                read.complete(Optional.empty());
            });
        } catch (RejectedExecutionException e) {
            answer.body().close();
            Replies.busy(about);
            read.complete(Optional.empty());
        }
    }

    private Optional<Digest> stored(Resource resource) {
        return engine.lookup()
                .load(resource)
                .entry()
                .filter(entry -> !entry.isError())
                .flatMap(entry -> entry.blob().or(() -> entry.content().flatMap(engine.index()::loadBlob)))
                .filter(engine.store().contents()::holds);
    }

    /**
     * The resolution that the content determines; empty if the content could not be read, and the client has received
     * an error.
     */
    private Optional<Resolution> content(CacheRequest<Resource> about, Answer answer, Resolution.Step step) {
        try (ObtainedAnswer response = new ObtainedAnswer(answer)) {
            return Optional.of(step.byContent(response, this::stored));
        } catch (IOException e) {
            log.warn("Could not read {}: {}.", about.title(), e.getMessage());
            String sentence = "Could not read " + about.title() + ": " + e.getMessage() + ".";
            about.answer().complete(Errors.answer(502, sentence, CacheStatus.local()));
            return Optional.empty();
        }
    }
}
