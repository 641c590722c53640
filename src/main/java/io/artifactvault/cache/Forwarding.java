package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Freshness;
import io.artifactvault.http.Invalidation;
import io.artifactvault.http.RangeSpec;
import io.artifactvault.http.Request;
import io.artifactvault.http.Storability;
import io.artifactvault.http.Via;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RedirectFollower.Arrival;
import io.artifactvault.store.Entry;
import java.time.Instant;
import java.util.Optional;
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
    private Optional<String> range;
    private final Filing filing;

    Forwarding(Engine engine, Variants variants, Arrivals arrivals, Task task, CompletableFuture<Forwarded> outcome) {
        this.engine = engine;
        this.variants = variants;
        this.arrivals = arrivals;
        this.task = task;
        this.outcome = outcome;
        this.requestedAt = engine.clock().instant();
        this.filing = new Filing(variants, task, requestedAt);
        this.range = firstRange();
    }

    void run() {
        try {
            if (!ask()) {
                range = Optional.empty();
                ask();
            }
        } catch (OriginException e) {
            outcome.complete(new Forwarded.Failed(e));
        }
    }

    /** False when the first of several ranges came and cannot be kept, for the others to be added, or is not there. */
    private boolean ask() throws OriginException {
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
            boolean answered = !isOfNoUse(arrival.response());
            if (answered) {
                judge(arrival.response());
            }
            return answered;
        }
    }

    private boolean isOfNoUse(OriginResponse response) {
        if (range.isEmpty() || asksForOneRange()) {
            return false;
        }
        Instant now = engine.clock().instant();
        boolean keepable = isStorable(response, now)
                && Resumable.of(filing.entry(response, now), response, range).isPresent();
        return response.status() == 416 || (response.status() == 206 && !keepable);
    }

    /**
     * If-None-Match before If-Modified-Since: both may go, and the origin heeds the first (RFC 9111 §4.3.1). A range counts only if
     * what is stored does not hold any more (RFC 9110 §13.2.2).
     */
    private Fields fields(Fields asked) {
        Fields.Builder fields = asked.toBuilder();
        if (task.validate() && task.stored().isPresent()) {
            Fields stored = task.stored().get().entry().fields();
            stored.first("ETag").ifPresent(tag -> fields.set("If-None-Match", tag));
            stored.first("Last-Modified").ifPresent(date -> fields.set("If-Modified-Since", date));
        }
        range.ifPresent(range -> fields.set("Range", range));
        return fields.build();
    }

    /** Of what is not here, only the range that is wanted is asked for; of several the first, and then what is missing. */
    private Optional<String> firstRange() {
        Fields fields = task.request().fields();
        boolean counts =
                task.request().method().equals("GET") && fields.all("Range").size() == 1 && !fields.has("If-Range");
        if (!counts || asksForOneRange()) {
            return fields.first("Range").filter(_ -> counts);
        }
        return asked().parts().stream().findFirst().map(RangeSpec.Part::field);
    }

    private boolean asksForOneRange() {
        return asked().parts().size() == 1;
    }

    private RangeSpec asked() {
        return RangeSpec.parse(task.request().fields().first("Range"));
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
        Entry confirmed = filing.updated(stored.entry(), notModified, receivedAt);
        filing.put(confirmed);
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
            filing.put(filing.updated(entry, head, receivedAt));
        } else {
            variants.invalidate(task.resource().key());
        }
    }

    private static boolean isSame(String name, Fields stored, Fields head) {
        return !head.has(name) || head.first(name).equals(stored.first(name));
    }

    /** The answer to a GET. */
    private void received(OriginResponse response, Instant receivedAt) {
        if (!isStorable(response, receivedAt)) {
            // What came now is newer than what is stored: that is not to be used again.
            task.stored()
                    .filter(_ -> !Storability.isOfOneRequest(response.status()))
                    .ifPresent(old -> engine.index().remove(old.entry().key()));
            pass(response);
            return;
        }
        try {
            keepOrPass(response, receivedAt);
        } catch (StoreException e) {
            e.tell(log, task.resource().title());
            pass(response);
        }
    }

    /** A part that was asked for may be kept where the whole might. */
    private boolean isStorable(OriginResponse response, Instant receivedAt) {
        Fields fields = response.fields();
        Freshness freshness = Freshness.of(
                response.status(),
                fields,
                requestedAt,
                receivedAt,
                task.resource().defaultTtl());
        int status = response.status() == 206 && range.isPresent() ? 200 : response.status();
        return Storability.isStorable(task.request().fields(), status, fields, freshness);
    }

    private void keepOrPass(OriginResponse response, Instant receivedAt) {
        Entry entry = filing.entry(response, receivedAt);
        Optional<Resumable> resumable = Resumable.of(entry, response, range)
                .filter(_ -> task.request().body().isEmpty());
        if (resumable.isPresent()) {
            keep(resumable.get(), response.status());
        } else if (response.status() == 206) {
            pass(response);
        } else if (entry.hasNoContent()) {
            filing.put(entry);
            outcome.complete(kept(entry, Optional.empty(), entry.status()));
        } else {
            keep(response, entry);
        }
    }

    /** Content that can be gone on with grows like any other that has a digest. */
    private void keep(Resumable resumable, int status) {
        Entry entry = resumable.entry();
        new Download(engine, new KeptResource(task.resource(), entry, entry.fields()), entry)
                .run(Download.Start.with(resumable.atHand()), () -> {
                    filing.put(entry);
                    dropFormerPart(entry);
                    outcome.complete(kept(entry, Optional.empty(), status));
                });
    }

    /** Of a former version of which parts are here nobody will ask for the rest. */
    private void dropFormerPart(Entry now) {
        task.stored()
                .map(Stored::entry)
                .filter(old -> old.isPartial() && !old.content().equals(now.content()))
                .ifPresent(
                        old -> new Download(engine, new KeptResource(task.resource(), old, Fields.EMPTY), old).drop());
    }

    /** Of all other only its readers know, until it is here. */
    private void keep(OriginResponse response, Entry entry) {
        Keeping keeping = new Keeping(engine, task.resource().title(), entry);
        keeping.run(response, new Keeping.Place() {
            @Override
            public void begun(Progress progress) {
                if (filing.announce(entry)) {
                    arrivals.begin(entry, progress);
                }
                outcome.complete(kept(entry, Optional.of(progress), entry.status()));
            }

            @Override
            public boolean stored(Entry whole) {
                return filing.put(whole);
            }

            @Override
            public void ended(Progress progress) {
                arrivals.end(entry, progress);
            }
        });
    }

    private Forwarded kept(Entry entry, Optional<Progress> progress, int status) {
        return new Forwarded.Kept(Stored.of(entry, task.resource(), progress), status);
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
        PipeOutput.putAll(pipe, response, task.resource().title());
    }
}
