package io.artifactvault.cache;

import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers of the vault that carry no content: errors and refusals. Never blocks. */
final class Replies {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);

    private Replies() {}

    static void busy(Visit visit) {
        Fields fields = Fields.of("Retry-After", "1");
        visit.answer().complete(Errors.answer(503, fields, Sentences.busy(), CacheStatus.forwarded(Forward.MISS)));
    }

    /** Upstream's last word. */
    static void finish(Visit visit, Outcome.Final refusal, CacheStatus status) {
        if (refusal.body().length == 0) {
            // It was learnt by HEAD; a GET gets the sentence in its body too.
            String sentence = refusal.fields().first("X-Error-Message").orElse("Upstream answered " + refusal.status());
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

    static void unavailable(Visit visit, Outcome.Unavailable unavailable, CacheStatus status) {
        int clientStatus = unavailable.status() == 429 || unavailable.status() == 503 ? unavailable.status() : 502;
        visit.answer()
                .complete(Errors.answer(
                        clientStatus,
                        unavailable.fields().without("Content-Length"),
                        Sentences.unavailable(visit.resource(), unavailable.status()),
                        status.withForwardStatus(unavailable.status())));
    }

    /** Clients show the sentence; the code is for their programs. */
    static void incomplete(Visit visit, String sentence) {
        Fields code = Fields.of("X-Error-Code", "SnapshotIncomplete");
        visit.answer().complete(Errors.answer(504, code, sentence, CacheStatus.forwarded(Forward.STALE)));
    }

    static void fail(Visit visit, int clientStatus, String sentence, CacheStatus status) {
        visit.answer().complete(Errors.answer(clientStatus, sentence, status));
    }

    /** Goes on after a fill, or tells why it could not begin. */
    static void guarded(Visit visit, Throwable failure, Runnable step) {
        if (failure == null) {
            guarded(visit, step);
        } else if (failure instanceof RejectedExecutionException) {
            busy(visit);
        } else {
            guarded(visit, () -> {
                throw new IllegalStateException("a fill failed", failure);
            });
        }
    }

    /** A bug must not leave a client waiting: whatever breaks becomes a 500. */
    static void guarded(Visit visit, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("Could not answer for {}", visit.resource().title(), e);
            fail(visit, 500, Sentences.broken(visit.resource()), CacheStatus.forwarded(Forward.MISS));
        }
    }
}
