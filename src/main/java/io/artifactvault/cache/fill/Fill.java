package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.ContentStore;
import io.artifactvault.cache.content.Intake;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.content.StoreException;
import io.artifactvault.cache.content.UnreadException;
import io.artifactvault.cache.lookup.Listing;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.upstream.ContentSource;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.cache.upstream.RangeResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.upstream.Silence;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.cache.work.FillPlaces;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.disk.NoRoomException;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the body of one response to disk while readers follow: the usual way in which content enters the store.
 * Blocks, in its own place.
 *
 * <p>Phases: waiting for a place, on the task's thread → listed (from now on readers join and request ranges) →
 * fetching, by {@link RangeFetcher} if it can be resumed, else by an {@link Intake} → at rest, while no reader needs
 * more bytes; or verified (readers receive the last chunk) → durable and indexed → no longer listed.
 */
public final class Fill {
    private static final Logger log = LoggerFactory.getLogger(Fill.class);

    /**
     * The components that fills use.
     *
     * @param fills lists growing content and hands out places
     */
    public record Tools(ContentStore store, Fetches fills, Upstreams upstreams, CacheSettings settings) {}

    private final ContentStore store;
    private final Fetches fills;
    private final Tools tools;
    private final Representation content;
    private final Entry entry;
    private final Listing listing;
    private boolean refuted;

    /** Creates a fill of content that is found by its digest, validator or key. */
    public Fill(Tools tools, Representation content) {
        this(tools, content, new ListedByContent(tools.fills(), tools.store().index(), content));
    }

    public Fill(Tools tools, Representation content, Listing listing) {
        this.tools = tools;
        this.store = tools.store();
        this.fills = tools.fills();
        this.content = content;
        this.entry = content.entry();
        this.listing = listing;
    }

    /**
     * What is known when a fill starts.
     *
     * @param openResponse an open response with content
     * @param place where to request the content, as far as that is known
     * @param once whether that response is the only source: if it breaks off, it cannot be resumed
     */
    public record Start(Optional<OpenResponse> openResponse, Optional<OriginRequest> place, boolean once) {
        public static final Start NOTHING = new Start(Optional.empty(), Optional.empty(), false);

        public static Start with(OpenResponse openResponse) {
            return new Start(Optional.of(openResponse), Optional.empty(), false);
        }

        public static Start at(OriginRequest place) {
            return new Start(Optional.empty(), Optional.of(place), false);
        }

        public static Start once(OriginResponse response) {
            return new Start(Optional.of(OpenResponse.whole(response)), Optional.empty(), true);
        }
    }

    /** The writer and the progress of content that this fill alone writes. */
    private record Growth(BlobWriter writer, Progress progress) {}

    /**
     * Fills the content.
     *
     * @param begun runs as soon as readers can follow, or if another fill of the same content is in progress
     * @throws StoreException if the store cannot accept it; no bytes were read then
     * @throws OriginException if the task was cancelled while it waited for a place
     */
    public void run(Start start, Runnable begun) throws OriginException {
        if (listing.isGrowing()) {
            begun.run();
            return;
        }
        fills.places()
                .with(
                        kind(),
                        () -> begin(start, true, _ -> true)
                                .ifPresentOrElse(growth -> grow(growth, start, begun), begun));
    }

    /** Whether upstream sent content with another digest; valid after {@link #run}. */
    public boolean isRefuted() {
        return refuted;
    }

    private FillPlaces.Kind kind() {
        return content.isShort() ? FillPlaces.Kind.SHORT_FILL : FillPlaces.Kind.LONG_FILL;
    }

    /**
     * Starts the fill only if an earlier fill left the requested bytes, so that readers need not wait for upstream.
     *
     * @return false if they are missing; nothing was done then
     */
    public boolean runIfPresent(List<ByteRange> wanted, Runnable begun) throws OriginException {
        if (entry.length().isEmpty() || !store.hasPartial(entry.content())) {
            return false;
        }
        return fills.places().with(kind(), () -> {
            Optional<Growth> growth = begin(
                    Start.NOTHING,
                    true,
                    extents -> wanted.stream().noneMatch(part -> extents.contiguousFrom(part.first()) <= part.last()));
            growth.ifPresent(mine -> grow(mine, Start.NOTHING, begun));
            return growth.isPresent();
        });
    }

