package io.artifactvault.cache;

import io.artifactvault.backend.BodyEdit;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.BlobWriter;
import io.artifactvault.store.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one body from upstream to disk, while readers follow. Straight-line and blocking, on the fill's thread.
 *
 * <p>Phases: registered under its content key (from here readers join) → filling, gap by gap where an earlier fill left
 * something → verified (readers get the rest) → durable and indexed → unregistered.
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
     * Fills the entry's content.
     *
     * @param whole an answer with all of the content, if one is at hand; otherwise what is missing is asked for in ranges
     * @param begun run as soon as readers can follow, or if the same content grows already
     * @throws StoreException when the store cannot take it; then nothing was read yet
     */
    void run(Optional<OriginResponse> whole, Runnable begun) {
        String contentKey = contentKey(entry);
        try (BlobWriter writer = create()) {
            Progress progress =
                    new Progress(writer.file(), entry.length(), entry.content().isPresent());
            progress.advance(writer.extents());
            boolean first = engine.fills().register(contentKey, progress);
            begun.run();
            if (first) {
                try {
                    fill(whole, writer, progress);
                } finally {
                    engine.fills().unregister(contentKey, progress);
                }
            }
        }
    }

    private void fill(Optional<OriginResponse> whole, BlobWriter writer, Progress progress) {
        boolean done = false;
        try {
            if (whole.isPresent() && writer.extents().ranges().isEmpty()) {
                pump(whole.get(), 0, writer, progress);
            } else {
                fillGaps(writer, progress);
            }
            verify(writer);
            progress.complete(writer.extents().end());
            done = true;
            keep(writer);
        } catch (OriginException e) {
            log.warn("Could not fetch {}: {}; nothing was stored.", resource.title(), e.getMessage());
        } catch (IOException e) {
            log.warn("Could not store {}: {}. Look at the disk of the cache folder.", resource.title(), e.toString());
            if (!done) {
                done = true;
                progress.handOver();
            }
        } finally {
            if (!done) {
                progress.fail();
            }
        }
    }

    /** A range that upstream answers with the whole is taken as the whole. */
    private void fillGaps(BlobWriter writer, Progress progress) throws OriginException, IOException {
        long length = entry.length().orElseThrow();
        List<ByteRange> gaps = writer.extents().gaps(length);
        while (!gaps.isEmpty()) {
            ByteRange gap = gaps.getFirst();
            try (RangedAnswer answer = RangedAnswer.ask(engine, resource, gap, length)) {
                pump(answer.response(), answer.offset(), writer, progress);
            }
            List<ByteRange> left = writer.extents().gaps(length);
            if (left.equals(gaps)) {
                throw new OriginException(OriginFailure.BODY_CUT, resource.title());
            }
            gaps = left;
        }
    }

    private void pump(OriginResponse response, long offset, BlobWriter writer, Progress progress)
            throws OriginException, IOException {
        long end = entry.length().orElse(Long.MAX_VALUE);
        Position at = new Position(offset);
        boolean more = true;
        while (more) {
            more = response.next(bytes -> {
                int count = bytes.remaining();
                if (at.value + count > end) {
                    throw new IOException("upstream sends more than the announced " + end + " bytes");
                }
                writer.write(at.value, bytes);
                at.value += count;
                progress.advance(writer.extents());
            });
        }
    }

    /** Where the next byte goes; confined to the fill's thread. */
    private static final class Position {
        private long value;

        Position(long value) {
            this.value = value;
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
                    "what came for " + resource.title() + " is not " + contentKey(entry) + " of "
                            + entry.length().orElse(writer.extents().end()) + " bytes");
        }
    }

    private Entry keep(BlobWriter writer) throws IOException {
        long length = writer.extents().end();
        Digest sha256 = writer.commit();
        Optional<Digest> alias = entry.content().filter(d -> !d.equals(sha256));
        engine.index().putBlob(sha256, length, alias, Optional.of(writer.checksums()));
        engine.shelf().vouchFor(sha256);
        Entry kept = entry.withBlob(sha256, length);
        engine.index().put(kept);
        engine.news().stored();
        return kept;
    }
}
