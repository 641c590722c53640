package io.artifactvault.cache;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.CachePolicy;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RedirectFollower.Arrival;
import io.artifactvault.store.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to upstream about one resource for one caller, told top to bottom on its task's virtual thread.
 *
 * <p>HEAD learns what the resource is. GET does too, and if the content is neither stored nor on its way, goes on to fill
 * it after the outcome is told.
 */
final class Question {
    private static final Logger log = LoggerFactory.getLogger(Question.class);
    private static final int LONGEST_ERROR_BODY = 64 * 1024;

    private final Engine engine;
    private final Resource resource;
    private final Caller caller;
    private final Optional<Entry> stored;
    private final boolean urgent;
    private final CompletableFuture<Outcome> outcome;
    private final Instant askedAt;
    private boolean wantsBody;

    /** Asked without the caller's credential, because what is asked for was open to everybody. */
    private boolean openly;

    /** @param urgent whether what is stored would not do if upstream were not asked now */
    Question(
            Engine engine,
            Resource resource,
            Caller caller,
            Optional<Entry> stored,
            boolean wantsBody,
            boolean urgent,
            CompletableFuture<Outcome> outcome) {
        this.engine = engine;
        this.resource = resource;
        this.caller = caller;
        this.stored = stored;
        this.wantsBody = wantsBody || !resource.answersHead();
        this.urgent = urgent;
        this.outcome = outcome;
        this.askedAt = engine.clock().instant();
    }

    void ask() {
        try {
            if (!askOpenly() && !askOnce()) {
                wantsBody = true;
                askOnce();
            }
        } catch (OriginException e) {
            outcome.complete(new Outcome.Failed(e));
        } catch (StoreException e) {
            e.tell(log, resource.title());
            outcome.complete(new Outcome.Unstorable());
        }
    }

    /**
     * What was open to everybody is checked as everybody would: a yes renews that it is, without a question more. False when it
     * was not open, upstream did not say yes to that, or has yet to say whether it accepts the caller's credential.
     */
    private boolean askOpenly() throws OriginException {
        openly = stored.isPresent()
                && !caller.isAnonymous()
                && resource.scope().stream()
                        .anyMatch(scope -> isAuthenticated(scope.ttl())
                                && engine.openStates().isOpen(scope));
        boolean answered = openly && askOnce();
        openly = false;
        return answered;
    }

    private boolean isAuthenticated(Duration ttl) {
        String backend = resource.upstream().account().backend();
        return engine.grants().authentications().isAccepted(backend, caller, ttl, askedAt);
    }

    /** False when the answer did not tell enough. */
    private boolean askOnce() throws OriginException {
        Upstream upstream = resource.upstream();
        try (Arrival arrival = engine.follow(request(upstream), resource, this::isEnough)) {
            if (!openly && !caller.isAnonymous()) {
                var _ = Authentication.heard(engine, resource, caller, answers(arrival.hops()), askedAt);
            }
            Hop last = arrival.last();
            if (last.status() == 304 && stored.isPresent() && isOf(upstream, arrival)) {
                confirm(stored.get(), last.fields());
                return true;
            }
            List<UpstreamAnswer> answers = answers(arrival.hops());
            return switch (resource.judge(answers)) {
                case Verdict.Content(Facts facts, boolean here) ->
                    switch (resource.naming(answers)) {
                        case UPSTREAM -> content(arrival, expected(last, facts), here);
                        case ADDRESS -> outcome.complete(new Outcome.Unproven());
                        case FOREIGN ->
                            throw unexpected(last, "content that upstream has not named, from another host");
                    };
                case Verdict.Final verdict -> finish(arrival, verdict);
                case Verdict.Challenge(TokenRequest _, Verdict.Final otherwise) -> finish(arrival, otherwise);
                case Verdict.Alien(String why) -> throw unexpected(last, why);
                case Verdict.Follow _ -> throw unexpected(last, "a redirect without an end");
            };
        }
    }

    /** Another host to which upstream redirected cannot confirm in its name. */
    private static boolean isOf(Upstream upstream, Arrival arrival) {
        OriginId home = OriginId.of(upstream.uri());
        return arrival.hops().stream().allMatch(hop -> OriginId.of(hop.uri()).equals(home));
    }

    private OriginRequest request(Upstream upstream) {
        Fields fields = upstream.fields();
        Optional<String> validator = stored.filter(e -> e.blob().isPresent() && !resource.answersHead())
                .flatMap(entry -> entry.fields().first("ETag"));
        if (validator.isPresent() && resource.question().isEmpty()) {
            fields = fields.with("If-None-Match", validator.get());
        }
        Optional<Credential> credential = openly ? Optional.empty() : upstream.credential();
        OriginRequest request = request(resource, wantsBody ? "GET" : "HEAD", fields, credential);
        return urgent ? request : request.whenConvenient();
    }

