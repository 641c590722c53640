package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.Content;
import io.artifactvault.cache.content.ContentStore;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.cache.work.FillPlaces;
import io.artifactvault.cache.work.Task;
import io.artifactvault.http.Digest;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobInspection;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks stored content at its first read after startup. It works block by block while readers follow the verified
 * blocks, like a fill whose origin is the disk. If a block is damaged, intact blocks are kept and the others are
 * fetched again with Range, for which readers wait. Runs sequentially on its task's thread; it takes an inspection
 * place to read and a fill place to repair.
 */
public final class Recheck {
    private static final Logger log = LoggerFactory.getLogger(Recheck.class);

    private final Fill.Tools tools;
    private final ContentStore store;
    private final Fetches fills;
    private final Representation representation;
    private final Entry entry;
    private final Content.Unchecked content;
    private final Progress progress;

    /**
     * Prepares the inspection. The progress takes over the lease on the content's file, and returns it when the
     * inspection is over.
     */
    public Recheck(Fill.Tools tools, Representation representation, Content.Unchecked content, Progress progress) {
        this.tools = tools;
        this.store = tools.store();
        this.fills = tools.fills();
        this.representation = representation;
        this.entry = representation.entry();
        this.content = content;
        this.progress = progress;
    }

    /**
     * Checks the whole content, and repairs it if necessary.
     *
     * @param from the first byte that is needed
     */
    public void run(long from) {
        try (BlobFile file = content.file()) {
            fills.places().with(FillPlaces.Kind.INSPECTION, () -> inspect(file, from));
            if (!progress.isComplete()) {
                mend();
            }
        } catch (UnreadableException e) {
            // No damage is proven: the content stays stored, and readers receive the rest directly from upstream.
            store.blobs().unreadable(content.sha256(), e.why());
            handOver();
        } catch (UncheckedIOException e) {
            log.warn("Could not repair {}: {}", representation.title(), e.toString());
        } catch (OriginException e) {
            log.debug("Stopped verifying {}: {}", representation.title(), e.getMessage());
        } finally {
            end();
        }
    }

    private void inspect(BlobFile file, long from) throws OriginException {
        Extents good;
        boolean sound;
        try {
            good = check(file, from);
            sound = good.covers(content.length()) && BlobInspection.hasLength(file, content.length());
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
        if (sound) {
            store.blobs().verified(content.sha256(), file);
            progress.complete(content.length());
        } else {
            demote(good);
        }
    }

    /**
     * Hands readers over to upstream, except for content that was edited before it was stored, which upstream does not
     * have.
     */
    private void handOver() {
        if (!representation.isEdited()) {
            fills.unregister(representation.key(), progress);
            progress.handOver();
        }
    }

    /** Thrown when the content cannot be read now, which does not prove that it is damaged. */
    private static final class UnreadableException extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        private final IOException why;

        UnreadableException(IOException why) {
            super(why);
            this.why = why;
        }

        IOException why() {
            return why;
        }
    }

    private void end() {
        if (!progress.isComplete() && !progress.isFailed()) {
            progress.fail();
        }
        fills.unregister(representation.key(), progress);
    }

    private Extents check(BlobFile file, long from) throws IOException, OriginException {
        Optional<Checksums> checksums = store.index().loadChecksums(content.sha256());
        int blocks = BlobInspection.blocks(content.length());
        return checksums.isPresent() && checksums.get().blocks() == blocks
                ? checkBlocks(file, checksums.get(), blocks, BlobInspection.blockOf(from))
                : checkWhole(file);
    }

    /** Checks blocks from the requested one to the end, then from the beginning. */
    private Extents checkBlocks(BlobFile file, Checksums checksums, int blocks, int first)
            throws IOException, OriginException {
        Cancellation cancellation = Task.current().interest().cancellation();
        Extents good = Extents.NONE;
        for (int i = 0; i < blocks; i++) {
            cancellation.check("the check");
            int block = (first + i) % blocks;
            if (BlobInspection.isGood(file, content.length(), checksums, block)) {
                good = good.with(BlobInspection.block(content.length(), block));
                progress.advance(good);
            }
        }
        return good;
    }

    /** Checks the digest of the whole content, because there are no checksums of blocks. */
    private Extents checkWhole(BlobFile file) throws IOException {
        return BlobInspection.quick(file, content.sha256(), content.length(), Optional.empty())
                .run()
                .good();
    }

    private void demote(Extents good) {
        log.warn(
                "Stored content of {} is damaged: {} of {} bytes are intact; fetching the rest again.",
                representation.title(),
                good.size(),
                content.length());
        store.index().removeBlob(content.sha256());
        try {
            store.blobs().demote(new Damage(content.sha256(), content.length(), good), identity());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Digest identity() {
        return entry.content().orElse(content.sha256());
    }

    private void mend() throws OriginException {
        // Readers may have this damaged file open: they continue with the fill that repairs it.
        if (!representation.isEdited()) {
            Entry head = new Entry(
                    entry.key(),
                    entry.status(),
                    entry.fields(),
                    OptionalLong.of(content.length()),
                    Optional.of(identity()),
                    Optional.empty(),
                    entry.requestedAt(),
                    entry.checkedAt());
            fills.unregister(representation.key(), progress);
            new Fill(tools, representation.with(head)).run(Fill.Start.NOTHING, progress::handOver);
        }
    }
}
