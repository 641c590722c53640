package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.RedirectFollower;
import io.artifactvault.store.BlobStore;
import io.artifactvault.store.Entry;
import io.artifactvault.store.EntryIndex;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front door of the cache: one request and what it asks for in, one answer out.
 *
 * <p>Called on event loops and never blocks them: what memory knows is answered at once on the caller's thread; the disk is
 * looked at on lookup threads; upstream is asked on fill threads. The answer completes on any of these.
 */
public final class Vault implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Vault.class);
    private static final int LOOKUP_THREADS = 8;
    private static final int MOST_ATTEMPTS = 3;

    private final Engine engine;
    private final CacheSettings settings;
    private final Origin origin;
    private final Callers callers = new Callers();
    private final Refusals refusals = new Refusals();
    private final SharedCache shared;
    private final ExecutorService lookups = Executors.newFixedThreadPool(
            LOOKUP_THREADS, Thread.ofPlatform().name("lookup-", 1).daemon().factory());

    /** Takes the origin over; the index and the blobs stay the caller's to close, after this. */
    public Vault(
            CacheSettings settings,
            StoreSettings storeSettings,
            EntryIndex index,
            BlobStore blobs,
            Origin origin,
            StoreNews news,
            Clock clock) {
        this.settings = settings;
        this.origin = origin;
        this.engine = new Engine(
                index,
                blobs,
                new Shelf(index, blobs, storeSettings.verify(), storeSettings.memory() / 4 * 3),
                new Fills(settings),
                new Grants(),
                new RedirectFollower(origin),
                news,
                clock);
        this.shared = new SharedCache(engine, lookups);
    }

    /** Never completes exceptionally; the caller closes the answer's body. */
    public CompletableFuture<Answer> answer(Request request, Resource resource) {
        return answer(request, resource, new Account(""));
    }

    /** The same, with an account to write into. */
    public CompletableFuture<Answer> answer(Request request, Resource resource, Account account) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Caller caller = callers.of(resource.credential());
        account.asksFor(resource.title());
        Visit visit = new Visit(request, resource, caller, answer, account, 0);
        guarded(visit, () -> enter(visit));
        return answer;
    }

    /** The same for what HTTP's own rules say how to keep. */
    public CompletableFuture<Answer> answer(Request request, HttpResource resource, Account account) {
        return shared.answer(request, resource, account);
    }

    /** Why nothing can be stored now, in a sentence for the operator; empty when all is well. Never blocks. */
    public Optional<String> trouble() {
        return engine.blobs().trouble();
    }

    /** Fills under way or waiting; for tests and for draining. */
    public int openFills() {
        return engine.fills().open();
    }

    private void enter(Visit visit) {
        Optional<Situation> known = engine.shelf().peek(visit.resource());
        if (known.isPresent()) {
            decide(visit, known.get());
        } else {
            onLookup(visit, () -> decide(visit, engine.shelf().load(visit.resource())));
        }
    }

    private void decide(Visit visit, Situation situation) {
        Optional<Resource> teller = Tellers.toAsk(visit.resource(), situation, now());
        if (teller.isPresent()) {
            askTeller(visit, teller.get());
        } else {
            plan(Tellers.beyond(visit, situation), situation);
        }
    }

    /** What a name means is asked first, so that all that hangs on it is asked at one value. */
    private void askTeller(Visit visit, Resource teller) {
        Visit question = visit.about(teller);
        question.answer()
                .whenComplete((answer, failure) ->
                        guarded(visit, failure, () -> onLookup(visit, () -> hearTeller(visit, answer))));
        guarded(question, () -> enter(question));
    }

    private void hearTeller(Visit visit, Answer answer) {
        Situation situation = engine.shelf().load(visit.resource());
        if (answer.status() != 200) {
            Runnable passedOn = () -> visit.answer().complete(answer);
            if (answer.status() < 500) {
                passedOn.run();
            } else {
                stale(visit, situation, "upstream-" + answer.status(), passedOn);
            }
            return;
        }
        answer.body().close();
        Runnable further = () -> plan(Tellers.beyond(visit, situation), situation);
        boolean old = situation.pointer().isPresent()
                && Tellers.toAsk(visit.resource(), situation, now()).isPresent();
        if (old) {
            stale(visit, situation, "name", further);
        } else {
            further.run();
        }
    }

    private void plan(Visit visit, Situation situation) {
        Instant now = now();
        boolean allowed = visit.resource()
                .scope()
                .map(scope -> engine.grants().allows(visit.caller(), scope, situation.publicAt(), now))
                .orElse(true);
        Plan plan = Planner.plan(visit.request(), visit.resource(), situation, allowed, now);
        visit.account().decided(plan.inWords(), byWhoseYes(visit, situation, allowed));
        switch (plan) {
            case Plan.Serve(Entry entry, long ttl) ->
                serve(
                        visit,
                        entry,
                        CacheStatus.ofHit().withTtl(ttl),
                        situation.publicAt().isPresent());
            case Plan.Ask(Forward why) -> ask(visit, situation, why);
            case Plan.Pass(Forward why) -> pass(visit, CacheStatus.forwarded(why));
        }
    }

    private static String byWhoseYes(Visit visit, Situation situation, boolean allowed) {
        if (visit.resource().scope().isEmpty()) {
            return "open to everybody";
        }
        String caller = visit.caller().isAnonymous() ? "anonymous" : "with a token";
        if (!allowed) {
            return caller + ", upstream's yes is needed";
        }
        return caller + (situation.publicAt().isPresent() ? ", public" : ", granted before");
    }

    private void ask(Visit visit, Situation situation, Forward why) {
        Resource resource = visit.resource();
        String key = resource.key() + "\n" + visit.caller().id();
        Optional<Outcome.Final> refusal = refusals.recent(key, now());
        if (refusal.isPresent()) {
            finish(visit, refusal.get(), CacheStatus.ofHit().withDetail("negative"));
            return;
        }
        // What is known already needs no body: HEAD tells whether it is still what upstream has.
        boolean wantsBody = visit.wantsBody() && situation.entry().isEmpty();
        Fills.Flight flight = join(
                visit,
                key,
                outcome -> new Question(
                                engine,
                                resource,
                                visit.caller(),
                                situation.entry(),
                                wantsBody,
                                !mayBeStale(visit, situation),
                                outcome)
                        .ask());
        CacheStatus status = collapsed(CacheStatus.forwarded(why), flight);
        flight.outcome()
                .whenComplete((outcome, failure) ->
                        guarded(visit, failure, () -> hear(visit, situation, key, outcome, status)));
    }

    private void hear(Visit visit, Situation situation, String key, Outcome outcome, CacheStatus status) {
        switch (outcome) {
            case Outcome.Learned(Entry entry, int upstreamStatus) -> {
                CacheStatus told = status.withForwardStatus(upstreamStatus);
                boolean same = situation
                        .entry()
                        .filter(before -> isSame(before, entry))
                        .isPresent();
                serve(visit, entry, same ? told.withDetail(CacheStatus.REVALIDATED) : told.asStored(), isPublic(visit));
            }
            case Outcome.Final refusal -> {
                refusals.remember(key, refusal, visit.resource().negativeTtl(), now());
                finish(visit, refusal, status.withForwardStatus(refusal.status()));
            }
            case Outcome.Unavailable unavailable ->
                stale(
                        visit,
                        situation,
                        "upstream-" + unavailable.status(),
                        () -> unavailable(visit, unavailable, status));
            case Outcome.Failed(OriginException cause) ->
                stale(visit, situation, cause.failure().name().toLowerCase(Locale.ROOT), () -> {
                    log.warn("{}", Sentences.failed(visit.resource(), cause));
                    visit.answer()
                            .complete(Errors.answer(
                                    cause.failure().clientStatus(),
                                    cause.clientFields(),
                                    Sentences.failed(visit.resource(), cause),
                                    status));
                });
            case Outcome.Unstorable _ -> pass(visit, status);
        }
    }

    private static boolean isSame(Entry before, Entry now) {
        return now.content().isPresent()
                ? now.content().equals(before.content())
                : now.blob().isPresent() && now.blob().equals(before.blob());
    }

    /** Upstream could not say: what is stored will do, for those who may have it without asking. */
    private void stale(Visit visit, Situation situation, String reason, Runnable otherwise) {
        Optional<Entry> entry = situation.entry();
        Instant now = now();
        if (entry.isEmpty() || isTooOld(situation, entry.get(), now)) {
            otherwise.run();
            return;
        }
        if (!mayBeToldWithoutAsking(visit, situation, now)) {
            fail(visit, 503, Sentences.unchecked(visit.resource()), CacheStatus.forwarded(Forward.STALE));
            return;
        }
        Duration left = Planner.left(visit.resource(), situation, entry.get(), now);
        long ttl = Math.min(left.toSeconds(), -1);
        log.info(
                "Serving {} from the store although upstream fails ({})",
                visit.resource().title(),
                reason);
        serve(
                visit,
                entry.get(),
                CacheStatus.ofHit().withTtl(ttl).withDetail("stale-if-error-" + reason),
                situation.publicAt().isPresent());
    }

    /** Whether what is stored would do if upstream were not asked now. */
    private boolean mayBeStale(Visit visit, Situation situation) {
        Instant now = now();
        return situation
                .entry()
                .filter(entry -> !isTooOld(situation, entry, now) && mayBeToldWithoutAsking(visit, situation, now))
                .isPresent();
    }

    private boolean isTooOld(Situation situation, Entry entry, Instant now) {
        return age(situation, entry, now).compareTo(settings.staleIfError()) > 0;
    }

    /** A repository once seen open to all stays so while upstream is silent; a grant of one's own ends with its time. */
    private boolean mayBeToldWithoutAsking(Visit visit, Situation situation, Instant now) {
        return situation.publicAt().isPresent()
                || visit.resource()
                        .scope()
                        .map(scope -> engine.grants().allows(visit.caller(), scope, Optional.empty(), now))
                        .orElse(true);
    }

    private static Duration age(Situation situation, Entry entry, Instant now) {
        Instant checked = situation.pointer().map(pointer -> pointer.askedAt()).orElse(entry.checkedAt());
        return Duration.between(checked, now);
    }

    private void serve(Visit visit, Entry entry, CacheStatus status, boolean forEverybody) {
        Delivery delivery = new Delivery(
                visit.request(),
                visit.resource(),
                entry,
                status,
                forEverybody,
                (body, position) -> onward(visit, entry, body, position));
        Optional<Answer> contentless = delivery.withoutContent();
        if (contentless.isPresent()) {
            visit.answer().complete(contentless.get());
            return;
        }
        engine.shelf().touch(entry, now());
        switch (engine.shelf().peekContent(entry)) {
            case Peek.Found<Content>(Content content) -> visit.answer().complete(delivery.with(content));
            case Peek.Absent<Content> _ -> follow(visit, entry, status, delivery, forEverybody);
            case Peek.Unknown<Content> _ ->
                onLookup(visit, () -> {
                    Optional<Content> content = engine.shelf().loadContent(entry);
                    if (content.isPresent() && content.get() instanceof Content.Unchecked unchecked) {
                        inspect(
                                visit,
                                entry,
                                unchecked,
                                delivery,
                                () -> follow(visit, entry, status, delivery, forEverybody));
                    } else if (content.isPresent()) {
                        visit.answer().complete(delivery.with(content.get()));
                    } else {
                        follow(visit, entry, status, delivery, forEverybody);
                    }
                });
        }
    }

    /** Content not read since the start: it is checked on a fill thread, and the reader follows what is good. */
    private void inspect(Visit visit, Entry entry, Content.Unchecked content, Delivery delivery, Runnable joined) {
        Progress progress = new Progress(content.file(), OptionalLong.of(content.length()), false);
        String contentKey = Download.contentKey(entry);
        content.file().retain();
        if (!engine.fills().register(contentKey, progress)) {
            content.file().close();
            content.file().close();
            joined.run();
            return;
        }
        try {
            engine.fills()
                    .execute(() -> new Inspection(engine, visit.resource(), entry, content, progress)
                            .run(delivery.firstWanted(content.length())));
            visit.answer().complete(delivery.with(new Content.Filling(progress)));
        } catch (RejectedExecutionException e) {
            engine.fills().unregister(contentKey, progress);
            progress.fail();
            content.file().close();
            content.file().close();
            busy(visit);
        }
    }

    /** A fill was handed over: another has taken up the content, or the rest goes past the disk for this reader alone. */
    private Optional<Body> onward(Visit visit, Entry entry, Body.Growing body, long position) {
        Optional<Progress> next = engine.fills().growing(Download.contentKey(entry));
        if (next.isPresent() && next.get() != body.progress()) {
            return Optional.of(new Body.Growing(next.get(), body.offset(), body.length(), body.onward()));
        }
        // The fill that ended may still be listed: following it again would lead here again.
        next.ifPresent(ended -> ended.file().close());
        return relay(visit, entry, body, position);
    }

    private Optional<Body> relay(Visit visit, Entry entry, Body.Growing body, long position) {
        OptionalLong length = body.length();
        if (length.isEmpty()
                || entry.length().isEmpty()
                || !body.progress().file().retain()) {
            return Optional.empty();
        }
        ByteRange part = new ByteRange(body.offset(), body.offset() + length.getAsLong() - 1);
        ChunkPipe pipe = new ChunkPipe();
        try {
            engine.fills()
                    .execute(() -> new Relay(engine, visit.resource(), entry, pipe)
                            .run(part, position, body.progress().file()));
            return Optional.of(new Body.Piped(pipe));
        } catch (RejectedExecutionException e) {
            body.progress().file().close();
            return Optional.empty();
        }
    }

    /** The content is not stored: it grows already, or somebody must fetch it. */
    private void follow(Visit visit, Entry entry, CacheStatus status, Delivery delivery, boolean forEverybody) {
        Optional<Progress> growing = engine.fills().growing(Download.contentKey(entry));
        if (growing.isPresent()) {
            visit.answer().complete(delivery.with(new Content.Filling(growing.get())));
        } else if (visit.attempt() >= MOST_ATTEMPTS) {
            fail(
                    visit,
                    502,
                    "Could not fetch " + visit.resource().title() + ": upstream's content did not arrive whole;"
                            + " nothing was stored.",
                    status);
        } else {
            fetch(visit.again(), status, forEverybody);
        }
    }

    private void fetch(Visit visit, CacheStatus status, boolean forEverybody) {
        CacheStatus forwarded = status.hit() ? CacheStatus.forwarded(Forward.MISS) : status;
        Fills.Flight flight = join(
                visit,
                "content " + visit.resource().key() + "\n" + visit.caller().id(),
                outcome -> new Question(engine, visit.resource(), visit.caller(), Optional.empty(), true, true, outcome)
                        .ask());
        CacheStatus collapsed = collapsed(forwarded, flight);
        flight.outcome()
                .whenComplete((outcome, failure) -> guarded(visit, failure, () -> {
                    if (outcome instanceof Outcome.Learned(Entry learned, int upstreamStatus)) {
                        serve(
                                visit,
                                learned,
                                collapsed.withForwardStatus(upstreamStatus).asStored(),
                                forEverybody);
                    } else {
                        Situation nothing =
                                new Situation(visit.resource(), Optional.empty(), Optional.empty(), Optional.empty());
                        hear(visit, nothing, "", outcome, collapsed);
                    }
                }));
    }

    private Fills.Flight join(Visit visit, String key, Fills.Work work) {
        try {
            Fills.Flight flight = engine.fills().join(key, work);
            visit.account().follows(flight.trail());
            return flight;
        } catch (RejectedExecutionException e) {
            busy(visit);
            return new Fills.Flight(new CompletableFuture<>(), new Trail(), false);
        }
    }

    private void pass(Visit visit, CacheStatus status) {
        Trail trail = new Trail();
        visit.account().follows(trail);
        Passing passing = new Passing(engine, visit.request(), visit.resource(), status, visit.answer());
        try {
            engine.fills()
                    .execute(() -> guarded(
                            visit, () -> ScopedValue.where(Trail.CURRENT, trail).run(passing::run)));
        } catch (RejectedExecutionException e) {
            busy(visit);
        }
    }

    private static void busy(Visit visit) {
        Fields fields = Fields.of("Retry-After", "1");
        visit.answer().complete(Errors.answer(503, fields, Sentences.busy(), CacheStatus.forwarded(Forward.MISS)));
    }

    private static void finish(Visit visit, Outcome.Final refusal, CacheStatus status) {
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

    private static void unavailable(Visit visit, Outcome.Unavailable unavailable, CacheStatus status) {
        int clientStatus = unavailable.status() == 429 || unavailable.status() == 503 ? unavailable.status() : 502;
        visit.answer()
                .complete(Errors.answer(
                        clientStatus,
                        unavailable.fields().without("Content-Length"),
                        Sentences.unavailable(visit.resource(), unavailable.status()),
                        status.withForwardStatus(unavailable.status())));
    }

    private static void fail(Visit visit, int clientStatus, String sentence, CacheStatus status) {
        visit.answer().complete(Errors.answer(clientStatus, sentence, status));
    }

    private boolean isPublic(Visit visit) {
        return visit.resource()
                .scope()
                .map(scope -> engine.index().peekPublic(scope.id()) instanceof Peek.Found)
                .orElse(true);
    }

    private static CacheStatus collapsed(CacheStatus status, Fills.Flight flight) {
        return flight.collapsed() ? status.asCollapsed() : status;
    }

    private Instant now() {
        return engine.clock().instant();
    }

    private void onLookup(Visit visit, Runnable step) {
        try {
            lookups.execute(() -> guarded(visit, step));
        } catch (RejectedExecutionException e) {
            fail(visit, 503, "The vault is shutting down.", CacheStatus.forwarded(Forward.MISS));
        }
    }

    private static void guarded(Visit visit, Throwable failure, Runnable step) {
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
    private static void guarded(Visit visit, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("Could not answer for {}", visit.resource().title(), e);
            fail(visit, 500, Sentences.broken(visit.resource()), CacheStatus.forwarded(Forward.MISS));
        }
    }

    /** Ends what is under way: downloads break off, what has arrived whole is still made durable. */
    @Override
    public void close() {
        origin.close();
        lookups.shutdown();
        engine.fills().close();
    }
}
