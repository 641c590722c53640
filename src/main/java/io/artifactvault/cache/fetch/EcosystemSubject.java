package io.artifactvault.cache.fetch;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.fill.WrittenFill;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.upstream.Hops;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.upstream.UpstreamHead;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import io.artifactvault.store.index.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A resource of an ecosystem, fetched for one caller. Confined to the fetch's thread.
 *
 * <p>A response to HEAD identifies the resource, and so does one to GET. After the outcome is known, the body of a GET
 * is filled if it is neither stored nor growing.
 */
public final class EcosystemSubject implements FetchSubject {
    private static final int LONGEST_ERROR_BODY = 64 * 1024;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_IMPLEMENTED = 501;

    /** The order of requests to upstream; each is sent only if the previous one did not determine the outcome. */
    private enum Attempt {
        /**
         * Sent without the caller's credential, because the resource was public; if upstream delivers it, the resource
         * is still public.
         */
        OPENLY,
        /**
         * Sent with the caller's credential and HEAD although the body is wanted: if a digest identifies large content,
         * the parts that readers want are then requested separately.
         */
        HEAD_FIRST,
        /** Sent with the caller's credential. */
        AS_CALLER,
        /** Sent with the caller's credential and with GET, because the HEAD response was not sufficient. */
        IN_FULL
    }

    private final Engine engine;
    private final Resource resource;
    private final Caller caller;
    private final Optional<Entry> stored;
    private final boolean urgent;
    private final CompletableFuture<FetchOutcome> outcome;
    private final Instant askedAt;
    private boolean wantsBody;
    private Attempt attempt;

    /** Whether the request is conditional; false once a 304 has confirmed a version other than the stored one. */
    private boolean conditional = true;

    /** @param urgent whether no stored response may be used if upstream fails */
    public EcosystemSubject(
            Engine engine,
            Resource resource,
            Caller caller,
            Optional<Entry> stored,
            boolean wantsBody,
            boolean urgent,
            CompletableFuture<FetchOutcome> outcome) {
        this.engine = engine;
        this.resource = resource;
        this.caller = caller;
        this.stored = stored;
        this.wantsBody = wantsBody || !resource.answersHead();
        this.urgent = urgent;
        this.outcome = outcome;
        this.askedAt = engine.clock().instant();
        this.attempt = first();
    }

    private Attempt first() {
        if (isOpen()) {
            return Attempt.OPENLY;
        }
        boolean headSuffices = isLargeByPromise(resource) || isHeldByPromise(resource) || isHeldWhole(resource);
        return wantsBody && headSuffices ? Attempt.HEAD_FIRST : Attempt.AS_CALLER;
    }

    /**
     * Whether the content is large according to facts that are known before the request, and open to all callers who
     * know its digest, or is to be requested by HEAD first.
     */
    private boolean isLargeByPromise(Resource content) {
        return content.answersHead()
                && (content.scope().isEmpty() || content.asksHeadFirst())
                && content.promised()
                        .filter(facts -> facts.digest().isPresent())
                        .filter(facts -> facts.length().isEmpty() || isLarge(facts))
                        .isPresent();
    }

    /** Of content that is stored or growing under another name: only upstream's permission is missing. */
    private boolean isHeldByPromise(Resource content) {
        return content.answersHead()
                && content.promised()
                        .filter(facts -> isHeld(facts) || isGrowing(facts))
                        .isPresent();
    }

    /** Of content that is stored under this name: a HEAD shows whether it is current and permitted. */
    private boolean isHeldWhole(Resource content) {
        return content.answersHead()
                && content.isAnnouncedWhole()
                && stored.flatMap(Entry::blob).isPresent();
    }

    /**
     * Whether the request may be sent without the caller's credential; false while upstream has yet to decide whether
     * it accepts that credential.
     */
    private boolean isOpen() {
        return stored.isPresent()
                && !caller.isAnonymous()
                && resource.scope().stream()
                        .anyMatch(scope -> isAuthenticated(scope.ttl())
                                && engine.access().openStates().isOpen(scope));
    }

    private boolean isAuthenticated(Duration ttl) {
        String backend = resource.upstream().limits().backend();
        return engine.access().grants().authentications().isAccepted(backend, caller, ttl, askedAt);
    }

    @Override
    public String title() {
        return resource.title();
    }

    @Override
    public CompletableFuture<FetchOutcome> outcome() {
        return outcome;
    }

