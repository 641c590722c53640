package io.artifactvault.cache;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.BlobWriter;
import io.artifactvault.store.Entry;
import io.artifactvault.store.Extents;
import io.artifactvault.store.NoRoomException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one content from upstream to disk, as far as readers want it, while they follow. Blocking, in a place of its own.
 *
 * <p>Phases: waiting for a place, on the task's thread → registered under its content key (from here readers join and say what they want) → fetching ({@link Streams}) → at
 * rest, when nobody wants the rest now; or verified (readers get the last chunk) → durable and indexed → unregistered.
 */
final class Download {
    private static final Logger log = LoggerFactory.getLogger(Download.class);

    private final Engine engine;
    private final Resource resource;
    private final Entry entry;

    /** Takes the resource at an immutable address, so that all of the content comes from one version. */
    Download(Engine engine, Resource resource, Entry entry) {
        this.engine = engine;
        this.resource = resource;
        this.entry = entry;
    }

    /** The key under which content grows: its digest where that is known, so that all names of it share one fill. */
    static String contentKey(Entry entry) {
        return entry.content().map(Digest::toString).orElse(entry.key());
    }

    /**
     * What is at hand when a fill begins.
     *
     * @param atHand an answer with content
     * @param place where to ask for it, as far as that is known
     */
    record Start(Optional<AtHand> atHand, Optional<OriginRequest> place) {
        static final Start NOTHING = new Start(Optional.empty(), Optional.empty());

        static Start with(AtHand atHand) {
            return new Start(Optional.of(atHand), Optional.empty());
        }
    }

    /** Content that has begun to grow here; nobody else writes it. */
    private record Growth(BlobWriter writer, Progress progress) {}

    /**
     * Fills the entry's content.
     *
     * @param begun run as soon as readers can follow, or if the same content grows already
     * @throws StoreException when the store cannot take it; then nothing was read yet
     * @throws OriginException when the task was cancelled while it waited for a place
     */
    void run(Start start, Runnable begun) throws OriginException {
        if (engine.fills().isGrowing(contentKey(entry))) {
            begun.run();
            return;
        }
        engine.fills()
                .places()
                .with(
                        kind(),
                        () -> begin(start, true, _ -> true)
                                .ifPresentOrElse(growth -> grow(growth, start, begun), begun));
    }

    /** Answers without a digest whose length is not told are short, too: what is large has both. */
    private FillPlaces.Kind kind() {
        boolean isShort = entry.length().orElse(entry.content().isPresent() ? Long.MAX_VALUE : 0) <= FillPlaces.SHORT;
        return isShort ? FillPlaces.Kind.SHORT_FILL : FillPlaces.Kind.LONG_FILL;
    }

    /**
     * The same, if an earlier fill left these bytes: then nobody needs to be asked for them.
     *
     * @return false when they are not there; nothing was done then
     */
    boolean runIfPresent(List<ByteRange> wanted, Runnable begun) throws OriginException {
        if (entry.length().isEmpty()
                || entry.content().filter(engine.blobs()::hasPartial).isEmpty()) {
            return false;
        }
        return engine.fills().places().with(kind(), () -> {
            Optional<Growth> growth = begin(
                    Start.NOTHING,
                    true,
                    there -> wanted.stream().noneMatch(part -> there.contiguousFrom(part.first()) <= part.last()));
            growth.ifPresent(mine -> grow(mine, Start.NOTHING, begun));
            return growth.isPresent();
        });
    }

    /**
     * Goes on with content that nothing but its validator names: first of all upstream has to say that it is still the same, unless
     * all that is wanted first is here.
     *
     * @throws OriginException when upstream fails, or has something else by now; then what was kept is gone
     */
    void runOnceConfirmed(List<ByteRange> wanted, Runnable begun) throws OriginException {
        engine.fills().places().with(kind(), () -> beginOnceConfirmed(wanted, begun));
    }

