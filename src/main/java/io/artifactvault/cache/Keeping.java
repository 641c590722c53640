package io.artifactvault.cache;

import io.artifactvault.http.Digest;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.BlobWriter;
import io.artifactvault.store.Entry;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the body of one answer to disk while readers follow. Straight-line and blocking, on the fill's thread. A body that
 * breaks off is never kept (RFC 9111 §3.3).
 */
final class Keeping {
    private static final Logger log = LoggerFactory.getLogger(Keeping.class);

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
     * @param begun told as soon as readers can follow
     * @param stored told of the entry with its content; says whether it may stay
     * @throws StoreException when the store cannot take it; then nothing was read yet
     */
    void run(OriginResponse response, Consumer<Progress> begun, Predicate<Entry> stored) {
        try (BlobWriter writer = create()) {
            Progress progress = new Progress(writer.file(), entry.length(), false);
            begun.accept(progress);
            boolean done = false;
            try {
                pump(response, writer, progress);
                done = writer.verify();
                if (done) {
                    progress.complete(writer.extents().end());
                    keep(writer, stored);
                }
            } catch (OriginException e) {
                log.info("Broke off {}: {}; nothing was stored.", title, e.getMessage());
            } catch (IOException e) {
                log.warn("Could not store {}: {}. Look at the disk of the cache folder.", title, e.toString());
            } finally {
                if (!done) {
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

    private static void pump(OriginResponse response, BlobWriter writer, Progress progress)
            throws OriginException, IOException {
        boolean more = true;
        while (more) {
            more = response.next(bytes -> {
                writer.write(writer.extents().end(), bytes);
                progress.advance(writer.extents());
            });
        }
    }

    private void keep(BlobWriter writer, Predicate<Entry> stored) throws IOException {
        long length = writer.extents().end();
        Digest sha256 = writer.commit();
        engine.index().putBlob(sha256, length, Optional.empty(), Optional.of(writer.checksums()));
        engine.shelf().vouchFor(sha256);
        if (stored.test(entry.withBlob(sha256, length))) {
            engine.news().stored();
        }
    }
}
