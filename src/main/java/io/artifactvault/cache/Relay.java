package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.http.ByteRange;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.BlobFile;
import io.artifactvault.store.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the rest of an answer to one reader past a store that can take no more: from the byte where the reader stands, by
 * Range, through memory. Straight-line on its task's virtual thread; only reading back takes a place.
 *
 * <p>Where the reader gets the whole content and its digest is known, what it has already is read back from the broken
 * fill's file, the digest is checked, and the last chunk is held back until it matches.
 */
final class Relay {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final Engine engine;
    private final Resource resource;
    private final Entry entry;
    private final ChunkPipe pipe;

    Relay(Engine engine, Resource resource, Entry entry, ChunkPipe pipe) {
        this.engine = engine;
        this.resource = resource;
        this.entry = entry;
        this.pipe = pipe;
    }

    /**
     * Fills the pipe and ends it.
     *
     * @param part what the reader was promised
     * @param position how far in the content it is
     * @param before what was written before the store broke; this lease is closed here
     */
    void run(ByteRange part, long position, BlobFile before) {
        boolean whole = false;
        try (before) {
            long length = entry.length().orElseThrow();
            ByteRange rest = new ByteRange(position, part.last());
            Optional<Hasher> hasher = part.length() == length ? hasher(length) : Optional.empty();
            if (hasher.isPresent()) {
                engine.fills()
                        .places()
                        .with(FillPlaces.Kind.INSPECTION, () -> readBack(before, position, hasher.get()));
            }
            whole = pass(rest, hasher);
        } catch (OriginException | IOException | UncheckedIOException | RejectedExecutionException e) {
            log.warn("Could not pass on the rest of {}: {}", resource.title(), e.getMessage());
        } finally {
            pipe.end(whole);
        }
    }

    private Optional<Hasher> hasher(long length) {
        return entry.content().filter(Digest::isProof).map(digest -> Hasher.of(digest.algorithm(), length));
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
                throw new IOException("what was written is not there any more");
            }
            hasher.update(buffer.flip());
            at += count;
        }
    }

    private boolean pass(ByteRange rest, Optional<Hasher> hasher) throws OriginException, IOException {
        HeldBackOutput out = new HeldBackOutput(pipe, hasher);
        Route route = new Route(engine, resource, entry, Optional.empty());
        Persistence persistence = Persistence.ofLead();
        long[] next = {rest.first()};
        while (next[0] <= rest.last()) {
            try (RangedAnswer answer = route.ask(new ByteRange(next[0], rest.last()));
                    RacedBody body = new RacedBody(engine, route, answer.response(), answer.offset())) {
                pump(body, rest.last(), next, bytes -> {
                    persistence.progressed(bytes.remaining());
                    out.write(bytes);
                });
            } catch (OriginException e) {
                persistence.afterFailure(e);
            }
        }
        boolean right = out.finish(entry.content());
        if (!right) {
            log.warn("What came for {} is not {}; the client's connection is cut.", resource.title(), name());
        }
        return right;
    }

    /** Where upstream ignores Range the reader already has the beginning. */
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
        return entry.content().map(Digest::toString).orElse("what was announced");
    }
}