    /**
     * Continues content that is identified only by its validator: upstream must first confirm that it is unchanged,
     * unless all bytes that are needed first are stored.
     *
     * @throws OriginException if upstream fails or has other content now; the stored part was removed then
     */
    public void runOnceConfirmed(List<ByteRange> wanted, Runnable begun) throws OriginException {
        fills.places().with(kind(), () -> beginOnceConfirmed(wanted, begun));
    }

    private void beginOnceConfirmed(List<ByteRange> wanted, Runnable begun) throws OriginException {
        Optional<Growth> growth = begin(Start.NOTHING, false, _ -> true);
        if (growth.isEmpty()) {
            begun.run();
            return;
        }
        Optional<ByteRange> missing = SegmentScheduler.firstMissing(
                growth.get().writer().extents(),
                wanted,
                entry.length().orElseThrow(),
                content.resource().rangeUnit(),
                tools.settings().segmentSize());
        if (missing.isEmpty()) {
            grow(growth.get(), Start.NOTHING, begun);
        } else {
            growOnceConfirmed(growth.get(), missing.get(), begun);
        }
    }

    private void growOnceConfirmed(Growth growth, ByteRange missing, Runnable begun) throws OriginException {
        boolean confirmed = false;
        try (RangeResponse answer = new ContentSource(tools.upstreams(), content, Optional.empty()).ask(missing)) {
            confirmed = true;
            grow(growth, Start.with(OpenResponse.of(answer, missing)), begun);
        } catch (OriginException e) {
            forgetIfChanged(growth.writer(), e);
            throw e;
        } finally {
            if (!confirmed) {
                end(growth, growth.progress()::fail);
            }
        }
    }

    /**
     * Lists the content as growing. Empty if another fill of it is in progress, or what an earlier fill left is not
     * acceptable.
     *
     * @param sure whether a response has shown that upstream has the missing bytes
     * @param acceptable checks the extents that an earlier fill left
     */
    private Optional<Growth> begin(Start start, boolean sure, Predicate<Extents> acceptable) {
        boolean followed = listing.awaitGone();
        synchronized (fills.lock(content.key())) {
            boolean maybeHere = !sure || followed;
            if (listing.isGrowing() || (maybeHere && isHere())) {
                return Optional.empty();
            }
            BlobWriter writer = create();
            Progress progress = progress(writer, start);
            boolean begun = acceptable.test(writer.extents()) && listing.add(progress);
            if (!begun) {
                writer.close();
            }
            return Optional.of(new Growth(writer, progress)).filter(_ -> begun);
        }
    }

    /** Whether the whole content is stored; another fill may have stored it since the lookup. */
    private boolean isHere() {
        return store.holds(entry.content());
    }

    private Progress progress(BlobWriter writer, Start start) {
        Interest interest = Task.current().interest();
        if (entry.content().isPresent() && content.canResume()) {
            interest.resumable();
        }
        Progress progress = new Progress(writer.file(), entry.length(), content.isProven(), interest);
        progress.advance(writer.extents());
        progress.readAhead(tools.settings().readAhead());
        if (!isServedInParts(start)) {
            progress.wantAll();
        }
        return progress;
    }

    private void grow(Growth growth, Start start, Runnable begun) {
        Runnable ending = growth.progress()::fail;
        try {
            begun.run();
            ending = fill(start, growth.writer(), growth.progress());
        } finally {
            end(growth, ending);
        }
    }

    /**
     * Ends the fill. Readers that are woken look for the next fill, so this fill must be unlisted and its partial file
     * closed before.
     */
    private void end(Growth growth, Runnable ending) {
        growth.writer().close();
        listing.remove(growth.progress());
        ending.run();
    }

    /**
     * Whether readers may get parts before the whole is stored: content with a digest if it is large; content that only
     * a validator identifies unless it arrives as a whole.
     */
    private boolean isServedInParts(Start start) {
        boolean large = entry.length().orElse(0) > tools.settings().segmentSize();
        boolean comesWhole = start.openResponse()
                .filter(openResponse -> openResponse.part().isEmpty())
                .isPresent();
        return entry.content()
                .filter(digest -> digest.isProof() ? large : !comesWhole)
                .isPresent();
    }