    /** A request for the resource, by the method that it is asked for with. */
    static OriginRequest request(Resource resource, String method, Fields fields, Optional<Credential> credential) {
        Optional<RequestBody> body = resource.question().map(RequestBody::of);
        return new OriginRequest(
                body.isPresent() ? "POST" : method, resource.upstream().uri(), fields, credential, body, true);
    }

    /** Stops at a redirect that tells all there is to know, or that leads to content we have or are getting. */
    private boolean isEnough(List<Hop> hops) {
        if (!(resource.judge(answers(hops)) instanceof Verdict.Content(Facts facts, boolean _))) {
            return false;
        }
        Facts all = withExpected(facts);
        boolean held = all.digest().filter(engine.shelf()::holds).isPresent();
        return held
                || (wantsBody
                        ? isGrowing(all) || isFetchedByRange(all)
                        : all.length().isPresent());
    }

    /** What upstream says of the content, with what was known before it was asked. */
    private Facts withExpected(Facts facts) {
        return resource.promised()
                .map(known -> new Facts(
                        facts.fields(),
                        facts.length().isPresent() ? facts.length() : known.length(),
                        known.digest().or(facts::digest),
                        facts.pointsTo()))
                .orElse(facts);
    }

    /** @throws OriginException when upstream has other content than what was asked for */
    private Facts expected(Hop last, Facts facts) throws OriginException {
        Facts all = withExpected(facts);
        boolean sameDigest = facts.digest().isEmpty()
                || all.digest().equals(facts.digest())
                || all.digest().orElseThrow().algorithm()
                        != facts.digest().get().algorithm();
        OptionalLong known = resource.promised().map(Facts::length).orElseGet(OptionalLong::empty);
        boolean sameLength = known.isEmpty() || known.equals(all.length());
        if (!sameDigest || !sameLength) {
            throw unexpected(last, "other content than was asked for");
        }
        return all;
    }

    /** Where responses say how long they may be kept, some say that they may not be (RFC 9111 §5.2.2.5). */
    private boolean forbidsStoring(OriginResponse response) {
        return resource.lifetime().byResponse()
                && CachePolicy.of(response.fields()).directives().has("no-store");
    }

    private void confirm(Entry entry, Fields notModified) {
        outcome.complete(new Outcome.Learned(notes().confirm(entry, notModified), resource, 304));
    }

    private Notes notes() {
        return new Notes(engine, resource, caller, openly, askedAt);
    }

    private boolean content(Arrival arrival, Facts facts, boolean here) throws OriginException {
        if (forbidsStoring(arrival.response())) {
            outcome.complete(new Outcome.Unstorable());
            return true;
        }
        Notes notes = notes();
        Entry entry = notes.entry(facts, 200);
        if (!here && entry.blob().isEmpty() && wantsBody && !isGrowing(facts) && isFetchedByRange(facts)) {
            Optional<OriginRequest> place = Optional.of(engine.beyond(arrival, resource.upstream()));
            arrival.close();
            download(
                    facts,
                    entry,
                    new Download.Start(Optional.empty(), place),
                    arrival.last().status());
            return true;
        }
        if (!here || !wantsBody || entry.blob().isPresent()) {
            boolean growing = wantsBody && isGrowing(facts);
            if (entry.length().isEmpty() && entry.blob().isEmpty() && !growing) {
                return false;
            }
            notes.learn(facts, entry);
            outcome.complete(new Outcome.Learned(
                    entry, notes.actual(facts), arrival.last().status()));
            return true;
        }
        if (isEncoded(arrival.response())) {
            refuseToEdit(resource, arrival);
            // The bytes are another representation than the one that names, lengths and digests are of.
            outcome.complete(new Outcome.Unstorable());
            return true;
        }
        checkLength(arrival, facts);
        if (resource.edit(arrival.response().fields()).isPresent()) {
            Entry edited = new Download(engine, resource, entry).edited(arrival.response());
            notes.learn(facts, edited);
            outcome.complete(new Outcome.Learned(
                    edited, notes.actual(facts), arrival.last().status()));
        } else {
            download(
                    facts,
                    entry,
                    Download.Start.with(AtHand.whole(arrival.response())),
                    arrival.last().status());
        }
        return true;
    }

