package io.artifactvault.cache;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.Digest;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.BlobWriter;
import io.artifactvault.store.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one body from upstream to disk, while readers follow. Straight-line and blocking, on the fill's thread.
 *
 * <p>Phases: registered under its content key (from here readers join) → filling → verified (readers get the rest) →
 * durable and indexed → unregistered.
 */
final class Download {
    private static final Logger log = LoggerFactory.getLogger(Download.class);

    private final Engine engine;
    private final Resource resource;
    private final Entry entry;

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
     * Fills the entry's content.
     *
     * @param begun run as soon as readers can follow, or if the same content grows already
     * @throws StoreException when the store cannot take it; then nothing was read yet
     */
    void run(OriginResponse response, Runnable begun) {
        String contentKey = contentKey(entry);
        try (BlobWriter writer = create()) {
            Progress progress =
                    new Progress(writer.file(), entry.length(), entry.content().isPresent());
            boolean first = engine.fills().register(contentKey, progress);
            begun.run();
            if (first) {
                try {
                    fill(response, writer, progress);
                } finally {
                    engine.fills().unregister(contentKey, progress);
                }
            }
        }
    }

    private void fill(OriginResponse response, BlobWriter writer, Progress progress) {
        boolean done = false;
        try {
            boolean more = true;
            while (more) {
                more = response.next(bytes -> {
                    writer.write(writer.extents().end(), bytes);
                    progress.advance(writer.extents());
                });
            }
            verify(writer);
            progress.complete(writer.extents().end());
            done = true;
            keep(writer);
        } catch (OriginException e) {
            log.warn("Could not fetch {}: {}; nothing was stored.", resource.title(), e.getMessage());
        } catch (IOException e) {
            log.warn("Could not store {}: {}. Look at the disk of the cache folder.", resource.title(), e.toString());
        } finally {
            if (!done) {
                progress.fail();
            }
        }
    }

    /**
     * Fetches a body that is changed on the way, and returns when it is stored.
     *
     * @throws OriginException when upstream breaks off or its body is not what the edit understands
     * @throws StoreException when the store cannot take it
     */
    Entry edited(OriginResponse response) throws OriginException {
        BodyEdit edit = resource.edit(response.fields()).orElseThrow();
        BodyInput input = new BodyInput(response);
        try (BlobWriter writer = create()) {
            try (OutputStream output = new WriterOutput(writer)) {
                edit.copy(input, output);
                input.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw input.failure().orElseGet(() -> notUnderstood(e));
            }
            verify(writer);
            return keep(writer);
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
                    "what came for " + resource.title() + " is not " + contentKey(entry) + " of "
                            + entry.length().orElse(writer.extents().end()) + " bytes");
        }
    }

    private Entry keep(BlobWriter writer) throws IOException {
        Digest sha256 = writer.commit();
        engine.index()
                .putBlob(
                        sha256,
                        writer.extents().end(),
                        entry.content().filter(d -> !d.equals(sha256)),
                        Optional.of(writer.checksums()));
        Entry kept = entry.withBlob(sha256, writer.extents().end());
        engine.index().put(kept);
        return kept;
    }
}