    private void beginOnceConfirmed(List<ByteRange> wanted, Runnable begun) throws OriginException {
        Optional<Growth> growth = begin(Start.NOTHING, false, _ -> true);
        if (growth.isEmpty()) {
            begun.run();
            return;
        }
        Optional<ByteRange> missing = Segments.firstMissing(
                growth.get().writer().extents(),
                wanted,
                entry.length().orElseThrow(),
                engine.settings().segmentSize());
        if (missing.isEmpty()) {
            grow(growth.get(), Start.NOTHING, begun);
        } else {
            growOnceConfirmed(growth.get(), missing.get(), begun);
        }
    }

    private void growOnceConfirmed(Growth growth, ByteRange missing, Runnable begun) throws OriginException {
        boolean confirmed = false;
        try (RangedAnswer answer = new Route(engine, resource, entry, Optional.empty()).ask(missing)) {
            confirmed = true;
            grow(growth, Start.with(AtHand.of(answer, missing)), begun);
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
     * Makes the content known as growing. Empty when it grows already, or is not acceptable.
     *
     * @param sure whether what is missing is known to be had
     * @param acceptable asked about what an earlier fill left
     */
    private Optional<Growth> begin(Start start, boolean sure, Predicate<Extents> acceptable) {
        boolean followed = engine.fills().awaitGone(contentKey(entry));
        synchronized (engine.fills().door(contentKey(entry))) {
            boolean maybeHere = !sure || followed;
            if (engine.fills().isGrowing(contentKey(entry)) || (maybeHere && isHere())) {
                return Optional.empty();
            }
            BlobWriter writer = create();
            Progress progress = progress(writer, start);
            boolean begun = acceptable.test(writer.extents()) && engine.fills().register(contentKey(entry), progress);
            if (!begun) {
                writer.close();
            }
            return Optional.of(new Growth(writer, progress)).filter(_ -> begun);
        }
    }

    /** All of it may have come between a look at the store and this one. */
    private boolean isHere() {
        return entry.content().filter(engine.shelf()::holds).isPresent();
    }

    private Progress progress(BlobWriter writer, Start start) {
        Interest interest = Task.current().interest();
        if (entry.content().isPresent() && Route.canResume(entry)) {
            interest.resumable();
        }
        Progress progress = new Progress(
                writer.file(),
                entry.length(),
                entry.content().filter(Digest::isProof).isPresent(),
                interest);
        progress.advance(writer.extents());
        progress.readAhead(engine.settings().readAhead());
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

    /** Who hears of the end looks for the next fill: this one must be gone then, and what it left at hand. */
    private void end(Growth growth, Runnable ending) {
        growth.writer().close();
        engine.fills().unregister(contentKey(entry), growth.progress());
        ending.run();
    }

    /** Content that can be kept in part, and is worth it; what comes whole unasked and cannot be proven is taken whole. */
    private boolean isServedInParts(Start start) {
        boolean large = entry.length().orElse(0) > engine.settings().segmentSize();
        boolean comesWhole =
                start.atHand().filter(atHand -> atHand.part().isEmpty()).isPresent();
        return entry.content()
                .filter(digest -> digest.isProof() ? large : !comesWhole)
                .isPresent();
    }

    /** What readers are to be told when this fill is over. */
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
                log.debug("Stopped fetching {}, which no client reads any more", resource.title());
            } else {
                log.warn("Could not fetch {}: {}; {}.", resource.title(), e.getMessage(), whatIsLeft(e));
            }
            forgetIfChanged(writer, e);
            return progress::fail;
        } catch (Intake.UnreadException e) {
            log.info("Broke off {}: {}; nothing was stored.", resource.title(), e.getMessage());
            return progress::fail;
        } catch (NoRoomException e) {
            log.info("{}; the rest of {} goes to its readers only.", e.getMessage(), resource.title());
            // What is there of it would keep others out.
            writer.discard();
            return progress::handOver;
        } catch (IOException e) {
            log.warn("Could not store {}: {}. Look at the disk of the cache folder.", resource.title(), e.toString());
            return progress.isComplete() ? () -> {} : progress::handOver;
        }
    }

    private String whatIsLeft(OriginException failure) {
        boolean kept =
                entry.content().isPresent() && failure.failure() != OriginFailure.DIGEST_MISMATCH && !isOther(failure);
        return kept ? "what came is kept, for the next request to go on with" : "nothing was stored";
    }

