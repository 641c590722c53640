package io.artifactvault.cache.content;

import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.disk.NoRoomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives one body from its first byte to its end: writes it to disk while readers follow, and sends it past the store
 * to those readers once the store accepts no more. Stops receiving a body of unknown length once it has no readers.
 * Sequential and blocking; confined to the thread of one place.
 */
public final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    /** The number of bytes of a body of unknown length to receive after its readers have left. */
    private static final long AFTER_READERS = 1L << 20;

    /**
     * The number of bytes of a body of unknown length to receive if it never had readers, for example when a stale
     * response is refreshed.
     */
    private static final long WITHOUT_READERS = 64L << 20;

    private final String title;
    private final BlobWriter writer;
    private final Progress progress;
    private final OptionalLong announced;
    private final Optional<Runnable> onPassing;
    private @Nullable Tail tail;
    private boolean wasRead;
    private long readUpTo;

    /**
     * Prepares to receive a body.
     *
     * @param onPassing runs before the rest is sent to readers without being stored; empty if that is not allowed
     *     because the content must first be verified by a digest
     */
    public Intake(
            String title, BlobWriter writer, Progress progress, OptionalLong announced, Optional<Runnable> onPassing) {
        this.title = title;
        this.writer = writer;
        this.progress = progress;
        this.announced = announced;
        this.onPassing = onPassing;
    }

    /**
     * Receives the whole body.
     *
     * @return whether it is completely on disk; else the rest was sent past the store
     * @throws IOException if the store accepts no more and the rest must not be sent past it, or has no reader
     */
    public boolean take(OriginResponse response) throws OriginException, IOException {
        boolean whole = false;
        response.expectPace();
        try {
            boolean more = true;
            while (more) {
                more = response.next(this::take);
            }
            whole = true;
        } finally {
            if (tail != null) {
                tail.end(whole);
            }
        }
        return tail == null;
    }

    private void take(ByteBuffer bytes) throws IOException {
        if (tail == null) {
            store(bytes);
        }
        if (tail != null && bytes.hasRemaining()) {
            tail.add(bytes);
        }
    }

    private void store(ByteBuffer bytes) throws IOException {
        long end = writer.extents().end();
        if (end + bytes.remaining() > announced.orElse(Long.MAX_VALUE)) {
            throw new IOException("upstream sent more than the announced " + announced.orElseThrow() + " bytes");
        }
        requireReaders(end);
        try {
            writer.write(end, bytes);
            progress.advance(writer.extents());
        } catch (IOException e) {
            passOn(e);
        }
    }

    private void passOn(IOException why) throws IOException {
        if (onPassing.isEmpty()) {
            throw why;
        }
        if (why instanceof NoRoomException) {
            log.info("{}; the vault does not store the rest of {}.", why.getMessage(), title);
        } else {
            log.warn("Could not store {}: {}. Check the disk of the cache folder.", title, why.toString());
        }
        Tail rest = new Tail(writer.extents().end(), progress::followers);
        tail = rest;
        onPassing.get().run();
        writer.discard();
        progress.handOver(rest);
    }

    private void requireReaders(long end) throws IOException {
        if (announced.isPresent()) {
            return;
        }
        if (progress.followers() > 0) {
            wasRead = true;
            readUpTo = end;
        } else if (end - readUpTo > (wasRead ? AFTER_READERS : WITHOUT_READERS)) {
            throw new UnreadException("it has no reader and no known length");
        }
    }
}
