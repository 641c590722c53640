package io.artifactvault.cache.fetch;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.fill.PipeOutput;
import io.artifactvault.cache.lookup.Arrivals;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.lookup.Variants;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.ResponseBuilder;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.upstream.Resumable;
import io.artifactvault.cache.upstream.Silence;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Via;
import io.artifactvault.http.caching.Invalidation;
import io.artifactvault.http.conditional.Preconditions;
import io.artifactvault.http.conditional.RangeSpec;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import io.artifactvault.store.index.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client request that is forwarded upstream according to RFC 9111, with a condition if a stored response exists.
 * Confined to the fetch's thread.
 */
public final class HttpSubject implements FetchSubject {
    private static final Logger log = LoggerFactory.getLogger(HttpSubject.class);

    /** The fields with which a client makes its own copy the condition for the response or for its range. */
    private static final List<String> CONDITIONS = List.of("If-None-Match", "If-Modified-Since", "If-Range");

    /**
     * The request and the state known before it is sent.
     *
     * @param shared whether the response may also be for other requests that wait for it
     */
    public record Task(
            CacheRequest<HttpResource> request,
            VariantSet variantSet,
            Optional<StoredResponse> stored,
            boolean validate,
            boolean shared,
            CacheStatus status) {
        HttpResource resource() {
            return request.resource();
        }

        Request message() {
            return request.message();
        }
    }

    private final Engine engine;
    private final Variants variants;
    private final Arrivals arrivals;
    private final Task task;
    private final CompletableFuture<FetchOutcome> outcome;
    private final Instant requestedAt;
    private final HttpFiling filing;

    /** The first attempt is conditional and requests no more than the client needs; the next one requests the whole. */
    private Optional<String> range;

    private boolean conditional = true;

    public HttpSubject(
            Engine engine, Variants variants, Arrivals arrivals, Task task, CompletableFuture<FetchOutcome> outcome) {
        this.engine = engine;
        this.variants = variants;
        this.arrivals = arrivals;
        this.task = task;
        this.outcome = outcome;
        this.requestedAt = engine.clock().instant();
        this.filing = new HttpFiling(
                variants, task.resource(), task.variantSet(), task.stored().map(StoredResponse::entry), requestedAt);
        this.range = firstRange();
    }

    @Override
    public String title() {
        return task.resource().title();
    }

    @Override
    public CompletableFuture<FetchOutcome> outcome() {
        return outcome;
    }

    @Override
    public HttpResource resource() {
        return task.resource();
    }

    @Override
    public HttpRules rules() {
        return new HttpRules(
                task.message(), task.resource(), task.stored(), task.validate(), validates(), range, requestedAt);
    }

    @Override
    public boolean askAgain() {
        boolean first = conditional;
        range = Optional.empty();
        conditional = false;
        return first;
    }

    /** No second attempt is conditional. */
    @Override
    public void dropConditions() {}

    @Override
    public boolean isEnough(List<Hop> hops) {
        return !task.resource().followsRedirects();
    }

    @Override
    public OriginRequest request() {
        Upstream upstream = task.resource().upstream();
        return new OriginRequest(
                task.message().method(),
                upstream.uri(),
                fields(upstream.fields()),
                upstream.credential(),
                task.message().body(),
                true);
    }