    @Override
    public Resource resource() {
        return resource;
    }

    @Override
    public ResponseRules rules() {
        return new EcosystemRules(resource, stored.filter(_ -> validator().isPresent()), this::wasAllowed);
    }

    /** An older version from upstream confirms only a version that this caller has had: others may see another. */
    private boolean wasAllowed(Entry entry) {
        return resource.pointsTo(entry.fields())
                .map(resource::at)
                .orElse(resource)
                .scope()
                .map(scope -> engine.access().hasAllowed(caller, scope, entry))
                .orElse(true);
    }

    @Override
    public boolean askAgain() {
        Attempt before = attempt;
        attempt = before == Attempt.OPENLY ? Attempt.AS_CALLER : Attempt.IN_FULL;
        wantsBody = wantsBody || attempt == Attempt.IN_FULL;
        return before != Attempt.IN_FULL;
    }

    @Override
    public void dropConditions() {
        conditional = false;
    }

    private boolean isHeadFirst() {
        return attempt == Attempt.HEAD_FIRST;
    }

    private boolean isOpenly() {
        return attempt == Attempt.OPENLY;
    }

    @Override
    public void received(UpstreamHead head) {
        if (!isOpenly() && !caller.isAnonymous()) {
            var _ = Authentication.record(engine, resource, caller, head.chain(), askedAt);
        }
    }

    /** The validator on which the request is conditional; without one, a 304 confirms nothing. */
    private Optional<String> validator() {
        return stored.filter(_ -> conditional && !resource.answersHead())
                .filter(entry ->
                        entry.blob().isPresent() && resource.requestBody().isEmpty())
                .flatMap(entry -> entry.fields().first("ETag"));
    }

    @Override
    public OriginRequest request() {
        Upstream upstream = resource.upstream();
        Fields fields = upstream.fields();
        Optional<String> validator = validator();
        if (validator.isPresent()) {
            fields = fields.with("If-None-Match", validator.get());
        }
        Optional<Credential> credential = isOpenly() ? Optional.empty() : upstream.credential();
        OriginRequest request =
                Upstreams.request(resource, wantsBody && !isHeadFirst() ? "GET" : "HEAD", fields, credential);
        return urgent ? request : request.whenConvenient();
    }

    /**
     * Whether to stop at a redirect: it contains all required information, or leads to content that is already stored
     * or growing.
     */
    @Override
    public boolean isEnough(List<Hop> hops) {
        if (!(resource.judge(Hops.answers(hops)) instanceof Verdict.Content(Facts facts, boolean _))) {
            return false;
        }
        Facts all = EcosystemRules.withExpected(resource, facts);
        return isHeld(all)
                || (wantsBody
                        ? isGrowing(all) || isFetchedByRange(all)
                        : all.length().isPresent());
    }

    @Override
    public boolean confirm(Ruling.Confirm ruling, UpstreamHead head) {
        // The fields of an outdated response are those of another version.
        Fields update = head.status() == 304 ? head.last().fields() : Fields.EMPTY;
        Entry entry = stored.orElseThrow();
        Instant requestedAt = head.status() == 304 ? askedAt : entry.requestedAt();
        Entry confirmed = filing().confirm(entry, update, requestedAt);
        return outcome.complete(new FetchOutcome.Identified(confirmed, resource, head.status()));
    }

    private EcosystemFiling filing() {
        return new EcosystemFiling(engine, resource, caller, isOpenly(), askedAt);
    }

    @Override
    public boolean keep(Ruling.Keep ruling, UpstreamHead head, Arrival arrival) throws OriginException {
        return switch (ruling) {
            case Ruling.Keep.Named(Facts facts, boolean here) -> content(arrival, facts, here);
            case Ruling.Keep.Absence(Verdict.Final verdict) -> absence(verdict, head.status(), arrival);
            case Ruling.Keep.Shared _ ->
                throw new IllegalStateException("a ruling that the rules of an ecosystem never give");
        };
    }

