package io.artifactvault.cache.work;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.cache.request.Sentences;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The vault's responses without content from an origin: errors and refusals. Never blocks. */
public final class Replies {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);

    private Replies() {}

    public static void busy(CacheRequest<?> request) {
        Fields fields = Fields.of("Retry-After", "1");
        request.answer().complete(Errors.answer(503, fields, Sentences.busy(), CacheStatus.local()));
    }

    /**
     * Returns a future for upstream's response, which the client gets because the stored response cannot be read now.
     * If upstream fails too, the client is asked to retry later.
     */
    public static CompletableFuture<Answer> orUnreadable(CacheRequest<?> request) {
        CompletableFuture<Answer> past = new CompletableFuture<>();
        past.whenComplete((answer, failure) -> guarded(request, failure, () -> {
            if (answer.status() < 500) {
                request.answer().complete(answer);
            } else {
                answer.body().close();
                request.answer()
                        .complete(Errors.answer(
                                503,
                                Fields.of("Retry-After", "5"),
                                Sentences.unreadable(request.title()),
                                CacheStatus.forwarded(Forward.BYPASS)));
            }
        }));
        return past;
    }

    /** Responds that the client has caused too many requests upstream. */
    public static void limited(CacheRequest<?> request) {
        Fields fields = Fields.of("Retry-After", "1");
        request.answer().complete(Errors.answer(429, fields, Sentences.limited(), CacheStatus.local()));
    }

    /** Sends upstream's final response. */
    public static void finish(CacheRequest<?> request, FetchOutcome.Final refusal, CacheStatus status) {
        boolean ofCaller = refusal.kind() == Verdict.Kind.DENIED || refusal.kind() == Verdict.Kind.UNAUTHENTICATED;
        boolean rewritten = request.resource() instanceof Resource resource && resource.rewritesErrors();
        if (refusal.body().length == 0 || ofCaller || rewritten) {
            // A GET gets the sentence in its body even if a HEAD produced the refusal; the text does not tell a caller
            // without access what is stored.
            String sentence =
                    refusal.fields().first("X-Error-Message").orElse("Upstream responded " + refusal.status());
            Fields fields = refusal.fields().with("Vary", "Authorization");
            request.answer().complete(Errors.answer(refusal.status(), fields, sentence, status));
            return;
        }
        Fields fields = refusal.fields()
                .with("Content-Length", Integer.toString(refusal.body().length))
                .with("Vary", "Authorization");
        Body body = request.message().isHead() ? new Body.None() : new Body.Bytes(refusal.body());
        request.answer().complete(new Answer(refusal.status(), fields, body, status));
    }

    public static void unavailable(CacheRequest<?> request, FetchOutcome.Unavailable unavailable, CacheStatus status) {
        int clientStatus = unavailable.status() == 429 || unavailable.status() == 503 ? unavailable.status() : 502;
        request.answer()
                .complete(Errors.answer(
                        clientStatus,
                        unavailable.fields().without("Content-Length"),
                        Sentences.unavailable(request.title(), unavailable.status()),
                        status.withForwardStatus(unavailable.status())));
    }

    /** Responds that a snapshot is incomplete. Clients show the sentence; programs read the code. */
    public static void incomplete(CacheRequest<?> request, String sentence) {
        Fields code = Fields.of("X-Error-Code", "SnapshotIncomplete");
        request.answer().complete(Errors.answer(504, code, sentence, CacheStatus.forwarded(Forward.STALE)));
    }

    /** Responds that upstream failed, and that no stored response may be used. */
    public static void failed(CacheRequest<?> request, OriginException cause, CacheStatus status) {
        // The failure of a host was logged when it began, and only then.
        if (isGone(request) || cause.failure() == OriginFailure.CIRCUIT_OPEN) {
            log.debug("{}", Sentences.failed(request.title(), cause));
        } else {
            log.warn("{}", Sentences.failed(request.title(), cause));
        }
        String sentence = Sentences.failed(request.message().client(), request.title(), cause);
        request.answer()
                .complete(Errors.answer(cause.failure().clientStatus(), cause.clientFields(), sentence, status));
    }

    /** Whether the client has left. */
    public static boolean isGone(CacheRequest<?> request) {
        return request.message().client().departure().isGone();
    }

    /** Completes the response for a client that has left, only to end its exchange. */
    public static void gone(CacheRequest<?> request) {
        fail(request, 503, Sentences.busy(), CacheStatus.local());
    }

    /** Responds 504 to only-if-cached (RFC 9111 §5.2.1.7). */
    public static void nothingStored(CacheRequest<?> request) {
        fail(request, 504, Sentences.nothingStored(request.title()), CacheStatus.local());
    }

    public static void fail(CacheRequest<?> request, int clientStatus, String sentence, CacheStatus status) {
        request.answer().complete(Errors.answer(clientStatus, sentence, status));
    }

    /** Continues after a fill, or reports why it could not begin. */
    public static void guarded(CacheRequest<?> request, Throwable failure, Runnable step) {
        guarded(request, failure, () -> busy(request), step);
    }

    /** @param busy runs if there was no place */
    public static void guarded(CacheRequest<?> request, Throwable failure, Runnable busy, Runnable step) {
        if (failure == null) {
            guarded(request, step);
        } else if (failure instanceof RejectedExecutionException) {
            guarded(request, busy);
        } else {
            guarded(request, () -> {
                throw new IllegalStateException("a fill failed", failure);
            });
        }
    }

    /** A bug must not leave a client waiting: every unexpected failure becomes a 500. */
    public static void guarded(CacheRequest<?> request, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("Could not respond to a request for {}", request.title(), e);
            fail(request, 500, Sentences.broken(request.title()), CacheStatus.local());
        }
    }
}
