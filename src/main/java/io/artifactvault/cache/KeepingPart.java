package io.artifactvault.cache;

import io.artifactvault.http.ByteRange;
import io.artifactvault.http.ContentRange;
import io.artifactvault.http.Digest;
import io.artifactvault.http.EntityTag;
import io.artifactvault.http.Fields;
import io.artifactvault.http.RangeSpec;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.BlobWriter;
import io.artifactvault.store.Entry;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the body of a 206 to disk, to the place in the whole where it belongs, while its reader follows (RFC 9111 §3.3).
 * Straight-line and blocking, on the fill's thread.
 */
final class KeepingPart {
    private static final Logger log = LoggerFactory.getLogger(KeepingPart.class);

    private final Engine engine;
    private final Entry entry;
    private final ByteRange range;

    private KeepingPart(Engine engine, Entry entry, ByteRange range) {
        this.engine = engine;
        this.entry = entry;
        this.range = range;
    }

    /**
     * Empty when the part cannot be kept: it is not the one asked for, does not say how long the whole is, or has no strong
     * validator by which others could be told to belong to it.
     *
     * @param asked the request's Range
     * @param fields those to keep
     */
    static Optional<KeepingPart> of(
            Engine engine,
            String key,
            Optional<String> asked,
            OriginResponse response,
            Fields fields,
            Instant[] times) {
        Optional<ContentRange> told = ContentRange.of(response.fields());
        Optional<EntityTag> tag = Route.strongTag(fields);
        if (told.isEmpty() || tag.isEmpty() || !isAsked(asked, told.get()) || !isFramedRight(response, told.get())) {
            return Optional.empty();
        }
        long length = told.get().completeLength();
        Entry entry = new Entry(
                key,
                200,
                fields.without("Content-Range", "Content-Length"),
                OptionalLong.of(length),
                Optional.of(Digest.ofValidator(key, tag.get(), length)),
                Optional.empty(),
                times[0],
                times[1]);
        return Optional.of(new KeepingPart(engine, entry, told.get().range()));
    }

    private static boolean isAsked(Optional<String> asked, ContentRange told) {
        return RangeSpec.parse(asked).resolve(told.completeLength())
                        instanceof RangeSpec.Outcome.Satisfiable(var ranges)
                && ranges.size() == 1
                && ranges.getFirst().equals(told.range());
    }

    private static boolean isFramedRight(OriginResponse response, ContentRange told) {
        OptionalLong framed = response.contentLength();
        return framed.isEmpty() || framed.getAsLong() == told.range().length();
    }

    Entry entry() {
        return entry;
    }

    /**
     * Fills the part.
     *
     * @param begun told as soon as its reader can follow
     * @throws StoreException when the store cannot take it; then nothing was read yet
     */
    void run(OriginResponse response, Consumer<Progress> begun) {
        try (BlobWriter writer = create()) {
            Progress progress = new Progress(writer.file(), entry.length(), false);
            progress.advance(writer.extents());
            begun.accept(progress);
            try {
                pump(response, writer, progress);
                complete(writer, progress);
            } catch (OriginException e) {
                log.info("Broke off a part of {}: {}", entry.key(), e.getMessage());
            } catch (IOException e) {
                log.warn("Could not store a part: {}. Look at the disk of the cache folder.", e.toString());
            } finally {
                if (!progress.isComplete()) {
                    progress.fail();
                }
            }
        }
    }

    private BlobWriter create() {
        try {
            return engine.blobs().create(entry.length(), entry.content());
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    private void pump(OriginResponse response, BlobWriter writer, Progress progress)
            throws OriginException, IOException {
        long[] at = {range.first()};
        boolean more = true;
        while (more) {
            more = response.next(bytes -> {
                if (at[0] + bytes.remaining() > range.last() + 1) {
                    throw new IOException("upstream sends more than the part that it announced");
                }
                int count = bytes.remaining();
                writer.write(at[0], bytes);
                at[0] += count;
                progress.advance(writer.extents());
            });
        }
    }

    /** The part may have been the last one missing. */
    private void complete(BlobWriter writer, Progress progress) throws IOException {
        long length = entry.length().orElseThrow();
        if (!writer.extents().covers(length) || !writer.verify()) {
            return;
        }
        progress.complete(length);
        Digest sha256 = writer.commit();
        engine.index().putBlob(sha256, length, entry.content(), Optional.of(writer.checksums()));
        engine.shelf().vouchFor(sha256);
        engine.index().put(entry.withBlob(sha256, length));
        engine.news().stored();
    }
}
