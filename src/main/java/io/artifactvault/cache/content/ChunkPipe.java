package io.artifactvault.cache.content;

import io.artifactvault.origin.Cancellation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A body that is not stored, passed from one task to one reader. Bounded: the task waits while the reader is slow, and
 * is cancelled when the reader leaves.
 */
public final class ChunkPipe {
    private static final int MOST_CHUNKS = 4;

    private final Runnable onAbandon;

    /** The maximum size of a chunk. */
    private static final int CHUNK = 16 * 1024;

    /**
     * The minimum of bytes that a pipe may hold: one waiting chunk and one that is being sent. With less, the transfer
     * would stop.
     */
    private static final int LEAST_HELD = 2 * CHUNK;

    // All guarded by this.
    private final Queue<ByteBuffer> chunks = new ArrayDeque<>();
    private MemoryBudget.@Nullable Hold hold;
    private int held;
    private @Nullable Runnable reader;
    private boolean finished;
    private boolean failed;
    private boolean abandoned;

    /** A pipe without a task. */
    public ChunkPipe() {
        this(() -> {});
    }

    /** @param onAbandon run once, when the reader leaves before the end; must not block */
    private ChunkPipe(Runnable onAbandon) {
        this.onAbandon = onAbandon;
    }

    /** A pipe whose task is cancelled when the reader leaves, and whose writer stops when the task is cancelled. */
    public static ChunkPipe of(Cancellation cancellation) {
        ChunkPipe pipe = new ChunkPipe(cancellation::abandon);
        var _ = cancellation.onCancel(pipe::abandon);
        return pipe;
    }

    /** A pipe that already holds the whole body. */
    public static ChunkPipe of(ByteBuffer bytes) {
        ChunkPipe pipe = new ChunkPipe();
        if (bytes.hasRemaining()) {
            pipe.chunks.add(bytes.slice());
            pipe.held = bytes.remaining();
        }
        pipe.finished = true;
        return pipe;
    }

    /**
     * Charges the bytes in the pipe to a budget from now on: when the budget is used up, the fill waits for the reader
     * after each chunk. Called once, by the reader's side.
     *
     * @return false if the budget has no room for a chunk
     */
    public synchronized boolean countIn(MemoryBudget.Hold budget) {
        if (!budget.resize(Math.max(LEAST_HELD, held))) {
            return false;
        }
        hold = budget;
        return true;
    }

    /**
     * Adds bytes, waiting while the pipe is full. Called by the task that fills the pipe.
     *
     * @return false if the reader has left
     */
    public boolean put(ByteBuffer bytes) throws InterruptedException {
        boolean wanted = true;
        while (bytes.hasRemaining() && wanted) {
            byte[] chunk = new byte[Math.min(CHUNK, bytes.remaining())];
            bytes.get(chunk);
            wanted = putChunk(ByteBuffer.wrap(chunk));
        }
        return wanted;
    }

    /** Adds bytes before the pipe has a reader, without waiting; the bytes are in memory already. */
    synchronized void prime(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            chunks.add(bytes.slice());
            held += bytes.remaining();
        }
    }

    private boolean putChunk(ByteBuffer chunk) throws InterruptedException {
        @Nullable Runnable wake;
        synchronized (this) {
            while (!abandoned && !hasRoom(chunk.remaining())) {
                wait();
            }
            if (abandoned) {
                return false;
            }
            chunks.add(chunk);
            held += chunk.remaining();
            wake = takeReader();
        }
        run(wake);
        return true;
    }

    private boolean hasRoom(int bytes) {
        return chunks.isEmpty()
                || (chunks.size() < MOST_CHUNKS && (hold == null || hold.resize(Math.max(LEAST_HELD, held + bytes))));
    }

    /** Ends the body; {@code whole} tells whether it is complete. */
    public void end(boolean whole) {
        @Nullable Runnable wake;
        synchronized (this) {
            finished = true;
            failed = !whole;
            wake = takeReader();
        }
        run(wake);
    }

    /** The next chunk, or null if there is none now. */
    public synchronized @Nullable ByteBuffer poll() {
        ByteBuffer next = chunks.poll();
        if (next != null) {
            held -= next.remaining();
            var _ = hold == null || hold.resize(Math.max(LEAST_HELD, held));
        }
        notifyAll();
        return next;
    }

    /** Whether the body has ended and all of it was read. */
    public synchronized boolean isFinished() {
        return finished && chunks.isEmpty();
    }

    /** Whether the body broke off; true only once all received bytes were read. */
    public synchronized boolean isFailed() {
        return failed && chunks.isEmpty();
    }

    /**
     * Registers a callback that runs when bytes are available.
     *
     * @return false if bytes are available now; the callback is then not registered
     */
    public synchronized boolean wakeWhenReady(Runnable wake) {
        if (!chunks.isEmpty() || finished) {
            return false;
        }
        reader = wake;
        return true;
    }

    /** Ends the pipe because the reader has left or needs no more; the task stops. */
    public void abandon() {
        boolean early;
        synchronized (this) {
            early = !abandoned && !finished;
            abandoned = true;
            chunks.clear();
            held = 0;
            notifyAll();
        }
        if (early) {
            onAbandon.run();
        }
    }

    private @Nullable Runnable takeReader() {
        Runnable wake = reader;
        reader = null;
        return wake;
    }

    private static void run(@Nullable Runnable wake) {
        if (wake != null) {
            wake.run();
        }
    }
}
