package io.artifactvault.cache;

import io.artifactvault.http.Digest;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.BlobWriter;
import io.artifactvault.store.Entry;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the body of one answer to disk while readers follow, where nothing tells which parts of it would belong together. Straight-line
 * and blocking, in a place of its own. A body that breaks off is never kept (RFC 9111 §3.3), nor one that is larger than an object may
 * be.
 */
final class Keeping {
    private static final Logger log = LoggerFactory.getLogger(Keeping.class);

    /** Where the answer is made known; called on the thread of the fill's place. */
    interface Place {
        /** Readers can follow. */
        void begun(Progress progress);

        /** The entry with its content; says whether it may stay. */
        boolean stored(Entry whole);

        /** Nothing more will come. */
        void ended(Progress progress);
    }

    private final Engine engine;
    private final String title;
    private final Entry entry;

    Keeping(Engine engine, String title, Entry entry) {
        this.engine = engine;
        this.title = title;
        this.entry = entry;
    }

    /**
     * Fills the entry's content.
     *
     * @throws StoreException when the store cannot take it; then nothing was read yet
     * @throws OriginException when the task was cancelled while it waited for a place
     */
    void run(OriginResponse response, Place place) throws OriginException {
        boolean isShort = entry.length().orElse(Long.MAX_VALUE) <= FillPlaces.SHORT;
        engine.fills()
                .places()
                .with(
                        isShort ? FillPlaces.Kind.SHORT_FILL : FillPlaces.Kind.LONG_FILL,
                        () -> runInPlace(response, place));
    }

    private void runInPlace(OriginResponse response, Place place) {
        try (BlobWriter writer = create()) {
            Progress progress = new Progress(
                    writer.file(), entry.length(), false, Task.current().interest());
            place.begun(progress);
            try {
                fill(response, writer, progress, place);
            } finally {
                place.ended(progress);
                if (!progress.isComplete() && !progress.isFailed()) {
                    progress.fail();
                }
            }
        }
    }

    private BlobWriter create() {
        try {
            return engine.blobs().create(entry.length(), Optional.empty());
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    private void fill(OriginResponse response, BlobWriter writer, Progress progress, Place place) {
        Intake intake = new Intake(title, writer, progress, entry.length(), Optional.of(() -> place.ended(progress)));
        try {
            if (intake.take(response) && writer.verify()) {
                progress.complete(writer.extents().end());
                keep(writer, place);
            }
        } catch (OriginException | Intake.UnreadException e) {
            log.info("Broke off {}: {}; nothing was stored.", title, e.getMessage());
        } catch (IOException e) {
            log.warn("Could not store {}: {}. Look at the disk of the cache folder.", title, e.toString());
        }
    }

    private void keep(BlobWriter writer, Place place) throws IOException {
        long length = writer.extents().end();
        Digest sha256 = writer.commit();
        engine.index().putBlob(sha256, length, Optional.empty(), Optional.of(writer.checksums()));
        if (place.stored(entry.withBlob(sha256, length))) {
            engine.news().stored();
        }
    }
}
