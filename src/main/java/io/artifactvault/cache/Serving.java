package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Digest;
import io.artifactvault.store.ChangedFileException;
import io.artifactvault.store.Entry;
import io.artifactvault.store.Peek;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with what is stored or on its way: content in memory, on disk, checked as it is read for the first time, growing, or
 * relayed past a broken disk. Called on event loops, lookup threads and by tasks; never blocks them.
 */
final class Serving {
    private static final Logger log = LoggerFactory.getLogger(Serving.class);

    /**
     * What a visit may be given.
     *
     * @param actual the resource at an immutable address
     * @param forEverybody whether it is known to be open to anonymous callers
     * @param joins whether a fill that brings the content is another request's
     */
    record Offer(Visit visit, Entry entry, Resource actual, CacheStatus status, boolean forEverybody, boolean joins) {
        Offer(Visit visit, Entry entry, Resource actual, CacheStatus status, boolean forEverybody) {
            this(visit, entry, actual, status, forEverybody, true);
        }

        static Offer of(Visit visit, Situation situation, Stored stored, CacheStatus status) {
            boolean forEverybody = situation.publicAt().isPresent();
            return new Offer(visit, stored.entry(), situation.actual(), status, forEverybody);
        }

        Offer with(CacheStatus told) {
            return new Offer(visit, entry, actual, told, forEverybody, joins);
        }

        /** After a fill of its content began; a fill that another request began is joined. */
        Offer filled(boolean byAnother) {
            return new Offer(visit, entry, actual, status, forEverybody, byAnother);
        }

        Offer again() {
            return new Offer(visit.again(), entry, actual, status, forEverybody, joins);
        }
    }

    private final Engine engine;
    private final Lookups lookups;
    private final BiConsumer<Offer, List<ByteRange>> fetch;
    private final Consumer<Offer> bypass;

    /**
     * @param fetch told of offers whose content nobody has, and of what is wanted of it
     * @param bypass told of offers whose content is stored and cannot be read now
     */
    Serving(Engine engine, Lookups lookups, BiConsumer<Offer, List<ByteRange>> fetch, Consumer<Offer> bypass) {
        this.bypass = bypass;
        this.engine = engine;
        this.lookups = lookups;
        this.fetch = fetch;
    }

    void serve(Offer offer) {
        serve(offer, Optional.empty());
    }

    /** @param arriving the content where it is on its way to this very entry, which is not in the index yet */
    void serve(Offer offer, Optional<Progress> arriving) {
        // A short fill may be over by now; that its bytes came from upstream stays true.
        boolean brought =
                offer.visit().attempt() > 0 && !offer.visit().account().steps().isEmpty();
        serveAs(brought ? broughtBy(offer, Forward.PARTIAL) : offer, arriving);
    }

    /** The offer, whose content comes by a fill. */
    private static Offer broughtBy(Offer offer, Forward why) {
        CacheStatus told = offer.status().fromFill(why, offer.joins());
        if (!told.equals(offer.status())) {
            offer.visit().account().comesFrom(offer.joins() ? "a fetch under way" : "upstream, where it is not stored");
        }
        return offer.with(told);
    }

    private void serveAs(Offer offer, Optional<Progress> arriving) {
        Visit visit = offer.visit();
        Entry entry = offer.entry();
        Delivery delivery = delivery(offer);
        Optional<Answer> contentless = delivery.withoutContent();
        if (contentless.isPresent()) {
            visit.answer().complete(contentless.get());
            return;
        }
        Optional<Progress> followed = arriving.filter(Progress::join);
        if (followed.isPresent()) {
            answer(offer, delivery, followed.get());
            return;
        }
        engine.shelf().touch(entry, engine.clock().instant());
        switch (engine.shelf().peekContent(entry)) {
            case Peek.Found<Content>(Content content) -> visit.answer().complete(delivery.with(content));
            case Peek.Absent<Content> _ -> follow(offer, delivery);
            case Peek.Unknown<Content> _ -> lookups.run(visit, () -> load(offer, delivery));
        }
    }

