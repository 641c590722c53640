package io.artifactvault.cache.content;

import io.artifactvault.http.RequestBody;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A request body passed from an event loop, which never waits here, to one task, which does. Its size is limited,
 * because the event loop stops reading when {@link #add} returns false.
 */
public final class RequestFeed implements RequestBody {
    private static final int MOST_CHUNKS = 8;
    private static final int MOST_BYTES = 64 * 1024;

    /**
     * When the feed is full, pieces that still arrive are combined into buffers of this size in bytes: a separate
     * buffer for each tiny piece would need more memory than its bytes.
     */
    private static final int TOGETHER = 2 * 1024;

    private final OptionalLong length;
    private final Runnable resume;

    // All guarded by this.
    private final Queue<ByteBuffer> chunks = new ArrayDeque<>();
    private long queued;
    private @Nullable ByteBuffer open;
    private boolean finished;
    private boolean broken;
    private boolean unwanted;
    private @Nullable BodyCollector gathering;

    /**
     * Creates an empty feed.
     *
     * @param length as announced, in bytes
     * @param resume called on the task's thread when there is room again; must not block
     */
    public RequestFeed(OptionalLong length, Runnable resume) {
        this.length = length;
        this.resume = resume;
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    /**
     * Adds a chunk, which the feed owns from now on.
     *
     * @return false if the event loop should stop reading until {@code resume}
     */
    public synchronized boolean add(ByteBuffer bytes) {
        if (unwanted || !bytes.hasRemaining()) {
            return true;
        }
        if (gathering != null) {
            gathering.add(bytes);
            return true;
        }
        if (chunks.size() < MOST_CHUNKS || bytes.remaining() >= TOGETHER) {
            seal();
            chunks.add(bytes);
            queued += bytes.remaining();
        } else {
            putTogether(bytes);
        }
        notifyAll();
        return chunks.size() < MOST_CHUNKS && queued < MOST_BYTES;
    }

    private void putTogether(ByteBuffer bytes) {
        ByteBuffer into = open;
        if (into == null || into.remaining() < bytes.remaining()) {
            seal();
            into = ByteBuffer.allocate(TOGETHER);
            chunks.add(into);
            queued += TOGETHER;
            open = into;
        }
        into.put(bytes);
    }

    /** Closes the last buffer to further bytes. */
    private void seal() {
        ByteBuffer last = open;
        if (last != null) {
            open = null;
            queued -= last.flip().capacity() - last.remaining();
        }
    }

    /** Bytes of memory that the body occupies now. */
    public synchronized long held() {
        return gathering == null ? queued : gathering.held();
    }

    /** Ends the body; {@code whole} tells whether it is complete. */
    public synchronized void end(boolean whole) {
        broken = broken || !(whole || finished);
        finished = true;
        if (gathering != null) {
            gathering.end(!broken);
        }
        notifyAll();
    }

    @Override
    public synchronized CompletionStage<byte[]> whole(int most) {
        BodyCollector begun = new BodyCollector(most);
        gathering = begun;
        seal();
        chunks.forEach(begun::add);
        chunks.clear();
        queued = 0;
        if (finished) {
            begun.end(!broken);
        }
        return begun.all();
    }

    /** The response has been sent: further chunks are dropped, and a task that still reads gets an error. */
    public synchronized void discard() {
        unwanted = true;
        open = null;
        chunks.clear();
        queued = 0;
        end(false);
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        ByteBuffer next;
        boolean drained;
        synchronized (this) {
            try {
                while (chunks.isEmpty() && !finished) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("the vault is shutting down").initCause(e);
            }
            if (broken) {
                throw new IOException("the client sent an incomplete request body");
            }
            if (chunks.size() == 1) {
                // The next buffer may be the one that is still being filled; that is always the last one.
                seal();
            }
            next = chunks.poll();
            queued -= next == null ? 0 : next.remaining();
            drained = chunks.isEmpty();
        }
        if (drained) {
            resume.run();
        }
        return next;
    }
}
