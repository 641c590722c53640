package io.artifactvault.cache.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * The rest of a body that the store did not accept, for the readers that were following the body. The fill adds bytes
 * on the thread of its place; readers attach on event loops. Thread-safe.
 *
 * <p>Phases: gathered in memory, so that readers can attach once they have read the stored part → once {@value
 * #LONGEST} bytes are gathered, waiting until all readers have attached → sent to the attached readers at the pace of
 * the slowest, when no further reader can attach → ended. A tail with fewer bytes is sent from memory.
 */
public final class Tail {
    private static final int LONGEST = 1 << 20;

    /** How long the tail waits for readers to attach; readers that take longer are disconnected. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long LOOK_MILLIS = 50;

    private final long offset;
    private final IntSupplier followers;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(); // guarded by this
    private final List<Reader> readers = new ArrayList<>(); // guarded by this
    private boolean flowing; // guarded by this
    private boolean ended; // guarded by this
    private boolean whole; // guarded by this

    /**
     * Creates a tail that gathers bytes in memory.
     *
     * @param offset the position in the body at which it begins
     * @param followers how many readers have not attached yet
     */
    Tail(long offset, IntSupplier followers) {
        this.offset = offset;
        this.followers = followers;
    }

    /** An attached reader, and the remaining length of its promised part. */
    private static final class Reader {
        private final ChunkPipe pipe = new ChunkPipe();
        private final long end;
        private long skip;
        private long left;

        Reader(long position, long end, long offset) {
            this.end = end;
            this.skip = position - offset;
            this.left = end - position;
        }

        /** Adds the bytes gathered so far; never waits. */
        boolean prime(ByteBuffer bytes) {
            ByteBuffer mine = mine(bytes);
            pipe.prime(mine);
            return wantsMore(true);
        }

        /** Passes bytes to the reader; returns false if it has left or has received all that it needs. */
        boolean put(ByteBuffer bytes) throws IOException {
            ByteBuffer mine = mine(bytes);
            try {
                return wantsMore(!mine.hasRemaining() || pipe.put(mine));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("the vault is shutting down").initCause(e);
            }
        }

        /** The bytes that belong to this reader's part. */
        private ByteBuffer mine(ByteBuffer bytes) {
            ByteBuffer mine = bytes.duplicate();
            int passed = (int) Math.min(skip, mine.remaining());
            skip -= passed;
            mine.position(mine.position() + passed);
            mine.limit(mine.position() + (int) Math.min(left, mine.remaining()));
            left -= mine.remaining();
            return mine;
        }

        private boolean wantsMore(boolean there) {
            if (there && left == 0 && end != Long.MAX_VALUE) {
                pipe.end(true);
            }
            return there && left > 0;
        }
    }

    /**
     * Adds the next bytes of the body; may wait for readers. Called on the thread of the fill's place.
     *
     * @throws IOException if no reader is left and no other can join
     */
    void add(ByteBuffer more) throws IOException {
        if (mustFlow(more.remaining())) {
            awaitFollowers();
        }
        List<Reader> present;
        synchronized (this) {
            if (!flowing) {
                gather(more);
            }
            present = List.copyOf(readers);
        }
        List<Reader> gone = new ArrayList<>();
        for (Reader reader : present) {
            if (!reader.put(more)) {
                gone.add(reader);
            }
        }
        synchronized (this) {
            readers.removeAll(gone);
            if (flowing && readers.isEmpty()) {
                throw new UnreadException("its last reader disconnected");
            }
        }
    }

    private void gather(ByteBuffer more) {
        byte[] chunk = new byte[more.remaining()];
        more.duplicate().get(chunk);
        gathered.writeBytes(chunk);
    }

    private synchronized boolean mustFlow(int more) {
        return !flowing && gathered.size() + more > LONGEST;
    }

    /** Waits until all readers have attached, or the time for that has passed. */
    private synchronized void awaitFollowers() throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (followers.getAsInt() > 0 && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.timedWait(this, LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the vault is shutting down").initCause(e);
        }
        flowing = true;
        gathered.reset();
        if (readers.isEmpty()) {
            throw new UnreadException("no reader continued it");
        }
    }

    /** Ends the body; {@code all} tells whether it is complete. */
    synchronized void end(boolean all) {
        ended = true;
        whole = all;
        readers.forEach(reader -> reader.pipe.end(all));
    }

    /**
     * Attaches a reader that has all bytes before the given position, and returns a pipe with the rest; the position
     * must not be before this tail.
     */
    public synchronized ChunkPipe from(long position, OptionalLong end) {
        Reader reader = new Reader(position, end.orElse(Long.MAX_VALUE), offset);
        if (reader.left == 0) {
            reader.pipe.end(true);
        } else if (flowing) {
            reader.pipe.end(false);
        } else {
            prime(reader);
        }
        return reader.pipe;
    }

    /** Gives a reader the gathered bytes, and adds it to the readers if it needs more. */
    private void prime(Reader reader) {
        boolean wantsMore = reader.prime(ByteBuffer.wrap(gathered.toByteArray()));
        if (wantsMore && ended) {
            reader.pipe.end(whole);
        } else if (wantsMore) {
            readers.add(reader);
        }
    }
}