    private Delivery delivery(Offer offer) {
        return new Delivery(
                offer.visit().request(),
                offer.visit().resource(),
                offer.entry(),
                offer.status(),
                offer.forEverybody(),
                new Rest(offer));
    }

    /** From growing content. What has yet to come from upstream is no hit, whatever was decided before the content was looked for. */
    private void answer(Offer offer, Delivery delivery, Progress progress) {
        boolean here = progress.length().isPresent()
                ? delivery.wanted(progress.length().getAsLong()).stream().allMatch(progress::isHere)
                : progress.isHere(new ByteRange(0, Long.MAX_VALUE - 1));
        Delivery told =
                here ? delivery : delivery(broughtBy(offer, progress.isEmpty() ? Forward.MISS : Forward.PARTIAL));
        offer.visit().answer().complete(told.with(new Content.Filling(progress)));
    }

    private void load(Offer offer, Delivery delivery) {
        switch (engine.shelf().loadContent(offer.entry())) {
            case Loaded.Here(Content.Unchecked unchecked) -> inspect(offer, unchecked, delivery);
            case Loaded.Here(Content content) -> offer.visit().answer().complete(delivery.with(content));
            case Loaded.Gone _ -> follow(offer, delivery);
            case Loaded.Unreadable _ -> bypass.accept(offer);
        }
    }

    /** Content not read since the start: a task checks it, and the reader follows what is good. */
    private void inspect(Offer offer, Content.Unchecked content, Delivery delivery) {
        Interest interest = engine.fills().newInterest();
        interest.filling();
        Progress progress = new Progress(content.file(), OptionalLong.of(content.length()), false, interest).ofStored();
        String contentKey = Download.contentKey(offer.entry());
        if (!progress.join() || !engine.fills().register(contentKey, progress)) {
            progress.leave(false);
            content.file().close();
            follow(offer, delivery);
            return;
        }
        Inspection inspection = new Inspection(engine, offer.actual(), offer.entry(), content, progress);
        long from = delivery.firstWanted(content.length());
        try {
            engine.fills()
                    .tasks()
                    .startUnbounded(Task.of(offer.visit(), new Trail(), interest), () -> inspection.run(from));
            offer.visit().answer().complete(delivery.with(new Content.Filling(progress)));
        } catch (RejectedExecutionException e) {
            engine.fills().unregister(contentKey, progress);
            progress.fail();
            progress.leave(false);
            content.file().close();
            Replies.busy(offer.visit());
        }
    }

    /** The content is not stored: it grows already, or somebody must fetch it. */
    private void follow(Offer offer, Delivery delivery) {
        Optional<Progress> growing = engine.fills().growing(Download.contentKey(offer.entry()));
        if (growing.isPresent() && delivery.isPromisedBy(growing.get())) {
            answerOrWait(offer, delivery, growing.get());
            return;
        }
        growing.ifPresent(ended -> ended.leave(false));
        fetch.accept(offer, wanted(offer, delivery));
    }

    private static List<ByteRange> wanted(Offer offer, Delivery delivery) {
        return delivery.wanted(offer.entry().length().orElse(0));
    }

    /**
     * For what this reader lacks, the fill asks upstream again, whatever it is fetching for others. Where only a validator tells
     * whether upstream still has the same, nothing is said before it has, unless the fill has just begun: else this reader would be
     * cut where it could have had the content of now.
     */
    private void answerOrWait(Offer offer, Delivery delivery, Progress progress) {
        long missing = wanted(offer, delivery).stream()
                .filter(part -> progress.present().contiguousFrom(part.first()) <= part.last())
                .mapToLong(part -> progress.present().contiguousFrom(part.first()))
                .findFirst()
                .orElse(-1);
        boolean isSure = Route.isProven(offer.entry()) || progress.isEmpty() || missing < 0;
        AtomicBoolean settled = new AtomicBoolean();
        Runnable answer = () -> {
            if (settled.compareAndSet(false, true)) {
                answerOrFetch(offer, delivery, progress, missing);
            }
        };
        if (isSure || !progress.wakeAt(missing, answer)) {
            answer.run();
        } else {
            offer.visit().request().client().departure().whenGone(() -> {
                if (settled.compareAndSet(false, true)) {
                    progress.leave(true);
                    Replies.gone(offer.visit());
                }
            });
        }
    }

