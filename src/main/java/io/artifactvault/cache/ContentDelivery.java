package io.artifactvault.cache;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.Content;
import io.artifactvault.cache.content.ContentCache;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.Loaded;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.content.Tail;
import io.artifactvault.cache.fill.DiskBypass;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.fill.Recheck;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.ClientRates;
import io.artifactvault.cache.request.ResponseBuilder;
import io.artifactvault.cache.request.Sentences;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.cache.work.Flights.Flight;
import io.artifactvault.cache.work.Flights.Work;
import io.artifactvault.cache.work.LookupThreads;
import io.artifactvault.cache.work.Replies;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.Peek;
import io.artifactvault.store.blob.ChangedFileException;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the client a stored or growing response, regardless of its backend. The content is in memory, on disk, checked
 * during its first read, still growing, or fetched past a failing disk. Called on event loops, on lookup threads and by
 * tasks; never blocks them.
 */
public final class ContentDelivery {
    private static final Logger log = LoggerFactory.getLogger(ContentDelivery.class);

    /** The maximum number of times that content is fetched for one request before the request fails. */
    private static final int MOST_ATTEMPTS = 3;

    private final Fill.Tools tools;
    private final Fetches fills;
    private final ContentCache contents;
    private final ClientRates rates;
    private final LookupThreads lookups;
    private final Clock clock;

    public ContentDelivery(Fill.Tools tools, ClientRates rates, LookupThreads lookups, Clock clock) {
        this.tools = tools;
        this.fills = tools.fills();
        this.contents = tools.store().contents();
        this.rates = rates;
        this.lookups = lookups;
        this.clock = clock;
    }

    public void serve(Offer offer) {
        serve(offer, Optional.empty());
    }

    /** @param arriving the content, if it is still arriving for exactly this entry, which is not in the index yet */
    public void serve(Offer offer, Optional<Progress> arriving) {
        // A short fill may have ended already; its bytes still came from upstream.
        boolean fetched =
                offer.attempt() > 0 && !offer.request().decisionLog().steps().isEmpty();
        serveAs(fetched ? filledBy(offer, Forward.PARTIAL) : offer, arriving);
    }

    /** The offer, with the status of content that a fill fetches. */
    private static Offer filledBy(Offer offer, Forward why) {
        CacheStatus newStatus = offer.status().fromFill(why, offer.joins());
        if (!newStatus.equals(offer.status())) {
            offer.request().decisionLog().comesFrom(offer.joins() ? "a fetch in progress" : "upstream, unless stored");
        }
        return offer.with(newStatus);
    }

    private void serveAs(Offer offer, Optional<Progress> arriving) {
        CacheRequest<?> request = offer.request();
        Entry entry = offer.entry();
        ResponseBuilder response = response(offer);
        Optional<Answer> contentless = response.withoutContent();
        if (contentless.isPresent()) {
            request.answer().complete(contentless.get());
            return;
        }
        Optional<Progress> followed = arriving.filter(Progress::join);
        if (followed.isPresent()) {
            answer(offer, response, followed.get());
            return;
        }
        contents.touch(entry, clock.instant());
        switch (contents.peekContent(entry)) {
            case Peek.Found<Content>(Content content) -> request.answer().complete(response.with(content));
            case Peek.Absent<Content> _ -> follow(offer, response);
            case Peek.Unknown<Content> _ -> lookups.run(request, () -> load(offer, response));
        }
    }

    private ResponseBuilder response(Offer offer) {
        return new ResponseBuilder(
                offer.request().message(), offer.entry(), offer.presentation(), offer.status(), new Rest(offer));
    }

    /**
     * Responds from growing content. If bytes have yet to arrive from upstream, the response is not reported as a hit,
     * regardless of the plan.
     */
    private void answer(Offer offer, ResponseBuilder response, Progress progress) {
        boolean here = progress.length().isPresent()
                ? response.wanted(progress.length().getAsLong()).stream().allMatch(progress::isHere)
                : progress.isHere(new ByteRange(0, Long.MAX_VALUE - 1));
        ResponseBuilder updated =
                here ? response : response(filledBy(offer, progress.isEmpty() ? Forward.MISS : Forward.PARTIAL));
        offer.request().answer().complete(updated.with(new Content.Filling(progress)));
    }

