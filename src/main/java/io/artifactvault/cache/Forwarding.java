package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.cache.Selection.Known;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Invalidation;
import io.artifactvault.http.Preconditions;
import io.artifactvault.http.RangeSpec;
import io.artifactvault.http.Request;
import io.artifactvault.http.ResponseChain;
import io.artifactvault.http.Storability;
import io.artifactvault.http.Validator;
import io.artifactvault.http.Via;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RedirectFollower.Arrival;
import io.artifactvault.store.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request forwarded to upstream under RFC 9111, told top to bottom on its task's virtual thread: asked conditionally where something is
 * stored, kept where it may be, streamed to the one who asked where it may not.
 */
final class Forwarding {
    private static final Logger log = LoggerFactory.getLogger(Forwarding.class);

    /** By which a client makes its own copy the condition: of the response, or of its range. */
    private static final List<String> CONDITIONS = List.of("If-None-Match", "If-Modified-Since", "If-Range");

    /** What is asked, and what is known already. */
    record Task(
            SharedVisit visit,
            Menu menu,
            Optional<Stored> stored,
            boolean validate,
            boolean shared,
            CacheStatus status) {
        HttpResource resource() {
            return visit.resource();
        }

        Request request() {
            return visit.request();
        }
    }

    /**
     * What is asked, before its menu is opened.
     *
     * @param shared whether the response may be for other requests that wait for it, too
     */
    record Question(SharedVisit visit, Known known, boolean validate, boolean shared, CacheStatus status) {
        Task task(Menu menu) {
            return new Task(visit, menu, known.stored(), validate, shared, status);
        }
    }

    private final Engine engine;
    private final Variants variants;
    private final Arrivals arrivals;
    private final Task task;
    private final CompletableFuture<Forwarded> outcome;
    private final Instant requestedAt;
    private final Filing filing;
    private Optional<String> range;
    private boolean conditional = true;

    /**
     * An answer whose head is here.
     *
     * @param chain the redirects to it, and itself
     * @param fields those that it has for the target that was asked for
     */
    private record Received(OriginResponse response, ResponseChain chain, Fields fields, ResponseChain.Times times) {
        int status() {
            return response.status();
        }

