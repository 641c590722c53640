package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Freshness;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.Invalidation;
import io.artifactvault.http.RangeSpec;
import io.artifactvault.http.Request;
import io.artifactvault.http.Storability;
import io.artifactvault.http.StoredFields;
import io.artifactvault.http.VaryKey;
import io.artifactvault.http.Via;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RedirectFollower.Arrival;
import io.artifactvault.store.Entry;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request forwarded to upstream under RFC 9111, told top to bottom on a fill thread: asked conditionally where something is
 * stored, kept where it may be, streamed to the one who asked where it may not.
 */
final class Forwarding {
    private static final Logger log = LoggerFactory.getLogger(Forwarding.class);

    /** What is asked, and what is known already. */
    record Task(SharedVisit visit, Menu menu, Optional<Stored> stored, boolean validate, CacheStatus status) {
        HttpResource resource() {
            return visit.resource();
        }

        Request request() {
            return visit.request();
        }
    }

    private final Engine engine;
    private final Variants variants;
    private final Arrivals arrivals;
    private final Task task;
    private final CompletableFuture<Forwarded> outcome;
    private final Instant requestedAt;

    Forwarding(Engine engine, Variants variants, Arrivals arrivals, Task task, CompletableFuture<Forwarded> outcome) {
        this.engine = engine;
        this.variants = variants;
        this.arrivals = arrivals;
        this.task = task;
        this.outcome = outcome;
        this.requestedAt = engine.clock().instant();
    }

    void run() {
        Upstream upstream = task.resource().upstream();
        OriginRequest request = new OriginRequest(
                task.request().method(),
                upstream.uri(),
                fields(upstream.fields()),
                upstream.credential(),
                task.request().body(),
                true);
        try (Arrival arrival =
                engine.follow(request, upstream, _ -> !task.resource().followsRedirects())) {
            judge(arrival.response());
        } catch (OriginException e) {
            outcome.complete(new Forwarded.Failed(e));
        }
    }

    /** If-None-Match before If-Modified-Since: both may go, and the origin heeds the first (RFC 9111 §4.3.1). */
    private Fields fields(Fields asked) {
        if (asksForPart()) {
            return asked.with("Range", task.request().fields().first("Range").orElseThrow());
        }
        if (!task.validate() || task.stored().isEmpty()) {
            return asked;
        }
        Fields.Builder fields = asked.toBuilder();
        Fields stored = task.stored().get().entry().fields();
        stored.first("ETag").ifPresent(tag -> fields.set("If-None-Match", tag));
        stored.first("Last-Modified").ifPresent(date -> fields.set("If-Modified-Since", date));
        return fields.build();
    }

    /** Of what is not here, only the one range that is wanted is asked for. */
    private boolean asksForPart() {
        Fields fields = task.request().fields();
        return task.request().method().equals("GET")
                && task.stored().isEmpty()
                && fields.all("Range").size() == 1
                && !fields.has("If-Range")
                && RangeSpec.parse(fields.first("Range")).parts().size() == 1;
    }

    private void judge(OriginResponse response) {
        Instant receivedAt = engine.clock().instant();
        invalidate(response);
        int status = response.status();
        if (status == 304 && task.validate() && task.stored().isPresent()) {
            confirm(response.fields(), status, receivedAt);
        } else if (isTrouble(status, receivedAt)) {
            outcome.complete(new Forwarded.Troubled(status));
        } else if (task.request().method().equals("GET")) {
            received(response, receivedAt);
        } else {
            if (task.request().isHead() && status == 200) {
                freshen(response.fields(), receivedAt);
            }
            pass(response);
        }
    }

    private void invalidate(OriginResponse response) {
        Invalidation.targets(
                        task.request().method(), task.resource().upstream().uri(), response.status(), response.fields())
                .forEach(uri -> variants.invalidate(task.resource().keyOf(uri)));
    }

    /** RFC 5861 §4: 500, 502, 503 and 504 are errors for which something stale may stand in. */
    private boolean isTrouble(int status, Instant now) {
        boolean error = status == 500 || status == 502 || status == 503 || status == 504;
        return error
                && task.validate()
                && task.stored().filter(stored -> stored.isUsableOnError(now)).isPresent();
    }

    private void confirm(Fields notModified, int status, Instant receivedAt) {
        Stored stored = task.stored().orElseThrow();
        Entry confirmed = updated(stored.entry(), notModified, receivedAt);
        put(confirmed);
        outcome.complete(new Forwarded.Kept(Stored.of(confirmed, task.resource(), stored.arriving()), status));
    }

    /** RFC 9111 §4.3.5: a HEAD whose answer fits what is stored freshens it; one that does not makes it invalid. */
    private void freshen(Fields head, Instant receivedAt) {
        if (task.stored().isEmpty()) {
            return;
        }
        Entry entry = task.stored().get().entry();
        boolean fits = isSame("ETag", entry.fields(), head)
                && isSame("Last-Modified", entry.fields(), head)
                && isSame("Content-Length", entry.fields(), head);
        if (fits) {
            put(updated(entry, head, receivedAt));
        } else {
            variants.invalidate(task.resource().key());
        }
    }

    private static boolean isSame(String name, Fields stored, Fields head) {
        return !head.has(name) || head.first(name).equals(stored.first(name));
    }

