package io.artifactvault.cache.fetch;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.BodyInput;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.fill.PipeOutput;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.cache.request.ResponseBuilder;
import io.artifactvault.cache.request.Sentences;
import io.artifactvault.cache.upstream.Hops;
import io.artifactvault.cache.upstream.Silence;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.artifactvault.http.conditional.Preconditions;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes one request through for one reader; stores nothing. Runs sequentially on its task's virtual thread. */
public final class PassThrough {
    private static final Logger log = LoggerFactory.getLogger(PassThrough.class);

    /** Failures after which upstream may have carried out the request. */
    private static final Set<OriginFailure> SENT = EnumSet.of(
            OriginFailure.ABANDONED,
            OriginFailure.BAD_MESSAGE,
            OriginFailure.HEAD_TIMEOUT,
            OriginFailure.INTERRUPTED,
            OriginFailure.RESET_BEFORE_HEAD);

    private final Engine engine;
    private final Request request;
    private final Resource resource;
    private final CacheStatus cacheStatus;
    private final CompletableFuture<Answer> answer;

    public PassThrough(
            Engine engine,
            Request request,
            Resource resource,
            CacheStatus cacheStatus,
            CompletableFuture<Answer> answer) {
        this.engine = engine;
        this.request = request;
        this.resource = resource;
        this.cacheStatus = cacheStatus;
        this.answer = answer;
    }

    public void run() {
        Upstream upstream = resource.upstream();
        Optional<RequestBody> body =
                resource.requestBody().<RequestBody>map(ReadyBody::new).or(request::body);
        OriginRequest originRequest = new OriginRequest(
                request.method(), upstream.uri(), upstream.fields(), upstream.credential(), body, true);
        try (Arrival arrival = engine.upstreams().follow(originRequest, resource, _ -> false)) {
            deliver(arrival);
        } catch (OriginException e) {
            forgetPerhapsMoved(e.failure());
            log.info("{}", Sentences.failed(resource.title(), e));
            answer.complete(Errors.answer(
                    e.failure().clientStatus(),
                    e.clientFields(),
                    Sentences.failed(request.client(), resource.title(), e),
                    cacheStatus.withDetail("upstream-failed")));
        }
    }

    private void deliver(Arrival arrival) throws OriginException {
        int status = arrival.last().status();
        forgetMoved(status);
        CacheStatus known = cacheStatus.withForwardStatus(status);
        if (status == 200) {
            EcosystemSubject.refuseToEdit(resource, arrival);
        }
        switch (resource.judge(Hops.answers(arrival.hops()))) {
            case Verdict.Content(Facts facts, boolean _) -> stream(arrival.response(), status, facts.fields(), known);
            case Verdict.Final(Verdict.Kind _, Fields fields, Optional<String> _) ->
                stream(arrival.response(), status, fields, known);
            case Verdict.Challenge(var _, Verdict.Final otherwise) ->
                stream(arrival.response(), status, otherwise.fields(), known);
            case Verdict.Unexpected(String why) -> throw Hops.unexpected(arrival.last(), why);
            case Verdict.Follow _ -> throw Hops.unexpected(arrival.last(), "a redirect that was not followed");
        }
    }

    private void stream(OriginResponse response, int status, Fields received, CacheStatus known) {
        Fields.Builder fields = resource.present(received, request).toBuilder().remove("Content-Length");
        Optional<BodyEdit> edit = status == 200 ? resource.edit(response.fields()) : Optional.empty();
        if (edit.isEmpty() && resource.moves().isEmpty()) {
            response.fields().first("Content-Length").ifPresent(length -> fields.set("Content-Length", length));
        }
        if (edit.isEmpty()) {
            response.fields().first("Content-Encoding").ifPresent(coding -> fields.set("Content-Encoding", coding));
        } else {
            fields.remove("ETag");
        }
        if (status == 200 && isKnownToClient(fields.build())) {
            answer.complete(new Answer(304, ResponseBuilder.withoutContent(fields.build()), new Body.None(), known));
            return;
        }
        if (request.isHead() || status == 204 || status == 304) {
            answer.complete(new Answer(status, fields.build(), new Body.None(), known));
            return;
        }
        ChunkPipe pipe = PipeOutput.ofTask();
        response.holdLittle();
        Silence.allow(response, resource.upstream());
        answer.complete(new Answer(status, fields.build(), new Body.Piped(pipe), known));
        boolean whole = false;
        try {
            whole = pump(response, pipe, edit);
            // git's response begins before the push is carried out, and requests in the meantime have read the old
            // value. The length is unknown, so the client waits for the end.
            forgetMoved(status);
        } finally {
            pipe.end(whole);
        }
    }

    /**
     * Whether the client already has the content; evaluated here, because the host that finally responds may not know
     * the validator that the client has.
     */
    private boolean isKnownToClient(Fields fields) {
        return request.isPlainRead() && Preconditions.isNotModified(request.fields(), fields);
    }

    /**
     * Discards the values of names that the request may have changed: upstream may have carried it out although no
     * response arrived.
     */
    private void forgetPerhapsMoved(OriginFailure failure) {
        if (SENT.contains(failure)) {
            forget(resource.moves());
        }
    }

    private void forgetMoved(int status) {
        if (status < 300) {
            forget(resource.moves());
        }
    }

    /** Discards the values of names with these prefixes, because they have changed. */
    private void forget(List<String> names) {
        if (!names.isEmpty()) {
            names.forEach(beginning ->
                    engine.index().removePointers(beginning, engine.clock().instant()));
            engine.fills().flights().joinNoMore();
        }
    }

    /** Whether the whole body arrived. */
    private boolean pump(OriginResponse response, ChunkPipe pipe, Optional<BodyEdit> edit) {
        try {
            if (edit.isPresent()) {
                BufferedOutputStream out = new BufferedOutputStream(new PipeOutput(pipe), 32 * 1024);
                edit.get().copy(new BodyInput(response), out);
                out.flush();
            } else {
                PipeOutput.copy(response, pipe);
            }
            return true;
        } catch (OriginException | IOException e) {
            log.info("Broke off {}: {}", resource.title(), e.getMessage());
            return false;
        }
    }
}