    /**
     * If-None-Match before If-Modified-Since: both may be sent, and the origin uses the first (RFC 9111 §4.3.1). A
     * range applies only if the stored response is no longer valid (RFC 9110 §13.2.2).
     */
    private Fields fields(Fields base) {
        Fields.Builder fields = base.toBuilder();
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
     * The origin can evaluate the client's own conditions if the response is for no other request (RFC 9110 §13.2.1).
     * Requests other than plain reads are forwarded with all their fields.
     */
    private boolean forwardsConditions() {
        return !task.shared() && conditional && !validates() && task.message().isPlainRead();
    }

    /**
     * The range to request of missing content: the client's own; of several ranges, the first, and later the missing
     * ones.
     */
    private Optional<String> firstRange() {
        Fields fields = task.message().fields();
        boolean counts = task.message().method().equals("GET")
                && task.message().isPlainRead()
                && fields.all("Range").size() == 1
                && (!fields.has("If-Range") || forwardsConditions());
        RangeSpec requested = RangeSpec.parse(fields.first("Range"));
        if (!counts || requested.parts().size() == 1) {
            return fields.first("Range").filter(_ -> counts);
        }
        return requested.parts().stream().findFirst().map(RangeSpec.Part::field);
    }

    /** RFC 9111 §4.4. */
    @Override
    public void received(UpstreamHead head) {
        Invalidation.targets(
                        task.message().method(),
                        task.resource().upstream().uri(),
                        head.status(),
                        head.last().fields())
                .forEach(uri -> variants.invalidate(task.resource().keyOf(uri)));
    }

    @Override
    public boolean confirm(Ruling.Confirm ruling, UpstreamHead head) {
        StoredResponse old = task.stored().orElseThrow();
        Entry confirmed = confirmed(old.entry(), head);
        FetchOutcome result = switch (ruling.audience()) {
            case ALL -> {
                filing.put(confirmed);
                yield kept(confirmed, old.arriving(), head.status());
            }
            case ONE -> forOne(confirmed, old, head);
            case ONE_FOR_THE_LAST_TIME -> {
                forgetStored();
                yield forOne(confirmed, old, head);
            }
        };
        return outcome.complete(result);
    }

    private Entry confirmed(Entry old, UpstreamHead head) {
        HttpRules rules = rules();
        return filing.confirmed(old, rules.updated(old, head).fields(rules.times(head)), head.receivedAt());
    }

    private FetchOutcome forOne(Entry confirmed, StoredResponse old, UpstreamHead head) {
        return new FetchOutcome.ForOne(
                StoredResponse.of(confirmed, task.resource(), old.arriving(), engine.settings()), head.status());
    }

    @Override
    public void forgetStored() {
        task.stored().ifPresent(old -> engine.index().remove(old.entry().key()));
    }

    @Override
    public boolean keep(Ruling.Keep ruling, UpstreamHead head, Arrival arrival) throws OriginException {
        if (!(ruling instanceof Ruling.Keep.Shared(Optional<Resumable> parts))) {
            throw new IllegalStateException("not a ruling by HTTP's own rules");
        }
        try {
            keep(filing.entry(arrival.response(), rules().fields(head), head.receivedAt()), parts, arrival.response());
        } catch (StoreException e) {
            e.writeTo(log, title());
            pass(head, arrival, false);
        }
        return true;
    }

    private void keep(Entry entry, Optional<Resumable> parts, OriginResponse response) throws OriginException {
        if (parts.isPresent()) {
            keep(parts.get().entry(entry), parts.get().atHand(response), response.status());
        } else if (entry.hasNoContent()) {
            filing.put(entry);
            outcome.complete(kept(entry, Optional.empty(), entry.status()));
        } else {
            keep(response, entry);
        }
    }

    /** Content that can be resumed grows like any content that has a digest. */
    private void keep(Entry entry, OpenResponse openResponse, int status) throws OriginException {
        new Fill(engine.tools(), Representation.of(task.resource(), entry)).run(Fill.Start.with(openResponse), () -> {
            filing.put(entry);
            dropFormerPart(entry);
            outcome.complete(kept(entry, Optional.empty(), status));
        });
    }

    /** No client will request the missing bytes of a former version that is stored in part. */
    private void dropFormerPart(Entry now) {
        task.stored()
                .map(StoredResponse::entry)
                .filter(old -> old.isPartial() && !old.content().equals(now.content()))
                .ifPresent(old -> new Fill(engine.tools(), Representation.of(task.resource(), old)).drop());
    }

    /** Until it is stored, all other content is known only to its readers. */
    private void keep(OriginResponse response, Entry entry) throws OriginException {
        ArrivingListing listing = new ArrivingListing(arrivals, filing, entry);
        new Fill(engine.tools(), Representation.of(task.resource(), entry), listing)
                .run(
                        Fill.Start.once(response),
                        () -> outcome.complete(kept(entry, listing.progress(), entry.status())));
    }

    private FetchOutcome kept(Entry entry, Optional<Progress> progress, int status) {
        return new FetchOutcome.Kept(StoredResponse.of(entry, task.resource(), progress, engine.settings()), status);
    }

    @Override
    public boolean pass(Ruling.Pass ruling, UpstreamHead head, Arrival arrival) {
        switch (ruling.effect()) {
            case NONE -> {}
            case REPLACES -> forgetStored();
            case FRESHENS -> filing.put(confirmed(task.stored().orElseThrow().entry(), head));
            case INVALIDATES -> variants.invalidate(task.resource().key());
        }
        pass(head, arrival, ruling.unstorable());
        return true;
    }

    /**
     * If the client's conditions were not sent to the origin, they are evaluated here on its 200 (RFC 9110 §13.2.1).
     */
    private boolean isKnownToClient(UpstreamHead head, Fields received) {
        return head.status() == 200
                && task.message().isPlainRead()
                && Preconditions.isNotModified(task.message().fields(), received);
    }

    private void pass(UpstreamHead head, Arrival arrival, boolean unstorable) {
        Fields received = rules().fields(head);
        int status = head.status();
        Fields fields = task.resource().present(Via.passed(received.withoutHopByHop()), task.message());
        CacheStatus forwarded = task.status().withForwardStatus(status);
        if (isKnownToClient(head, received)) {
            passed(new Answer(304, ResponseBuilder.withoutContent(fields), new Body.None(), forwarded), unstorable);
        } else if (task.message().isHead() || status == 204 || status == 304) {
            passed(new Answer(status, fields, new Body.None(), forwarded), unstorable);
        } else {
            OriginResponse response = arrival.response();
            ChunkPipe pipe = PipeOutput.ofTask();
            response.holdLittle();
            Silence.allow(response, task.resource().upstream());
            passed(new Answer(status, fields, new Body.Piped(pipe), forwarded), unstorable);
            PipeOutput.putAll(pipe, response, title());
        }
    }

    private void passed(Answer answer, boolean unstorable) {
        outcome.complete(new FetchOutcome.Passed(answer, unstorable));
    }

    @Override
    public boolean refuse(Ruling.Refuse ruling, Arrival arrival) {
        throw new IllegalStateException("not a ruling by HTTP's own rules");
    }

    @Override
    public boolean unavailable(Ruling.Unavailable ruling, Arrival arrival) {
        return outcome.complete(new FetchOutcome.Unavailable(arrival.last().status(), ruling.fields(), new byte[0]));
    }
}