    /** Throws away what an earlier fill left. */
    void drop() {
        if (entry.content().filter(engine.blobs()::hasPartial).isPresent()) {
            try (BlobWriter writer = create()) {
                writer.discard();
            } catch (StoreException e) {
                log.debug("Could not drop a part of {}: {}", resource.title(), e.getMessage());
            }
        }
    }

    /** What is kept under a validator that is no longer the content's is of no use: nobody can ask for the rest of it. */
    private void forgetIfChanged(BlobWriter writer, OriginException failure) {
        if (isOther(failure)) {
            writer.discard();
            current().ifPresent(now -> engine.index().remove(now.key()));
        }
    }

    private boolean isOther(OriginException failure) {
        return failure.failure() == OriginFailure.CONTENT_CHANGED && !Route.isProven(entry);
    }

    /** What the index holds now for what this fill brings, which may have been confirmed or replaced meanwhile. */
    private Optional<Entry> current() {
        return engine.index().load(entry.key()).filter(now -> now.content().equals(entry.content()));
    }

    /** False when the rest is not wanted now, or went past the store. */
    private boolean fetch(Start start, BlobWriter writer, Progress progress) throws OriginException, IOException {
        if (start.atHand().isPresent() && !Route.canResume(entry)) {
            Silence.allow(start.atHand().get().response(), resource.upstream());
            Optional<Runnable> onPassing = Route.isProven(entry)
                    ? Optional.empty()
                    : Optional.of(() -> engine.fills().unregister(contentKey(entry), progress));
            return new Intake(resource.title(), writer, progress, entry.length(), onPassing)
                    .take(start.atHand().get().response());
        }
        Route route = new Route(engine, resource, entry, start.place());
        long length = entry.length().orElseThrow();
        return new Streams(engine, route, writer, progress, length, start.atHand()).fill();
    }

    /**
     * Fetches a body that is changed on the way, and returns when it is stored.
     *
     * @throws OriginException when upstream breaks off or its body is not what the edit understands
     * @throws StoreException when the store cannot take it
     */
    Entry edited(OriginResponse response) throws OriginException {
        return engine.fills().places().with(FillPlaces.Kind.SHORT_FILL, () -> editedInPlace(response));
    }

    private Entry editedInPlace(OriginResponse response) throws OriginException {
        BodyEdit edit = resource.edit(response.fields()).orElseThrow();
        response.expectPace();
        BodyInput input = new BodyInput(response);
        Fields told;
        try (BlobWriter writer = create()) {
            try (OutputStream output = new WriterOutput(writer)) {
                told = edit.copy(input, output);
                input.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw input.failure().orElseGet(() -> notUnderstood(e));
            }
            verify(writer);
            Entry telling = entry.filedUnder(entry.key(), told);
            String key = resource.pointsTo(telling.fields())
                    .map(resource::at)
                    .orElse(resource)
                    .key();
            return new Download(engine, resource, telling.filedUnder(key, Fields.EMPTY)).keep(writer);
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    private OriginException notUnderstood(IOException e) {
        return new OriginException(OriginFailure.UNEXPECTED_ANSWER, "the body of " + resource.title(), e);
    }

    private BlobWriter create() {
        try {
            return engine.blobs().create(entry.length(), entry.content());
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    private void verify(BlobWriter writer) throws IOException, OriginException {
        if (!writer.verify()) {
            throw new OriginException(
                    OriginFailure.DIGEST_MISMATCH,
                    "what came for " + resource.title() + " is "
                            + writer.found().map(Digest::toString).orElse("of another length") + ", not "
                            + contentKey(entry) + " of "
                            + entry.length().orElse(writer.extents().end()) + " bytes");
        }
    }

    private Entry keep(BlobWriter writer) throws IOException {
        long length = writer.extents().end();
        Digest sha256 = writer.commit();
        Optional<Digest> alias = entry.content().filter(d -> !d.equals(sha256));
        engine.index().putBlob(sha256, length, alias, Optional.of(writer.checksums()));
        Entry kept = entry.withBlob(sha256, length);
        if (entry.content().isEmpty() || Route.isProven(entry)) {
            engine.index().put(kept);
        } else {
            current().ifPresent(now -> engine.index().put(now.withBlob(sha256, length)));
        }
        engine.news().stored();
        return kept;
    }
}
