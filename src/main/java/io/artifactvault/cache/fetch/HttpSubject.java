package io.artifactvault.cache.fetch;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.fill.PipeOutput;
import io.artifactvault.cache.lookup.Arrivals;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.Variants;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.ResponseBuilder;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.upstream.Resumable;
import io.artifactvault.cache.upstream.Silence;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Via;
import io.artifactvault.http.caching.Invalidation;
import io.artifactvault.http.conditional.Preconditions;
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

    private final Engine engine;
    private final Variants variants;
    private final Arrivals arrivals;
    private final HttpForwarding forwarded;
    private final CompletableFuture<FetchOutcome> outcome;
    private final Instant requestedAt;
    private final HttpFiling filing;
    private HttpAttempt attempt;

    public HttpSubject(
            Engine engine,
            Variants variants,
            Arrivals arrivals,
            HttpForwarding forwarded,
            CompletableFuture<FetchOutcome> outcome) {
        this.engine = engine;
        this.variants = variants;
        this.arrivals = arrivals;
        this.forwarded = forwarded;
        this.outcome = outcome;
        this.requestedAt = engine.clock().instant();
        this.filing = new HttpFiling(
                variants,
                forwarded.resource(),
                forwarded.variantSet(),
                forwarded.stored().map(StoredResponse::entry),
                requestedAt);
        this.attempt = HttpAttempt.first(forwarded);
    }

    @Override
    public String title() {
        return forwarded.resource().title();
    }

    @Override
    public CompletableFuture<FetchOutcome> outcome() {
        return outcome;
    }

    @Override
    public HttpResource resource() {
        return forwarded.resource();
    }

    @Override
    public HttpRules rules() {
        return new HttpRules(
                forwarded.message(),
                forwarded.resource(),
                forwarded.stored(),
                forwarded.validate(),
                attempt.validates(),
                attempt.forwardsConditions(),
                attempt.range(),
                requestedAt);
    }

    @Override
    public boolean askAgain() {
        boolean first = attempt.conditional();
        attempt = attempt.whole();
        return first;
    }

    /** Does nothing: the second attempt is never conditional. */
    @Override
    public void dropConditions() {}

    @Override
    public boolean isEnough(List<Hop> hops) {
        return !forwarded.resource().followsRedirects();
    }

    @Override
    public OriginRequest request() {
        return attempt.request();
    }

    /** Invalidates stored responses if the request was unsafe (RFC 9111 §4.4). */
    @Override
    public void received(UpstreamHead head) {
        Invalidation.targets(
                        forwarded.message().method(),
                        forwarded.resource().upstream().uri(),
                        head.status(),
                        head.last().fields())
                .forEach(uri -> variants.invalidate(forwarded.resource().keyOf(uri)));
    }

    @Override
    public boolean confirm(Ruling.Confirm ruling, UpstreamHead head) {
        StoredResponse old = forwarded.stored().orElseThrow();
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
                StoredResponse.of(confirmed, forwarded.resource(), old.arriving(), engine.settings()), head.status());
    }

    @Override
    public void forgetStored() {
        forwarded.stored().ifPresent(old -> engine.index().remove(old.entry().key()));
    }

    @Override
    public boolean keep(Ruling.Keep ruling, UpstreamHead head, Arrival arrival) throws OriginException {
        if (!(ruling instanceof Ruling.Keep.Shared(Optional<Resumable> parts))) {
            throw new IllegalStateException("a ruling that HTTP's own rules never give");
        }
        try {
            keep(filing.entry(arrival.response(), rules().fields(head), head), parts, arrival.response());
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

    /** Stores content that can be resumed: it grows like content that has a digest. */
    private void keep(Entry entry, OpenResponse openResponse, int status) throws OriginException {
        new Fill(engine.tools(), Representation.of(forwarded.resource(), entry))
                .run(Fill.Start.with(openResponse), () -> {
                    filing.put(entry);
                    dropFormerPart(entry);
                    outcome.complete(kept(entry, Optional.empty(), status));
                });
    }

    /** Removes a former version that is only partly stored: clients will no longer request its missing bytes. */
    private void dropFormerPart(Entry now) {
        forwarded
                .stored()
                .map(StoredResponse::entry)
                .filter(old -> old.isPartial() && !old.content().equals(now.content()))
                .ifPresent(old -> new Fill(engine.tools(), Representation.of(forwarded.resource(), old)).drop());
    }

    /** Stores content that cannot be resumed: until it is complete, only its readers know it. */
    private void keep(OriginResponse response, Entry entry) throws OriginException {
        ArrivingListing listing = new ArrivingListing(arrivals, filing, entry);
        new Fill(engine.tools(), Representation.of(forwarded.resource(), entry), listing)
                .run(
                        Fill.Start.once(response),
                        () -> outcome.complete(kept(entry, listing.progress(), entry.status())));
    }

    private FetchOutcome kept(Entry entry, Optional<Progress> progress, int status) {
        return new FetchOutcome.Kept(
                StoredResponse.of(entry, forwarded.resource(), progress, engine.settings()), status);
    }

    @Override
    public boolean pass(Ruling.Pass ruling, UpstreamHead head, Arrival arrival) {
        switch (ruling.effect()) {
            case NONE -> {}
            case REPLACES -> forgetStored();
            case FRESHENS ->
                filing.put(confirmed(forwarded.stored().orElseThrow().entry(), head));
            case INVALIDATES -> variants.invalidate(forwarded.resource().key());
        }
        pass(head, arrival, ruling.unstorable());
        return true;
    }

    /**
     * Whether the client already has the content. Evaluates the client's conditions on the origin's 200 if they were
     * not sent to the origin (RFC 9110 §13.2.1).
     */
    private boolean isKnownToClient(UpstreamHead head, Fields received) {
        return head.status() == 200
                && forwarded.message().isPlainRead()
                && Preconditions.isNotModified(forwarded.message().fields(), received);
    }

    private void pass(UpstreamHead head, Arrival arrival, boolean unstorable) {
        Fields received = rules().fields(head);
        int status = head.status();
        Fields fields = forwarded.resource().present(Via.passed(received.withoutHopByHop()), forwarded.message());
        CacheStatus newStatus = forwarded.status().withForwardStatus(status);
        if (isKnownToClient(head, received)) {
            passed(new Answer(304, ResponseBuilder.withoutContent(fields), new Body.None(), newStatus), unstorable);
        } else if (forwarded.message().isHead() || status == 204 || status == 304) {
            passed(new Answer(status, fields, new Body.None(), newStatus), unstorable);
        } else {
            OriginResponse response = arrival.response();
            ChunkPipe pipe = PipeOutput.ofTask();
            response.holdLittle();
            Silence.allow(response, forwarded.resource().upstream());
            passed(new Answer(status, fields, new Body.Piped(pipe), newStatus), unstorable);
            PipeOutput.putAll(pipe, response, title());
        }
    }

    private void passed(Answer answer, boolean unstorable) {
        outcome.complete(new FetchOutcome.Passed(answer, unstorable));
    }

    @Override
    public boolean refuse(Ruling.Refuse ruling, Arrival arrival) {
        throw new IllegalStateException("a ruling that HTTP's own rules never give");
    }

    @Override
    public boolean unavailable(Ruling.Unavailable ruling, Arrival arrival) {
        return outcome.complete(new FetchOutcome.Unavailable(arrival.last().status(), ruling.fields(), new byte[0]));
    }
}