    private void download(Facts facts, Entry entry, Download.Start start, int status) throws OriginException {
        Notes notes = notes();
        Resource actual = notes.actual(facts);
        new Download(engine, actual, entry).run(start, () -> {
            notes.learn(facts, entry);
            outcome.complete(new Outcome.Learned(entry, actual, status));
        });
    }

    /** Whether an earlier fill left part of the content, so that the rest alone has to be asked for. */
    private boolean isPartial(Facts facts) {
        return facts.length().isPresent()
                && facts.digest().filter(engine.blobs()::hasPartial).isPresent();
    }

    /** Whether it is worth asking for parts of it only: then a redirect to it is not followed before somebody wants them. */
    private boolean isLarge(Facts facts) {
        return facts.digest().isPresent()
                && facts.length().orElse(0) > engine.settings().segmentSize();
    }

    /** Whether others may deliver it: then it is asked for as content whose digest is known, which only that may be. */
    private boolean isMirrored(Facts facts) {
        return facts.digest().isPresent()
                && facts.length().orElse(0) > 0
                && !resource.upstream().account().mirrors().isEmpty();
    }

    private boolean isFetchedByRange(Facts facts) {
        return isPartial(facts) || isLarge(facts) || isMirrored(facts);
    }

    private boolean isGrowing(Facts facts) {
        return facts.digest()
                .filter(digest -> engine.fills().isGrowing(digest.toString()))
                .isPresent();
    }

    /** Whether upstream has encoded the content, although identity was asked for. */
    static boolean isEncoded(OriginResponse response) {
        return response.fields().has("Content-Encoding");
    }

    /** @throws OriginException when the content is encoded and would have to be changed on the way */
    static void refuseToEdit(Resource resource, Arrival arrival) throws OriginException {
        Fields received = arrival.response().fields();
        if (isEncoded(arrival.response()) && resource.edit(received).isPresent()) {
            throw unexpected(arrival.last(), "a Content-Encoding although identity was asked for");
        }
    }

    /** A body of another length than the Hub announced is not the file. */
    private static void checkLength(Arrival arrival, Facts facts) throws OriginException {
        OptionalLong sent = arrival.response().contentLength();
        boolean differs = sent.isPresent()
                && facts.length().isPresent()
                && sent.getAsLong() != facts.length().getAsLong();
        if (differs) {
            throw unexpected(arrival.last(), "a body of another length than announced");
        }
    }

    private boolean finish(Arrival arrival, Verdict.Final verdict) throws OriginException {
        Notes notes = notes();
        if (openly && verdict.kind() != Verdict.Kind.ABSENT_FOR_EVER) {
            if (verdict.kind() == Verdict.Kind.DENIED) {
                notes.close();
            }
            return false;
        }
        int status = arrival.last().status();
        byte[] body = smallBody(arrival);
        if (verdict.kind() == Verdict.Kind.DENIED) {
            notes.deny();
        } else if (status == 401 || status == 403) {
            notes.endGrant();
        }
        if (verdict.kind() == Verdict.Kind.ABSENT_FOR_EVER) {
            Resource actual = verdict.pointsTo().map(resource::at).orElse(resource);
            outcome.complete(new Outcome.Learned(notes.absent(verdict, status, stored), actual, status));
        } else if (verdict.kind() == Verdict.Kind.UNAVAILABLE) {
            outcome.complete(new Outcome.Unavailable(status, verdict.fields(), body));
        } else {
            outcome.complete(new Outcome.Final(
                    verdict.kind(), status, verdict.fields(), body, isNamed(verdict.kind(), arrival.last())));
        }
        return true;
    }

    /** By the origin's answer itself: what an ecosystem makes of it may hold a code that the origin did not send. */
    private static boolean isNamed(Verdict.Kind kind, Hop hop) {
        return kind == Verdict.Kind.ABSENT
                || kind == Verdict.Kind.UNAUTHENTICATED
                || hop.fields()
                        .first("X-Error-Code")
                        .filter(code -> !code.isBlank())
                        .isPresent();
    }

    /** Empty where it is encoded: the sentence in the fields can be read by every client. */
    private static byte[] smallBody(Arrival arrival) throws OriginException {
        if (isEncoded(arrival.response())) {
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

    static List<UpstreamAnswer> answers(List<Hop> hops) {
        return hops.stream()
                .map(hop -> new UpstreamAnswer(hop.uri(), hop.status(), hop.fields()))
                .toList();
    }

    static OriginException unexpected(Hop hop, String why) {
        return OriginException.unexpected(
                String.valueOf(hop.uri().getHost()), "answered " + hop.status() + " (" + why + ")");
    }
}
