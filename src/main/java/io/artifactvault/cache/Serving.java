package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.store.Entry;
import io.artifactvault.store.Peek;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Answers with what is stored or on its way: content in memory, on disk, checked as it is read for the first time, growing, or
 * relayed past a broken disk. Called on event loops, lookup and fill threads; never blocks them.
 */
final class Serving {
    /**
     * What a visit may be given.
     *
     * @param actual the resource at an immutable address
     * @param forEverybody whether it is known to be open to anonymous callers
     */
    record Offer(Visit visit, Entry entry, Resource actual, CacheStatus status, boolean forEverybody) {
        static Offer of(Visit visit, Situation situation, Stored stored, CacheStatus status) {
            boolean forEverybody = situation.publicAt().isPresent();
            return new Offer(visit, stored.entry(), situation.actual(), status, forEverybody);
        }

        Offer again() {
            return new Offer(visit.again(), entry, actual, status, forEverybody);
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
        Visit visit = offer.visit();
        Entry entry = offer.entry();
        Delivery delivery = new Delivery(
                visit.request(),
                visit.resource(),
                entry,
                offer.status(),
                offer.forEverybody(),
                (body, position) -> onward(offer, body, position));
        Optional<Answer> contentless = delivery.withoutContent();
        if (contentless.isPresent()) {
            visit.answer().complete(contentless.get());
            return;
        }
        Optional<Progress> followed =
                arriving.filter(progress -> progress.file().retain());
        if (followed.isPresent()) {
            visit.answer().complete(delivery.with(new Content.Filling(followed.get())));
            return;
        }
        engine.shelf().touch(entry, engine.clock().instant());
        switch (engine.shelf().peekContent(entry)) {
            case Peek.Found<Content>(Content content) -> visit.answer().complete(delivery.with(content));
            case Peek.Absent<Content> _ -> follow(offer, delivery);
            case Peek.Unknown<Content> _ -> lookups.run(visit, () -> load(offer, delivery));
        }
    }

    private void load(Offer offer, Delivery delivery) {
        switch (engine.shelf().loadContent(offer.entry())) {
            case Loaded.Here(Content.Unchecked unchecked) -> inspect(offer, unchecked, delivery);
            case Loaded.Here(Content content) -> offer.visit().answer().complete(delivery.with(content));
            case Loaded.Gone _ -> follow(offer, delivery);
            case Loaded.Unreadable _ -> bypass.accept(offer);
        }
    }

    /** Content not read since the start: it is checked on a fill thread, and the reader follows what is good. */
    private void inspect(Offer offer, Content.Unchecked content, Delivery delivery) {
        Progress progress = new Progress(content.file(), OptionalLong.of(content.length()), false);
        String contentKey = Download.contentKey(offer.entry());
        content.file().retain();
        if (!engine.fills().register(contentKey, progress)) {
            content.file().close();
            content.file().close();
            follow(offer, delivery);
            return;
        }
        try {
            engine.fills()
                    .execute(() -> new Inspection(engine, offer.actual(), offer.entry(), content, progress)
                            .run(delivery.firstWanted(content.length())));
            offer.visit().answer().complete(delivery.with(new Content.Filling(progress)));
        } catch (RejectedExecutionException e) {
            engine.fills().unregister(contentKey, progress);
            progress.fail();
            content.file().close();
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
        growing.ifPresent(ended -> ended.file().close());
        fetch.accept(offer, wanted(offer, delivery));
    }

    private static List<ByteRange> wanted(Offer offer, Delivery delivery) {
        return delivery.wanted(offer.entry().length().orElse(0));
    }

    /**
     * A fill that had nothing to do asks upstream again for this reader. Where only a validator tells whether it still has the same,
     * nothing is said before it has: else this reader would be cut where it could have had what is there now.
     */
    private void answerOrWait(Offer offer, Delivery delivery, Progress progress) {
        long missing = wanted(offer, delivery).stream()
                .filter(part -> progress.present().contiguousFrom(part.first()) <= part.last())
                .mapToLong(part -> progress.present().contiguousFrom(part.first()))
                .findFirst()
                .orElse(-1);
        boolean isSure = Route.isProven(offer.entry()) || !progress.isPaused() || missing < 0;
        if (isSure || !progress.wakeAt(missing, () -> answerOrFetch(offer, delivery, progress, missing))) {
            answerOrFetch(offer, delivery, progress, missing);
        }
    }

    private void answerOrFetch(Offer offer, Delivery delivery, Progress progress, long missing) {
        boolean ended = progress.isFailed() && !progress.hasOtherWay();
        if (ended && missing >= 0 && progress.readableFrom(missing) == missing) {
            progress.file().close();
            Replies.guarded(offer.visit(), () -> fetch.accept(offer.again(), wanted(offer, delivery)));
        } else {
            offer.visit().answer().complete(delivery.with(new Content.Filling(progress)));
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
        next.ifPresent(ended -> ended.file().close());
        return relay(offer, body, position);
    }

    private static boolean wantRest(Progress progress, Body.Growing body, long position) {
        return body.length().isEmpty()
                || progress.want(new ByteRange(position, body.end().getAsLong() - 1));
    }

    private Optional<Body> relay(Offer offer, Body.Growing body, long position) {
        OptionalLong length = body.length();
        if (length.isEmpty()
                || !Route.canResume(offer.entry())
                || !body.progress().file().retain()) {
            return Optional.empty();
        }
        ByteRange part = new ByteRange(body.offset(), body.end().getAsLong() - 1);
        ChunkPipe pipe = new ChunkPipe();
        try {
            engine.fills()
                    .execute(() -> new Relay(engine, offer.actual(), offer.entry(), pipe)
                            .run(part, position, body.progress().file()));
            return Optional.of(new Body.Piped(pipe));
        } catch (RejectedExecutionException e) {
            body.progress().file().close();
            return Optional.empty();
        }
    }
}