    private void load(Offer offer, ResponseBuilder response) {
        switch (contents.loadContent(offer.entry())) {
            case Loaded.Here(Content.Unchecked unchecked) -> inspect(offer, unchecked, response);
            case Loaded.Here(Content content) -> offer.request().answer().complete(response.with(content));
            case Loaded.Gone _ -> follow(offer, response);
            case Loaded.Unreadable _ -> offer.missing().bypass(offer);
        }
    }

    /** The content has not been read since startup: a task checks it, and the reader follows the verified bytes. */
    private void inspect(Offer offer, Content.Unchecked content, ResponseBuilder response) {
        Interest interest = fills.newInterest();
        interest.filling();
        Progress progress = new Progress(content.file(), OptionalLong.of(content.length()), false, interest).ofStored();
        String contentKey = offer.content().key();
        if (!progress.join() || !fills.register(contentKey, progress)) {
            progress.leave(false);
            content.file().close();
            follow(offer, response);
            return;
        }
        Recheck recheck = new Recheck(tools, offer.content(), content, progress);
        long from = response.firstWanted(content.length());
        try {
            fills.tasks()
                    .startUnbounded(Task.of(offer.request(), new UpstreamTrace(), interest), () -> recheck.run(from));
            offer.request().answer().complete(response.with(new Content.Filling(progress)));
        } catch (RejectedExecutionException e) {
            fills.unregister(contentKey, progress);
            progress.fail();
            progress.leave(false);
            content.file().close();
            Replies.busy(offer.request());
        }
    }

    /** Handles content that is not stored: joins the fill that is in progress, or fetches it. */
    private void follow(Offer offer, ResponseBuilder response) {
        Optional<Progress> growing = fills.growing(offer.content().key());
        if (growing.isPresent() && response.isPromisedBy(growing.get())) {
            answerOrWait(offer, response, growing.get());
            return;
        }
        growing.ifPresent(ended -> ended.leave(false));
        fetch(offer, wanted(offer, response));
    }

    private void fetch(Offer offer, List<ByteRange> wanted) {
        if (offer.attempt() >= MOST_ATTEMPTS) {
            Replies.fail(
                    offer.request(), 502, Sentences.notWhole(offer.request().title()), offer.status());
        } else {
            offer.missing().fetch(offer, wanted);
        }
    }

    /**
     * Fetches the content of an offer with a task that all requests with the same miss share.
     *
     * @param key that equal requests share
     * @param work run by the first of them
     * @param onOutcome receives the outcome, on the task's thread or the caller's
     */
    public void fetchShared(
            Offer offer,
            String key,
            Work<FetchOutcome> work,
            BiConsumer<Flight<FetchOutcome>, FetchOutcome> onOutcome) {
        CacheRequest<?> request = offer.request();
        if (!rates.take(request.message().client())) {
            Replies.limited(request);
            return;
        }
        try {
            Flight<FetchOutcome> flight = fills.flights().join(key, request, UnaryOperator.identity(), work);
            request.decisionLog().follows(flight.trace());
            if (flight.collapsed()) {
                rates.giveBack(request.message().client());
            }
            flight.outcome()
                    .whenComplete((outcome, failure) ->
                            Replies.guarded(request, failure, () -> onOutcome.accept(flight, outcome)));
        } catch (RejectedExecutionException e) {
            Replies.busy(request);
        }
    }

    private static List<ByteRange> wanted(Offer offer, ResponseBuilder response) {
        return response.wanted(offer.entry().length().orElse(0));
    }

