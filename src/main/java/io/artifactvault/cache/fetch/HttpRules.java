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
            // The client's own copy is still valid, which says nothing about the stored response.
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

    /**
     * Whether the response to the first of several ranges is of no use: that range does not exist, or is not stored in
     * a form to which the others could be added.
     */
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

    /**
     * Whether the client's condition still has to be evaluated: it takes precedence over the client's range (RFC 9110
     * §13.2.2), and requires the whole response.
     */
    private boolean isConditionOpen() {
        Fields fields = request.fields();
        return range.isPresent() && !evaluated && (fields.has("If-None-Match") || fields.has("If-Modified-Since"));
    }

    /**
     * Whether a 304 confirms the stored response: it does not if it is for another version or from another target (RFC
     * 9111 §4.3.4).
     */
    private boolean confirms(UpstreamHead head) {
        Entry old = stored.orElseThrow().entry();
        return isFromSameTarget(old, head)
                && Validator.confirms(old.fields(), head.last().fields());
    }

    /**
     * Whether the validator comes from the target that sent the 304: a validator applies only to its own target (RFC
     * 9110 §8.8), and a redirect may lead to another target now. The target is unknown for responses that an earlier
     * version of the vault stored.
     */
    private boolean isFromSameTarget(Entry old, UpstreamHead head) {
        return old.isFrom(head.last().uri(), !resource.followsRedirects());
    }

    /** Whether the request names other proxies in CDN-Loop: upstream may respond differently for that reason alone. */
    private boolean namesOthers() {
        return LoopMark.namesOthers(request.fields());
    }

    /**
     * Whether the response is for one client: a response to a request with a credential or cookie that may not be
     * shared says nothing about the responses to other clients.
     */
    private boolean isOfOneClient() {
        return request.fields().has("Authorization") || request.fields().has("Cookie");
    }

    /** Whether the status is an error for which a stale response may be served: 500, 502, 503 or 504 (RFC 5861 §4). */
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
     * The ruling on a 304 (RFC 9111 §4.3.4). If the 304 forbids storing, or the request does, the confirmation applies
     * to this client only.
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

    /** The fields with a Date: a recipient that stores a response without Date adds one (RFC 9110 §6.6.1). */
    static Fields dated(Fields fields, Instant receivedAt) {
        return fields.has("Date") ? fields : fields.with("Date", HttpDate.format(receivedAt));
    }

    /** The ruling on the response to a GET. */
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

    /** Whether the response may be stored; a requested part may be if the whole may be. */
    private boolean isStorable(UpstreamHead head, Fields requestFields) {
        if (Silence.isEventStream(fields(head)) || namesOthers()) {
            return false;
        }
        boolean part = head.status() == 206 && range.isPresent();
        ResponseChain chain = part ? chain(head).endingWith(200, head.last().fields()) : chain(head);
        return chain.isStorable(requestFields, times(head));
    }

    /**
     * The effect of a HEAD response (RFC 9111 §4.3.5): it freshens the stored response if it matches it, and
     * invalidates it otherwise. Without a validator it does not match, because the content may have changed and kept
     * its length.
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

    /** Whether the HEAD response has a validator of the stored response; {@link #isSame} compares the validators. */
    private static boolean isIdentified(Entry entry, Fields head) {
        return VALIDATORS.stream()
                .anyMatch(name ->
                        head.has(name) && head.first(name).equals(entry.fields().first(name)));
    }

    /**
     * Whether the lengths are equal; if the content is identified by its validator, only the entry holds the length.
     */
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