    private boolean content(Arrival arrival, Facts facts, boolean here) throws OriginException {
        EcosystemFiling filing = filing();
        Entry entry = filing.entry(facts, 200);
        checkHeldLength(arrival, facts, entry);
        boolean byRange = entry.blob().isEmpty() && wantsBody && !isGrowing(facts) && isFetchedByRange(facts);
        if (isHeadFirst() && entry.blob().isEmpty() && !byRange && !isGrowing(facts)) {
            return false;
        }
        if (byRange && (!here || isHeadFirst())) {
            Fill.Start start =
                    here ? Fill.Start.NOTHING : Fill.Start.at(engine.upstreams().beyond(arrival, resource.upstream()));
            arrival.close();
            fill(facts, entry, start, arrival.last().status());
            return true;
        }
        // Stored content is confirmed by its length; without one, the content itself must be read.
        boolean isConfirmed = entry.blob().isPresent() && (facts.length().isPresent() || !resource.isAnnouncedWhole());
        if (resource.isAnnouncedWhole() && !isConfirmed && (isHeadFirst() || !wantsBody)) {
            return false;
        }
        if (!here || isHeadFirst() || !wantsBody || isConfirmed) {
            boolean growing = wantsBody && isGrowing(facts);
            if (entry.length().isEmpty() && entry.blob().isEmpty() && !growing) {
                return false;
            }
            filing.recordContent(facts, entry);
            outcome.complete(new FetchOutcome.Identified(
                    entry, filing.actual(facts), arrival.last().status()));
            return true;
        }
        Optional<BodyEdit> edit = edit(resource, arrival);
        if (Upstreams.isEncoded(arrival.response()) && edit.isEmpty()) {
            // The bytes belong to another representation than the one that name, length and digest describe.
            outcome.complete(new FetchOutcome.Unstorable());
            return true;
        }
        checkLength(arrival, facts);
        if (edit.isPresent()) {
            Entry edited = new WrittenFill(engine.tools(), Representation.of(resource, entry))
                    .edited(arrival.response(), edit.get(), filing::edited);
            filing.recordContent(facts, edited);
            outcome.complete(new FetchOutcome.Identified(
                    edited, filing.actual(edited), arrival.last().status()));
        } else {
            fill(
                    facts,
                    entry,
                    Fill.Start.with(OpenResponse.whole(arrival.response())),
                    arrival.last().status());
        }
        return true;
    }

    private void fill(Facts facts, Entry entry, Fill.Start start, int status) throws OriginException {
        EcosystemFiling filing = filing();
        Resource actual = filing.actual(facts);
        new Fill(engine.tools(), Representation.of(actual, entry))
                .onMismatch(() -> engine.refuted(actual))
                .run(start, () -> {
                    filing.recordContent(facts, entry);
                    outcome.complete(new FetchOutcome.Identified(entry, actual, status));
                });
    }

    /** Whether an earlier fill left a part of the content, so that only the rest must be requested. */
    private boolean isPartial(Facts facts) {
        return facts.length().isPresent()
                && facts.digest().filter(engine.store().blobs()::hasPartial).isPresent();
    }

    /**
     * Whether the content is so large that only parts of it should be requested; a redirect to it is then not followed
     * before a reader needs them.
     */
    private boolean isLarge(Facts facts) {
        return facts.digest().isPresent()
                && facts.length().orElse(0) > engine.settings().segmentSize();
    }

    /**
     * Whether mirrors may deliver the content: it is then requested by its known digest, because mirrors may deliver
     * nothing else.
     */
    private boolean isMirrored(Facts facts) {
        return facts.digest().isPresent()
                && facts.length().orElse(0) > 0
                && !resource.upstream().limits().mirrors().isEmpty();
    }

    private boolean isFetchedByRange(Facts facts) {
        return isPartial(facts) || isLarge(facts) || isMirrored(facts);
    }

    private boolean isHeld(Facts facts) {
        return facts.digest().filter(engine.contents()::holds).isPresent();
    }

    private boolean isGrowing(Facts facts) {
        return facts.digest()
                .filter(digest -> engine.fills().isGrowing(digest.toString()))
                .isPresent();
    }

    /**
     * How the body is edited; empty if it is not.
     *
     * @throws OriginException if the body would have to be edited, and has an encoding that was not requested
     */
    static Optional<BodyEdit> edit(Resource resource, Arrival arrival) throws OriginException {
        Optional<BodyEdit> edit =
                resource.edit(Hops.answers(List.of(arrival.last())).getFirst());
        boolean readable =
                !Upstreams.isEncoded(arrival.response()) || Upstreams.isGzipAsRequested(resource, arrival.response());
        if (edit.isPresent() && !readable) {
            throw Hops.unexpected(arrival.last(), "a Content-Encoding that the request does not accept");
        }
        return edit;
    }