    /**
     * Has the fill request the bytes that this reader lacks, in addition to those for other readers. If the content is
     * identified only by a validator, the response waits until upstream has confirmed the validator, unless the fill
     * has just begun: otherwise, if upstream has a new version, this reader would be disconnected instead of receiving
     * it.
     */
    private void answerOrWait(Offer offer, ResponseBuilder response, Progress progress) {
        long missing = wanted(offer, response).stream()
                .filter(part -> progress.present().contiguousFrom(part.first()) <= part.last())
                .mapToLong(part -> progress.present().contiguousFrom(part.first()))
                .findFirst()
                .orElse(-1);
        boolean isSure = offer.content().isProven() || progress.isEmpty() || missing < 0;
        AtomicBoolean settled = new AtomicBoolean();
        Runnable answer = () -> {
            if (settled.compareAndSet(false, true)) {
                answerOrFetch(offer, response, progress, missing);
            }
        };
        if (isSure || !progress.wakeAt(missing, answer)) {
            answer.run();
        } else {
            offer.request().message().client().departure().whenGone(() -> {
                if (settled.compareAndSet(false, true)) {
                    progress.leave(true);
                    Replies.gone(offer.request());
                }
            });
        }
    }

    private void answerOrFetch(Offer offer, ResponseBuilder response, Progress progress, long missing) {
        boolean ended = progress.isFailed() && !progress.hasOtherWay();
        if (ended && missing >= 0 && progress.readableFrom(missing) == missing) {
            progress.leave(false);
            Replies.guarded(offer.request(), () -> fetch(offer.again(), wanted(offer, response)));
        } else {
            answer(offer, response, progress);
        }
    }

    /**
     * The rest of a body whose fill was handed over: from the fill that has taken over the content, or directly from
     * upstream for this reader alone.
     */
    private Optional<Body> onward(Offer offer, Body.Growing body, long position) {
        Optional<Tail> tail = body.progress().tail();
        if (tail.isPresent()) {
            return tail.map(rest -> new Body.Piped(rest.from(position, body.end())));
        }
        Optional<Progress> next = fills.growing(offer.content().key());
        if (next.isPresent() && next.get() != body.progress() && wantRest(next.get(), body, position)) {
            return Optional.of(new Body.Growing(next.get(), body.offset(), body.length(), body.onward()));
        }
        // The ended fill may still be listed: following it again would lead back here.
        next.ifPresent(ended -> ended.leave(false));
        return bypassDisk(offer, body, position, DiskBypass.Sent.RIGHT);
    }

    /** Supplies the rest of a body whose response has already begun. */
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
                        "Could not continue {} from the disk: {}",
                        offer.content().title(),
                        why.getMessage());
                return bypassDisk(offer, body, position, DiskBypass.Sent.PERHAPS_WRONG);
            }
            // The store logs the failure once, regardless of how many hits the failing disk has.
            log.debug("Could not continue {} from the disk", offer.content().title(), why);
            sha256.ifPresent(digest -> tools.store().blobs().unreadable(digest, why));
            return bypassDisk(offer, body, position, DiskBypass.Sent.RIGHT);
        }
    }

    private static boolean wantRest(Progress progress, Body.Growing body, long position) {
        return body.length().isEmpty()
                || progress.want(new ByteRange(position, body.end().getAsLong() - 1));
    }

    /**
     * Supplies the rest of a body from upstream if the disk fails; empty for content that was edited before it was
     * stored, because upstream does not have its bytes.
     */
    private Optional<Body> bypassDisk(Offer offer, Body.OfFile body, long position, DiskBypass.Sent sent) {
        OptionalLong end = body.end();
        if (end.isEmpty() || offer.content().isEdited()) {
            return Optional.empty();
        }
        ByteRange part = new ByteRange(body.offset(), end.getAsLong() - 1);
        if (!DiskBypass.isPossible(offer.content(), part, sent) || !body.file().retain()) {
            return Optional.empty();
        }
        Interest interest = fills.newInterest();
        var _ = interest.join(offer.request().message().client().departure());
        ChunkPipe pipe = ChunkPipe.of(interest.cancellation());
        DiskBypass bypass = new DiskBypass(fills.places(), tools.upstreams(), offer.content(), pipe);
        try {
            fills.tasks()
                    .start(
                            Task.of(offer.request(), new UpstreamTrace(), interest),
                            () -> bypass.run(part, position, body.file(), sent));
            return Optional.of(new Body.Piped(pipe));
        } catch (RejectedExecutionException e) {
            body.file().close();
            return Optional.empty();
        }
    }
}