    private Entry updated(Entry entry, Fields news, Instant receivedAt) {
        Fields fields = StoredFields.updated(entry.fields(), dated(news, receivedAt));
        String key = task.menu()
                .key(task.resource().key(), VaryKey.of(fields), task.request().fields());
        return new Entry(
                key, entry.status(), fields, entry.length(), entry.content(), entry.blob(), requestedAt, receivedAt);
    }

    private boolean put(Entry entry) {
        boolean valid = variants.add(task.resource().key(), task.menu(), VaryKey.of(entry.fields()));
        if (valid) {
            engine.index().put(entry);
        }
        return valid;
    }

    /** The answer to a GET. */
    private void received(OriginResponse response, Instant receivedAt) {
        Fields fields = response.fields();
        Freshness freshness = Freshness.of(
                response.status(),
                fields,
                requestedAt,
                receivedAt,
                task.resource().defaultTtl());
        int status = response.status() == 206 && asksForPart() ? 200 : response.status();
        if (!Storability.isStorable(task.request().fields(), status, fields, freshness)) {
            // What came now is newer than what is stored: that is not to be used again.
            task.stored().ifPresent(old -> engine.index().remove(old.entry().key()));
            pass(response);
            return;
        }
        try {
            if (response.status() == 206) {
                keepPart(response, receivedAt);
            } else {
                keep(response, entry(response, receivedAt));
            }
        } catch (StoreException e) {
            log.warn(
                    "Could not store {}, passing it through: {}",
                    task.resource().title(),
                    e.getMessage());
            pass(response);
        }
    }

    private Entry entry(OriginResponse response, Instant receivedAt) {
        Fields fields = dated(StoredFields.of(response.fields()), receivedAt);
        String key = task.menu()
                .key(task.resource().key(), VaryKey.of(fields), task.request().fields());
        boolean bodiless = response.status() == 204
                || response.status() == 304
                || response.contentLength().equals(OptionalLong.of(0));
        return new Entry(
                key,
                response.status(),
                fields,
                bodiless ? OptionalLong.of(0) : response.contentLength(),
                Optional.empty(),
                Optional.empty(),
                requestedAt,
                receivedAt);
    }

    /** RFC 9110 §6.6.1: who stores an answer without a date gives it one. */
    private static Fields dated(Fields fields, Instant receivedAt) {
        return fields.has("Date") ? fields : fields.with("Date", HttpDate.format(receivedAt));
    }

    private void keep(OriginResponse response, Entry entry) {
        if (entry.length().equals(OptionalLong.of(0))) {
            put(entry);
            outcome.complete(kept(entry, Optional.empty()));
            return;
        }
        Started started = new Started(entry);
        try {
            new Keeping(engine, task.resource().title(), entry).run(response, started::begin, this::put);
        } finally {
            started.end();
        }
    }

    private void keepPart(OriginResponse response, Instant receivedAt) {
        Fields fields = dated(StoredFields.of(response.fields()), receivedAt);
        String key = task.menu()
                .key(task.resource().key(), VaryKey.of(fields), task.request().fields());
        Optional<KeepingPart> part =
                KeepingPart.of(engine, key, task.request().fields().first("Range"), response, fields, new Instant[] {
                    requestedAt, receivedAt
                });
        if (part.isEmpty()) {
            pass(response);
            return;
        }
        Entry entry = part.get().entry();
        part.get().run(response, progress -> {
            put(entry);
            outcome.complete(new Forwarded.Kept(Stored.of(entry, task.resource(), Optional.of(progress)), 206));
        });
    }

    private Forwarded kept(Entry entry, Optional<Progress> progress) {
        return new Forwarded.Kept(Stored.of(entry, task.resource(), progress), entry.status());
    }

    /** An entry whose content has begun to arrive; confined to the fill's thread. */
    private final class Started {
        private final Entry entry;
        private Optional<Progress> progress = Optional.empty();

        Started(Entry entry) {
            this.entry = entry;
        }

        void begin(Progress begun) {
            progress = Optional.of(begun);
            if (variants.add(task.resource().key(), task.menu(), VaryKey.of(entry.fields()))) {
                arrivals.begin(entry, begun);
            }
            outcome.complete(kept(entry, progress));
        }

        void end() {
            progress.ifPresent(begun -> arrivals.end(entry, begun));
        }
    }

    /** For the one who asked alone. */
    private void pass(OriginResponse response) {
        int status = response.status();
        Fields fields = task.resource().present(Via.passed(response.fields().withoutHopByHop()), task.request());
        CacheStatus told = task.status().withForwardStatus(status);
        boolean bodiless = task.request().isHead() || status == 204 || status == 304;
        if (bodiless) {
            outcome.complete(new Forwarded.Passed(new Answer(status, fields, new Body.None(), told)));
            return;
        }
        ChunkPipe pipe = new ChunkPipe();
        outcome.complete(new Forwarded.Passed(new Answer(status, fields, new Body.Piped(pipe), told)));
        boolean whole = false;
        try {
            boolean more = true;
            while (more) {
                more = response.next(bytes -> PipeOutput.put(pipe, bytes));
            }
            whole = true;
        } catch (OriginException | IOException e) {
            log.info("Broke off {}: {}", task.resource().title(), e.getMessage());
        } finally {
            pipe.end(whole);
        }
    }
}
