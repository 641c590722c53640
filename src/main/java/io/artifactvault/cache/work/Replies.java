package io.artifactvault.cache.work;

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

    public static void busy(CacheRequest<?> visit) {
        Fields fields = Fields.of("Retry-After", "1");
        visit.answer().complete(Errors.answer(503, fields, Sentences.busy(), CacheStatus.local()));
    }

    /**
     * A response that is sent past the store because the stored one cannot be read now. If upstream cannot send it
     * either, the client is asked to retry later.
     */
    public static CompletableFuture<Answer> orUnreadable(CacheRequest<?> visit) {
        CompletableFuture<Answer> past = new CompletableFuture<>();
        past.whenComplete((answer, failure) -> guarded(visit, failure, () -> {
            if (answer.status() < 500) {
                visit.answer().complete(answer);
            } else {
                answer.body().close();
                visit.answer()
                        .complete(Errors.answer(
                                503,
                                Fields.of("Retry-After", "5"),
                                Sentences.unreadable(visit.title()),
                                CacheStatus.forwarded(Forward.BYPASS)));
            }
        }));
        return past;
    }

    /** The client has caused too many requests upstream. */
    public static void limited(CacheRequest<?> visit) {
        Fields fields = Fields.of("Retry-After", "1");
        visit.answer().complete(Errors.answer(429, fields, Sentences.limited(), CacheStatus.local()));
    }

    /** Sends upstream's final response. */
    public static void finish(CacheRequest<?> visit, FetchOutcome.Final refusal, CacheStatus status) {
        boolean ofCaller = refusal.kind() == Verdict.Kind.DENIED || refusal.kind() == Verdict.Kind.UNAUTHENTICATED;
        if (refusal.body().length == 0 || ofCaller) {
            // If a HEAD produced the refusal, a GET gets the sentence in its body too; a caller without access gets the
            // same text either way.
            String sentence =
                    refusal.fields().first("X-Error-Message").orElse("Upstream responded " + refusal.status());
            Fields fields = refusal.fields().with("Vary", "Authorization");
            visit.answer().complete(Errors.answer(refusal.status(), fields, sentence, status));
            return;
        }
        Fields fields = refusal.fields()
                .with("Content-Length", Integer.toString(refusal.body().length))
                .with("Vary", "Authorization");
        Body body = visit.request().isHead() ? new Body.None() : new Body.Bytes(refusal.body());
        visit.answer().complete(new Answer(refusal.status(), fields, body, status));
    }

    public static void unavailable(CacheRequest<?> visit, FetchOutcome.Unavailable unavailable, CacheStatus status) {
        int clientStatus = unavailable.status() == 429 || unavailable.status() == 503 ? unavailable.status() : 502;
        visit.answer()
                .complete(Errors.answer(
                        clientStatus,
                        unavailable.fields().without("Content-Length"),
                        Sentences.unavailable(visit.title(), unavailable.status()),
                        status.withForwardStatus(unavailable.status())));
    }

    /** Clients show the sentence; the code is for their programs. */
    public static void incomplete(CacheRequest<?> visit, String sentence) {
        Fields code = Fields.of("X-Error-Code", "SnapshotIncomplete");
        visit.answer().complete(Errors.answer(504, code, sentence, CacheStatus.forwarded(Forward.STALE)));
    }

    /** Upstream did not respond, and no stored response may be used. */
    public static void failed(CacheRequest<?> visit, OriginException cause, CacheStatus status) {
        // The failure of a host was logged once, when it began.
        if (isGone(visit) || cause.failure() == OriginFailure.CIRCUIT_OPEN) {
            log.debug("{}", Sentences.failed(visit.title(), cause));
        } else {
            log.warn("{}", Sentences.failed(visit.title(), cause));
        }
        String sentence = Sentences.failed(visit.request().client(), visit.title(), cause);
        visit.answer().complete(Errors.answer(cause.failure().clientStatus(), cause.clientFields(), sentence, status));
    }

    /** Whether the client has left. */
    public static boolean isGone(CacheRequest<?> visit) {
        return visit.request().client().departure().isGone();
    }

    /** The client has left: the response only ends its exchange. */
    public static void gone(CacheRequest<?> visit) {
        fail(visit, 503, Sentences.busy(), CacheStatus.local());
    }

    /** RFC 9111 §5.2.1.7. */
    public static void nothingStored(CacheRequest<?> visit) {
        fail(visit, 504, Sentences.nothingStored(visit.title()), CacheStatus.local());
    }

    public static void fail(CacheRequest<?> visit, int clientStatus, String sentence, CacheStatus status) {
        visit.answer().complete(Errors.answer(clientStatus, sentence, status));
    }

    /** Continues after a fill, or reports why it could not begin. */
    public static void guarded(CacheRequest<?> visit, Throwable failure, Runnable step) {
        guarded(visit, failure, () -> busy(visit), step);
    }

    /** @param busy run if there was no place */
    public static void guarded(CacheRequest<?> visit, Throwable failure, Runnable busy, Runnable step) {
        if (failure == null) {
            guarded(visit, step);
        } else if (failure instanceof RejectedExecutionException) {
            guarded(visit, busy);
        } else {
            guarded(visit, () -> {
                throw new IllegalStateException("a fill failed", failure);
            });
        }
    }

    /** A bug must not leave a client waiting: every unexpected failure becomes a 500. */
    public static void guarded(CacheRequest<?> visit, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("Could not respond to a request for {}", visit.title(), e);
            fail(visit, 500, Sentences.broken(visit.title()), CacheStatus.local());
        }
    }
}