    private void answerOrFetch(Offer offer, Delivery delivery, Progress progress, long missing) {
        boolean ended = progress.isFailed() && !progress.hasOtherWay();
        if (ended && missing >= 0 && progress.readableFrom(missing) == missing) {
            progress.leave(false);
            Replies.guarded(offer.visit(), () -> fetch.accept(offer.again(), wanted(offer, delivery)));
        } else {
            answer(offer, delivery, progress);
        }
    }

    /** A fill was handed over: another has taken up the content, or the rest goes past the disk for this reader alone. */
    private Optional<Body> onward(Offer offer, Body.Growing body, long position) {
        Optional<Tail> tail = body.progress().tail();
        if (tail.isPresent()) {
            return tail.map(rest -> rest.from(position, body.end()));
        }
        Optional<Progress> next = engine.fills().growing(Download.contentKey(offer.entry()));
        if (next.isPresent() && next.get() != body.progress() && wantRest(next.get(), body, position)) {
            return Optional.of(new Body.Growing(next.get(), body.offset(), body.length(), body.onward()));
        }
        // The fill that ended may still be listed: following it again would lead here again.
        next.ifPresent(ended -> ended.leave(false));
        return relay(offer, body, position, Relay.Sent.RIGHT);
    }

    /** The rest of what an offer's body has begun. */
    private final class Rest implements Body.Onward {
        private final Offer offer;

        Rest(Offer offer) {
            this.offer = offer;
        }

        @Override
        public Optional<Body> from(Body.Growing body, long position) {
            return onward(offer, body, position);
        }

        @Override
        public Optional<Body> pastTheDisk(Body.OfFile body, long position, IOException why) {
            Optional<Digest> sha256 = offer.entry().blob();
            if (why instanceof ChangedFileException) {
                log.warn(
                        "Could not go on with {} from the disk: {}",
                        offer.actual().title(),
                        why.getMessage());
                return relay(offer, body, position, Relay.Sent.PERHAPS_WRONG);
            }
            // The store says it once, however many hits the failing disk has.
            log.debug("Could not go on with {} from the disk", offer.actual().title(), why);
            sha256.ifPresent(digest -> engine.blobs().unreadable(digest, why));
            return relay(offer, body, position, Relay.Sent.RIGHT);
        }
    }

    private static boolean wantRest(Progress progress, Body.Growing body, long position) {
        return body.length().isEmpty()
                || progress.want(new ByteRange(position, body.end().getAsLong() - 1));
    }

    /** What was edited on its way in cannot be had from upstream from some byte on. */
    private Optional<Body> relay(Offer offer, Body.OfFile body, long position, Relay.Sent sent) {
        OptionalLong end = body.end();
        if (end.isEmpty() || offer.actual().edit(offer.entry().fields()).isPresent()) {
            return Optional.empty();
        }
        ByteRange part = new ByteRange(body.offset(), end.getAsLong() - 1);
        if (!Relay.isPossible(offer.entry(), part, sent) || !body.file().retain()) {
            return Optional.empty();
        }
        Interest interest = engine.fills().newInterest();
        var _ = interest.join(offer.visit().request().client().departure());
        ChunkPipe pipe = ChunkPipe.of(interest.cancellation());
        Relay relay = new Relay(engine, offer.actual(), offer.entry(), pipe);
        try {
            engine.fills()
                    .tasks()
                    .start(
                            Task.of(offer.visit(), new Trail(), interest),
                            () -> relay.run(part, position, body.file(), sent));
            return Optional.of(new Body.Piped(pipe));
        } catch (RejectedExecutionException e) {
            body.file().close();
            return Optional.empty();
        }
    }
}
