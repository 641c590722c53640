package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.upstream.ContentSource;
import io.artifactvault.cache.upstream.RacedBody;
import io.artifactvault.cache.upstream.RangeResponse;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.upstream.ResumePolicy;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.cache.work.FillPlaces;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.index.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the rest of a response to one reader directly from upstream when the disk can no longer be written or read:
 * fetches the content from the reader's position on with Range and passes it through memory. Runs sequentially on its
 * task's virtual thread; it takes a place only to read back from the file.
 *
 * <p>If the reader receives the whole content and its digest is known, the bytes already sent are read back from the
 * file, the digest is checked, and the last chunk is held back until it matches. If those bytes cannot be read back,
 * the whole content is fetched and hashed again.
 */
public final class DiskBypass {
    private static final Logger log = LoggerFactory.getLogger(DiskBypass.class);

    /** Whether the bytes that were already sent can be trusted. */
    public enum Sent {
        /** They are bytes of the content. */
        RIGHT,
        /** Another program has changed the file from which they were read, so they may be wrong. */
        PERHAPS_WRONG
    }

    private final FillPlaces places;
    private final Upstreams upstreams;
    private final Representation content;
    private final Entry entry;
    private final ChunkPipe pipe;

    public DiskBypass(FillPlaces places, Upstreams upstreams, Representation content, ChunkPipe pipe) {
        this.places = places;
        this.upstreams = upstreams;
        this.content = content;
        this.entry = content.entry();
        this.pipe = pipe;
    }

    /**
     * Whether the rest of that part can be fetched: upstream can identify the same content, and the sent bytes can be
     * trusted or checked.
     */
    public static boolean isPossible(Representation content, ByteRange part, Sent sent) {
        boolean checked =
                isWhole(content.entry(), part) && proof(content.entry()).isPresent();
        return checked || (sent == Sent.RIGHT && content.canResume());
    }

    private static boolean isWhole(Entry entry, ByteRange part) {
        return part.length() == entry.length().orElse(-1);
    }

    /** The digest that verifies the content; stored content has one even if upstream named none. */
    private static Optional<Digest> proof(Entry entry) {
        return entry.content().filter(Digest::isProof).or(entry::blob);
    }

    /**
     * Writes the rest to the pipe and ends the pipe.
     *
     * @param part the part promised to the reader
     * @param position the reader's position in the content
     * @param before the file from which its bytes were read; this lease is closed here
     */
    public void run(ByteRange part, long position, BlobFile before, Sent sent) {
        boolean whole = false;
        try {
            Optional<Hasher> hasher = isWhole(entry, part) ? hasher() : Optional.empty();
            long from = position;
            if (hasher.isPresent() && !isReadBack(before, position, hasher.get(), sent)) {
                hasher = hasher();
                from = 0;
            }
            whole = pass(new ByteRange(from, part.last()), position, hasher);
        } catch (OriginException | IOException | UncheckedIOException | RejectedExecutionException e) {
            log.warn("Could not pass on the rest of {}: {}", content.title(), e.getMessage());
        } finally {
            pipe.end(whole);
        }
    }

    private Optional<Hasher> hasher() {
        long length = entry.length().orElseThrow();
        return proof(entry).map(digest -> Hasher.of(digest.algorithm(), length));
    }

    /**
     * Hashes the bytes that were already sent and returns the lease: until then the file occupies disk space, although
     * it may already be deleted.
     *
     * @return false if it cannot be read although the sent bytes are correct
     */
    private boolean isReadBack(BlobFile before, long end, Hasher hasher, Sent sent) throws OriginException {
        try (before) {
            places.with(FillPlaces.Kind.INSPECTION, () -> readBack(before, end, hasher));
            return true;
        } catch (UncheckedIOException e) {
            if (sent == Sent.PERHAPS_WRONG) {
                throw e;
            }
            log.debug("Fetching {} from its beginning: {}", content.title(), e.toString());
            return false;
        }
    }

    private static void readBack(BlobFile before, long end, Hasher hasher) {
        try {
            hashUpTo(before, end, hasher);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hashUpTo(BlobFile before, long end, Hasher hasher) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
        long at = 0;
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int count = before.channel().read(buffer, at);
            if (count < 0) {
                throw new IOException("the bytes that were written before are missing");
            }
            hasher.update(buffer.flip());
            at += count;
        }
    }

    /** @param position bytes before it are only hashed, because the reader has them */
    private boolean pass(ByteRange rest, long position, Optional<Hasher> hasher) throws OriginException, IOException {
        HeldBackOutput out = new HeldBackOutput(pipe, hasher);
        ContentSource source = new ContentSource(upstreams, comparable(), Optional.empty());
        ResumePolicy policy = ResumePolicy.ofLead();
        long[] next = {rest.first()};
        while (next[0] <= rest.last()) {
            try (RangeResponse answer = source.ask(new ByteRange(next[0], rest.last()));
                    RacedBody body = new RacedBody(source, answer.response(), answer.offset())) {
                pump(body, rest.last(), next, bytes -> {
                    policy.progressed(bytes.remaining());
                    long begin = next[0] - bytes.remaining();
                    long known = Math.clamp(position - begin, 0, bytes.remaining());
                    if (known > 0) {
                        hasher.orElseThrow().update(bytes.slice(bytes.position(), (int) known));
                        bytes.position(bytes.position() + (int) known);
                    }
                    out.write(bytes);
                });
            } catch (OriginException e) {
                policy.afterFailure(e);
            }
        }
        boolean right = out.finish(hasher.flatMap(_ -> proof(entry)));
        if (!right) {
            log.warn(
                    "The content of {} does not have the digest {}; closing the client's connection.",
                    content.title(),
                    name());
        }
        return right;
    }

    /**
     * The representation for comparison: if it has no validator, the digest of the stored content shows whether
     * upstream still has the same content.
     */
    private Representation comparable() {
        return content.canResume()
                ? content
                : content.with(entry.withContent(proof(entry).orElseThrow()));
    }

    /** Passes the body on. If upstream ignores Range, its beginning is skipped, because the reader already has it. */
    private static void pump(RacedBody body, long last, long[] next, OriginResponse.Sink<IOException> out)
            throws OriginException, IOException {
        while (next[0] <= last) {
            boolean more = body.next(() -> new ByteRange(next[0], last), (bytes, at) -> {
                long end = at + bytes.remaining();
                bytes.position(bytes.position() + Math.clamp(next[0] - at, 0, bytes.remaining()));
                bytes.limit(bytes.limit() - Math.clamp(end - 1 - last, 0, bytes.remaining()));
                next[0] += bytes.remaining();
                out.accept(bytes);
            });
            if (!more) {
                throw new OriginException(OriginFailure.BODY_CUT, "upstream");
            }
        }
    }

    private String name() {
        return entry.content().map(Digest::toString).orElse("the announced content");
    }
}