    /** Refuses a body whose length differs from the announced one: it is not the file. */
    private static void checkLength(Arrival arrival, Facts facts) throws OriginException {
        OptionalLong sent = arrival.response().contentLength();
        boolean differs = sent.isPresent()
                && facts.length().isPresent()
                && sent.getAsLong() != facts.length().getAsLong();
        if (differs) {
            throw Hops.unexpected(arrival.last(), "a body whose length differs from the announced one");
        }
    }

    /** A response about stored content with another length is about something else, such as a login page. */
    private static void checkHeldLength(Arrival arrival, Facts facts, Entry entry) throws OriginException {
        if (entry.blob().isPresent()
                && facts.length().isPresent()
                && !facts.length().equals(entry.length())) {
            throw Hops.unexpected(arrival.last(), "a length other than that of the content with this digest");
        }
    }

    private boolean absence(Verdict.Final verdict, int status, Arrival arrival) throws OriginException {
        // The connection is reused only if no bytes are left on it.
        var _ = smallBody(arrival);
        endGrantIfRefused(status);
        Resource actual = verdict.pointsTo().map(resource::at).orElse(resource);
        return outcome.complete(new FetchOutcome.Identified(filing().absent(verdict, status, stored), actual, status));
    }

    /**
     * Passes a response through that may not be stored. If upstream has not identified the content, only its bytes can
     * prove that the caller may receive it.
     */
    @Override
    public boolean pass(Ruling.Pass ruling, UpstreamHead head, Arrival arrival) {
        return outcome.complete(ruling.unstorable() ? new FetchOutcome.Unstorable() : new FetchOutcome.Unproven());
    }

    @Override
    public boolean refuse(Ruling.Refuse ruling, Arrival arrival) throws OriginException {
        boolean denied = ruling.kind() == Verdict.Kind.DENIED;
        if (isOpenly()) {
            if (denied) {
                filing().close();
            }
            return false;
        }
        int status = arrival.last().status();
        // A link that is signed for GET permits no HEAD.
        if (isHeadFirst() && status == FORBIDDEN) {
            return false;
        }
        byte[] body = smallBody(arrival);
        if (denied) {
            filing().deny();
        } else {
            endGrantIfRefused(status);
        }
        // Where clients never get upstream's own error, they get the status of its meaning, too.
        boolean absent = ruling.kind() == Verdict.Kind.ABSENT && resource.rewritesErrors();
        int shown = absent ? NOT_FOUND : status;
        return outcome.complete(new FetchOutcome.Final(ruling.kind(), shown, ruling.fields(), body, ruling.named()));
    }

    @Override
    public boolean unavailable(Ruling.Unavailable ruling, Arrival arrival) throws OriginException {
        int status = arrival.last().status();
        if (isOpenly() || isRefusedHead(status)) {
            return false;
        }
        byte[] body = smallBody(arrival);
        endGrantIfRefused(status);
        return outcome.complete(new FetchOutcome.Unavailable(status, ruling.fields(), body));
    }

    /** Whether the server supports no HEAD there, so that only GET shows whether it has the content. */
    private boolean isRefusedHead(int status) {
        boolean isHead = !wantsBody || isHeadFirst();
        return isHead && (status == METHOD_NOT_ALLOWED || status == NOT_IMPLEMENTED);
    }

    private void endGrantIfRefused(int status) {
        if (status == 401 || status == 403) {
            filing().endGrant();
        }
    }

    /** Never called: a response never forbids the use of an ecosystem's stored entries. */
    @Override
    public void forgetStored() {
        throw new IllegalStateException("a ruling that the rules of an ecosystem never give");
    }

    /** The body of an error; empty if it is encoded, because every client can read the sentence in the fields. */
    private static byte[] smallBody(Arrival arrival) throws OriginException {
        if (Upstreams.isEncoded(arrival.response())) {
            return new byte[0];
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        arrival.response().expectPace();
        boolean more = true;
        while (more && body.size() < LONGEST_ERROR_BODY) {
            more = arrival.response().next(bytes -> append(body, bytes));
        }
        return body.toByteArray();
    }

    private static void append(ByteArrayOutputStream body, ByteBuffer bytes) {
        byte[] chunk = new byte[bytes.remaining()];
        bytes.get(chunk);
        body.writeBytes(chunk);
    }
}