        Instant at() {
            return times.receivedAt();
        }
    }

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
                conditional = false;
                ask();
            }
        } catch (OriginException e) {
            outcome.complete(new Forwarded.Failed(e));
        }
    }

    /**
     * False when the whole is to be asked for: the first of several ranges came and cannot be kept for the others to be added, or is
     * not there; or what is here in part is not to be kept any longer; or a 304 speaks of another version than is here.
     */
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
            Received received = received(arrival);
            return !isOfNoUse(received) && judge(received);
        }
    }

    private Received received(Arrival arrival) {
        ResponseChain.Times times = new ResponseChain.Times(
                requestedAt,
                engine.clock().instant(),
                task.resource().defaultTtl(),
                task.resource().negativeTtl(),
                task.resource().staleIfError());
        ResponseChain chain = new ResponseChain(arrival.hops().stream()
                .map(hop -> new ResponseChain.Head(hop.status(), hop.fields()))
                .toList());
        return new Received(arrival.response(), chain, chain.fields(times), times);
    }

    private boolean isOfNoUse(Received received) {
        if (range.isEmpty() || asksForOneRange()) {
            return false;
        }
        boolean keepable = isStorable(received)
                && Resumable.of(entry(received), received.response(), range).isPresent();
        return received.status() == 416 || (received.status() == 206 && !keepable);
    }

    private Entry entry(Received received) {
        return filing.entry(received.response(), received.fields(), received.at());
    }

    /**
     * If-None-Match before If-Modified-Since: both may go, and the origin heeds the first (RFC 9111 §4.3.1). A range counts only if
     * what is stored does not hold any more (RFC 9110 §13.2.2).
     */
    private Fields fields(Fields asked) {
        Fields.Builder fields = asked.toBuilder();
        if (validates()) {
            Fields stored = task.stored().get().entry().fields();
            stored.first("ETag").ifPresent(tag -> fields.set("If-None-Match", tag));
            stored.first("Last-Modified").ifPresent(date -> fields.set("If-Modified-Since", date));
        } else if (forwardsConditions()) {
            Fields ofClient = task.resource().selecting();
            CONDITIONS.forEach(name -> ofClient.all(name).forEach(value -> fields.add(name, value)));
        }
        range.ifPresent(range -> fields.set("Range", range));
        return fields.build();
    }

    private boolean validates() {
        return task.validate() && conditional && task.stored().isPresent();
    }

    /**
     * The client's own conditions can be met by the origin where the response is for nobody else (RFC 9110 §13.2.1). Other requests
     * than plain reads go with all their fields.
     */
    private boolean forwardsConditions() {
        return !task.shared() && conditional && !validates() && task.request().isPlainRead();
    }

    /** Of what is not here, only the range that is wanted is asked for; of several the first, and then what is missing. */
    private Optional<String> firstRange() {
        Fields fields = task.request().fields();
        boolean counts = task.request().method().equals("GET")
                && task.request().isPlainRead()
                && fields.all("Range").size() == 1
                && (!fields.has("If-Range") || forwardsConditions());
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

    /** False when the answer is of no use, and the whole is to be asked for. */
    private boolean judge(Received received) throws OriginException {
        invalidate(received.response());
        int status = received.status();
        if (status == 304 && validates()) {
            return confirms(received) && confirm(received);
        }
        if (status == 304 && task.request().isPlainRead()) {
            // The client's own copy holds: that says nothing about what is stored.
            pass(received);
        } else if (isTrouble(status, received.at())) {
            outcome.complete(new Forwarded.Troubled(status));
        } else if (task.request().method().equals("GET") && task.request().isPlainRead()) {
            keepOrPass(received);
        } else {
            if (task.request().isPlainRead() && status == 200) {
                freshen(received);
            }
            pass(received);
        }
        return true;
    }

    /** One of another version confirms nothing that is here. */
    private boolean confirms(Received received) {
        Fields stored = task.stored().orElseThrow().entry().fields();
        return Validator.confirms(stored, received.response().fields());
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

    /**
     * RFC 9111 §4.3.4. What forbids to keep it, for anybody or as the answer to this request, makes the confirmation one for this
     * client alone.
     */
    private boolean confirm(Received received) {
        Stored stored = task.stored().orElseThrow();
        Entry old = stored.entry();
        ResponseChain chain = updated(old, received);
        boolean others = task.visit().namesOthers();
        boolean shared = !others && chain.permitsStoring(task.request().fields(), received.times());
        if (!shared && !others && chain.forbidsStoring()) {
            engine.index().remove(old.key());
        }
        if (!shared && old.isPartial()) {
            return false;
        }
        Entry confirmed = filing.confirmed(old, chain.fields(received.times()), received.at());
        Stored now = Stored.of(confirmed, task.resource(), stored.arriving(), engine.settings());
        if (shared) {
            filing.put(confirmed);
            outcome.complete(new Forwarded.Kept(now, received.status()));
        } else {
            outcome.complete(new Forwarded.ForOne(now, received.status()));
        }
        return true;
    }

    /** The way to what is stored as it is by what the answer says. */
    private ResponseChain updated(Entry stored, Received received) {
        Fields fields = filing.updated(stored, received.response().fields(), received.at());
        return received.chain().endingWith(stored.status(), fields);
    }

    /** RFC 9111 §4.3.5: a HEAD whose answer fits what is stored freshens it; one that does not makes it invalid. */
    private void freshen(Received received) {
        if (task.stored().isEmpty() || task.visit().namesOthers()) {
            return;
        }
        Entry entry = task.stored().get().entry();
        Fields head = received.response().fields();
        boolean fits = isSame("ETag", entry.fields(), head)
                && isSame("Last-Modified", entry.fields(), head)
                && isSameLength(entry, head);
        ResponseChain chain = updated(entry, received);
        if (!fits || chain.forbidsStoring()) {
            variants.invalidate(task.resource().key());
        } else if (chain.permitsStoring(task.request().fields(), received.times())) {
            filing.put(filing.confirmed(entry, chain.fields(received.times()), received.at()));
        }
    }

    /** Content that is named by its validator has its length in the entry alone. */
    private static boolean isSameLength(Entry entry, Fields head) {
        return entry.length().isEmpty()
                || head.first("Content-Length")
                        .filter(length ->
                                !length.equals(Long.toString(entry.length().getAsLong())))
                        .isEmpty();
    }

    private static boolean isSame(String name, Fields stored, Fields head) {
        return !head.has(name) || head.first(name).equals(stored.first(name));
    }

    /** The answer to a GET. */
    private void keepOrPass(Received received) throws OriginException {
        if (!Planner.isKeepable(task.resource().key()) || !isStorable(received)) {
            // What came now is newer than what is stored: that is not to be used again.
            task.stored()
                    .filter(_ -> !task.visit().namesOthers() && !Storability.isOfOneRequest(received.status()))
                    .ifPresent(old -> engine.index().remove(old.entry().key()));
            pass(received, isUnstorable(received));
            return;
        }
        try {
            keep(received);
        } catch (StoreException e) {
            e.tell(log, task.resource().title());
            pass(received);
        }
    }

    /** Whether the response forbids storing it for any request. An error that will pass says nothing about the next one. */
    private boolean isUnstorable(Received received) {
        int status = received.status();
        boolean lasting = status < 500 && status != 429 && !Storability.isOfOneRequest(status);
        return lasting && !task.visit().namesOthers() && !isStorable(received, Fields.EMPTY);
    }

    private boolean isStorable(Received received) {
        return isStorable(received, task.request().fields());
    }

    /** A part that was asked for may be kept where the whole might. */
    private boolean isStorable(Received received, Fields request) {
        if (Silence.isEventStream(received.fields()) || task.visit().namesOthers()) {
            return false;
        }
        boolean part = received.status() == 206 && range.isPresent();
        ResponseChain chain =
                part ? received.chain().endingWith(200, received.response().fields()) : received.chain();
        return chain.isStorable(request, received.times());
    }

    private void keep(Received received) throws OriginException {
        OriginResponse response = received.response();
        Entry entry = entry(received);
        Optional<Resumable> resumable = Resumable.of(entry, response, range);
        if (resumable.isPresent()) {
            keep(resumable.get(), response.status());
        } else if (response.status() == 206) {
            pass(received);
        } else if (entry.hasNoContent()) {
            filing.put(entry);
            outcome.complete(kept(entry, Optional.empty(), entry.status()));
        } else {
            keep(response, entry);
        }
    }

    /** Content that can be gone on with grows like any other that has a digest. */
    private void keep(Resumable resumable, int status) throws OriginException {
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
    private void keep(OriginResponse response, Entry entry) throws OriginException {
        Silence.allow(response, task.resource().upstream());
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
        return new Forwarded.Kept(Stored.of(entry, task.resource(), progress, engine.settings()), status);
    }

    private void pass(Received received) {
        pass(received, false);
    }

    /** Where the origin was not told the client's conditions, its 200 is judged by them here (RFC 9110 §13.2.1). */
    private boolean isKnownToClient(Received received) {
        return received.status() == 200
                && task.request().isPlainRead()
                && Preconditions.isNotModified(task.request().fields(), received.fields());
    }

    /** For the one who asked alone. */
    private void pass(Received received, boolean unstorable) {
        OriginResponse response = received.response();
        int status = response.status();
        Fields fields = task.resource().present(Via.passed(received.fields().withoutHopByHop()), task.request());
        CacheStatus told = task.status().withForwardStatus(status);
        if (isKnownToClient(received)) {
            Answer notModified = new Answer(304, Delivery.withoutContent(fields), new Body.None(), told);
            outcome.complete(new Forwarded.Passed(notModified, unstorable));
            return;
        }
        boolean bodiless = task.request().isHead() || status == 204 || status == 304;
        if (bodiless) {
            outcome.complete(new Forwarded.Passed(new Answer(status, fields, new Body.None(), told), unstorable));
            return;
        }
        ChunkPipe pipe = ChunkPipe.ofTask();
        response.holdLittle();
        Silence.allow(response, task.resource().upstream());
        outcome.complete(new Forwarded.Passed(new Answer(status, fields, new Body.Piped(pipe), told), unstorable));
        PipeOutput.putAll(pipe, response, task.resource().title());
    }
}