    /** Fetches and stores the content; returns the action that releases its readers when the fill is over. */
    private Runnable fill(Start start, BlobWriter writer, Progress progress) {
        try {
            if (fetch(start, writer, progress)) {
                verify(writer);
                progress.complete(writer.extents().end());
                keep(writer);
            }
            return () -> {};
        } catch (OriginException e) {
            if (e.failure() == OriginFailure.ABANDONED) {
                log.debug("Stopped fetching {}, which no client reads any longer", content.title());
            } else {
                log.warn("Could not fetch {}: {}; {}.", content.title(), e.getMessage(), whatIsLeft(e));
            }
            forgetIfChanged(writer, e);
            return progress::fail;
        } catch (UnreadException e) {
            log.info("Broke off {}: {}; nothing was stored.", content.title(), e.getMessage());
            return progress::fail;
        } catch (NoRoomException e) {
            log.info("{}; the vault does not store the rest of {}.", e.getMessage(), content.title());
            // The partial content would occupy space that other content needs.
            writer.discard();
            return progress::handOver;
        } catch (IOException e) {
            log.warn("Could not store {}: {}. Check the disk of the cache folder.", content.title(), e.toString());
            return progress.isComplete() ? () -> {} : onward(start, progress);
        }
    }

    /**
     * The action that releases readers: they receive the rest directly from upstream, unless the response cannot be
     * resumed.
     */
    private static Runnable onward(Start start, Progress progress) {
        return start.once() ? progress::fail : progress::handOver;
    }

    private String whatIsLeft(OriginException failure) {
        boolean kept =
                entry.content().isPresent() && failure.failure() != OriginFailure.DIGEST_MISMATCH && !isOther(failure);
        return kept
                ? "the vault keeps the received bytes, and the next request resumes from there"
                : "nothing was stored";
    }

    /** Discards the bytes that an earlier fill left. */
    public void drop() {
        if (store.hasPartial(entry.content())) {
            try (BlobWriter writer = create()) {
                writer.discard();
            } catch (StoreException e) {
                log.debug("Could not remove the partial of {}: {}", content.title(), e.getMessage());
            }
        }
    }

    /** Removes partial content whose validator is outdated: its missing bytes can no longer be requested. */
    private void forgetIfChanged(BlobWriter writer, OriginException failure) {
        if (isOther(failure)) {
            writer.discard();
            listing.forget();
        }
    }

    private boolean isOther(OriginException failure) {
        return failure.failure() == OriginFailure.CONTENT_CHANGED && !content.isProven();
    }

    /**
     * Fetches the content; returns false if the rest is not needed now, or was sent to readers without being stored.
     */
    private boolean fetch(Start start, BlobWriter writer, Progress progress) throws OriginException, IOException {
        if (start.openResponse().isPresent() && (start.once() || !content.canResume())) {
            return take(start.openResponse().get().response(), writer, progress);
        }
        ContentSource source = new ContentSource(tools.upstreams(), content, start.place());
        return new RangeFetcher(fills, tools.settings(), source, writer, progress, start.openResponse()).fill();
    }

    private boolean take(OriginResponse response, BlobWriter writer, Progress progress)
            throws OriginException, IOException {
        Silence.allow(response, content.upstream());
        Optional<Runnable> onPassing =
                content.isProven() ? Optional.empty() : Optional.of(() -> listing.remove(progress));
        return new Intake(content.title(), writer, progress, entry.length(), onPassing).take(response);
    }

    BlobWriter create() {
        return store.create(entry.length(), entry.content());
    }

    /** @throws OriginException if the bytes are not the content that upstream announced */
    void verify(BlobWriter writer) throws IOException, OriginException {
        if (!writer.verify()) {
            refuted = true;
            throw new OriginException(
                    OriginFailure.DIGEST_MISMATCH,
                    "the content that arrived for " + content.title() + " is "
                            + writer.found().map(Digest::toString).orElse("of another length") + ", not "
                            + content.key() + " of "
                            + entry.length().orElse(writer.extents().end()) + " bytes");
        }
    }

    /** Makes verified content durable and files its entry. */
    Entry keep(BlobWriter writer) throws IOException {
        Digest sha256 = store.commit(writer, entry.content());
        Entry kept = entry.withBlob(sha256, writer.extents().end());
        if (listing.store(kept)) {
            store.news().stored();
        }
        return kept;
    }
}
