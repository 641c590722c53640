package io.artifactvault.cache.fetch;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.lookup.Planner;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.upstream.Resumable;
import io.artifactvault.cache.upstream.Silence;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.Request;
import io.artifactvault.http.caching.ResponseChain;
import io.artifactvault.http.caching.Storability;
import io.artifactvault.http.caching.StoredFields;
import io.artifactvault.http.conditional.RangeSpec;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.store.index.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Rules according to RFC 9111 §3 and §4.3, based on HTTP alone. Pure.
 *
 * @param request the client's request
 * @param stored the stored response that the request selects
 * @param mayValidate whether the stored response may serve this request if upstream confirms it or fails
 * @param conditional whether the request to upstream carried the stored response's validators
 * @param evaluated whether the request to upstream carried the client's own conditions
 * @param range the range requested from upstream; empty for the whole representation
 */
record HttpRules(
        Request request,
        HttpResource resource,
        Optional<StoredResponse> stored,
        boolean mayValidate,
        boolean conditional,
        boolean evaluated,
        Optional<String> range,
        Instant requestedAt)
        implements ResponseRules {
    private static final List<String> VALIDATORS = List.of("ETag", "Last-Modified");

    @Override
    public Ruling rule(UpstreamHead head) {
        int status = head.status();
        if (isOfNoUse(head)) {
            return new Ruling.AskForAll(false);
        }
        if (status == 304 && conditional) {
            return confirms(head) ? confirm(head) : new Ruling.AskForAll(false);
        }
        if (status == 304 && request.isPlainRead()) {
            // The client's own copy is still valid: that says nothing about the stored response.
            return Ruling.Pass.with(Ruling.Effect.NONE);
        }
        if (isTrouble(head)) {
            return new Ruling.Unavailable(Fields.EMPTY, Optional.empty());
        }
        if (request.isPlainRead() && request.method().equals("GET")) {
            return keepOrPass(head);
        }
        return Ruling.Pass.with(request.isPlainRead() && status == 200 ? effectOfHead(head) : Ruling.Effect.NONE);
    }

    /** The first of several ranges cannot be stored such that the others could be added, or does not exist. */
    private boolean isOfNoUse(UpstreamHead head) {
        if (head.status() == 416 && isConditionOpen()) {
            return true;
        }
        boolean firstOfSeveral = range.isPresent()
                && RangeSpec.parse(request.fields().first("Range")).parts().size() != 1;
        return firstOfSeveral
                && (head.status() == 416
                        || (head.status() == 206
                                && !(isStorable(head, request.fields())
                                        && Resumable.of(head, range).isPresent())));
    }

    /** RFC 9110 §13.2.2: the client's condition precedes its range, and can be evaluated on the whole response. */
    private boolean isConditionOpen() {
        Fields fields = request.fields();
        return range.isPresent() && !evaluated && (fields.has("If-None-Match") || fields.has("If-Modified-Since"));
    }

    /** RFC 9111 §4.3.4: a 304 for another version or from another target does not confirm the stored response. */
    private boolean confirms(UpstreamHead head) {
        Entry old = stored.orElseThrow().entry();
        return isFromSameTarget(old, head)
                && Validator.confirms(old.fields(), head.last().fields());
    }

    /**
     * A validator applies to the target that sent it (RFC 9110 §8.8), and a redirect may lead to another one now. It is
     * unknown for responses that an earlier version stored.
     */
    private boolean isFromSameTarget(Entry old, UpstreamHead head) {
        return old.isFrom(head.last().uri(), !resource.followsRedirects());
    }

    /** Such a request describes its own path; upstream may respond differently for that reason alone. */
    private boolean namesOthers() {
        return LoopMark.namesOthers(request.fields());
    }

    /** A response to a credential or a cookie that may not be shared says nothing about the responses to others. */
    private boolean isOfOneClient() {
        return request.fields().has("Authorization") || request.fields().has("Cookie");
    }

    /** RFC 5861 §4: 500, 502, 503 and 504 are errors for which a stale response may be served. */
    private boolean isTrouble(UpstreamHead head) {
        return switch (head.status()) {
            case 500, 502, 503, 504 ->
                mayValidate
                        && stored.filter(old -> old.isUsableOnError(head.receivedAt()))
                                .isPresent();
            default -> false;
        };
    }

    /**
     * RFC 9111 §4.3.4. A directive that forbids storing, for all requests or as the response to this one, limits the
     * confirmation to this client.
     */
    private Ruling confirm(UpstreamHead head) {
        Entry old = stored.orElseThrow().entry();
        ResponseChain chain = updated(old, head);
        if (!namesOthers() && chain.permitsStoring(request.fields(), times(head))) {
            return new Ruling.Confirm(Ruling.Audience.ALL);
        }
        boolean forbidden = !namesOthers() && !isOfOneClient() && chain.forbidsStoring();
        if (old.isPartial()) {
            return new Ruling.AskForAll(forbidden);
        }
        return new Ruling.Confirm(forbidden ? Ruling.Audience.ONE_FOR_THE_LAST_TIME : Ruling.Audience.ONE);
    }

    /** The redirect chain to the stored response, updated with the fields of the response. */
    ResponseChain updated(Entry old, UpstreamHead head) {
        // While parts are missing, they are requested with the validator of the stored parts.
        Fields news = head.last().fields();
        Fields confirmation = old.isPartial() ? news.without("ETag", "Last-Modified") : news;
        Fields fields = StoredFields.updated(old.fields(), dated(confirmation, head.receivedAt()));
        return chain(head).endingWith(old.status(), fields);
    }

    /** RFC 9110 §6.6.1: a recipient that stores a response without a date adds one. */
    static Fields dated(Fields fields, Instant receivedAt) {
        return fields.has("Date") ? fields : fields.with("Date", HttpDate.format(receivedAt));
    }

    /** The response to a GET. */
    private Ruling keepOrPass(UpstreamHead head) {
        if (!Planner.isKeepable(resource.key()) || !isStorable(head, request.fields())) {
            boolean replaces = !namesOthers() && !isOfOneClient() && Storability.replacesStored(head.status());
            return new Ruling.Pass(replaces ? Ruling.Effect.REPLACES : Ruling.Effect.NONE, forbidsStoring(head));
        }
        Optional<Resumable> parts = Resumable.of(head, range);
        return parts.isEmpty() && head.status() == 206
                ? Ruling.Pass.with(Ruling.Effect.NONE)
                : new Ruling.Keep.Shared(parts);
    }

    /**
     * Whether the response forbids storing it for any request. A refusal, a temporary error and a response to a
     * credential say nothing about the responses to others.
     */
    private boolean forbidsStoring(UpstreamHead head) {
        boolean ofResource = head.status() < 400 || Storability.replacesStored(head.status());
        return ofResource
                && !namesOthers()
                && !request.fields().has("Authorization")
                && !isStorable(head, Fields.EMPTY);
    }

    /** A requested part may be stored if the whole may be. */
    private boolean isStorable(UpstreamHead head, Fields requestFields) {
        if (Silence.isEventStream(fields(head)) || namesOthers()) {
            return false;
        }
        boolean part = head.status() == 206 && range.isPresent();
        ResponseChain chain = part ? chain(head).endingWith(200, head.last().fields()) : chain(head);
        return chain.isStorable(requestFields, times(head));
    }

    /**
     * RFC 9111 §4.3.5: a HEAD response that matches the stored response freshens it; one that does not invalidates it.
     * Without a validator it cannot match: the content may have changed and kept its length.
     */
    private Ruling.Effect effectOfHead(UpstreamHead head) {
        if (stored.isEmpty() || namesOthers()) {
            return Ruling.Effect.NONE;
        }
        Entry old = stored.get().entry();
        Fields fields = head.last().fields();
        ResponseChain chain = updated(old, head);
        boolean fits = isFromSameTarget(old, head)
                && VALIDATORS.stream().allMatch(name -> isSame(name, old.fields(), fields))
                && isSameLength(old, fields);
        if (!fits || chain.forbidsStoring()) {
            return isOfOneClient() ? Ruling.Effect.NONE : Ruling.Effect.INVALIDATES;
        }
        boolean freshens = isIdentified(old, fields) && chain.permitsStoring(request.fields(), times(head));
        return freshens ? Ruling.Effect.FRESHENS : Ruling.Effect.NONE;
    }

    /** Whether the HEAD response has a validator of the stored response; {@link #isSame} finds those that differ. */
    private static boolean isIdentified(Entry entry, Fields head) {
        return VALIDATORS.stream()
                .anyMatch(name ->
                        head.has(name) && head.first(name).equals(entry.fields().first(name)));
    }

    /** For content that is named by its validator, only the entry holds the length. */
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

    /** The fields of the response for the requested target. */
    Fields fields(UpstreamHead head) {
        return chain(head).fields(times(head));
    }

    static ResponseChain chain(UpstreamHead head) {
        return new ResponseChain(head.chain().stream()
                .map(hop -> new ResponseChain.Head(hop.status(), hop.fields()))
                .toList());
    }

    ResponseChain.Times times(UpstreamHead head) {
        return new ResponseChain.Times(
                requestedAt, head.receivedAt(), resource.defaultTtl(), resource.negativeTtl(), resource.staleIfError());
    }
}
