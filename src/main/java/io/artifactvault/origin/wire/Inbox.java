package io.artifactvault.origin.wire;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginFailure;
import io.netty.buffer.ByteBuf;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The queue of items that arrived for one request and were not taken yet, between one event loop, which puts, and one
 * reader, which takes. Putting never waits. Above {@link #HIGH_WATER} the event loop stops reading from the socket; the
 * reader lets it resume once half of that is left. There is one exception: when the origin has closed the connection,
 * Netty's epoll transport reads the remaining bytes from the kernel even if reading is paused, so the end of a body may
 * take as much memory here as it took in the kernel's receive buffer. Each request has a new inbox, so that responses
 * cannot be mixed up.
 *
 * <p>Life: open, until the reader cancels it; items put after that are released.
 */
public final class Inbox {
    /** Eight chunks, in bytes. */
    public static final int HIGH_WATER = 256 * 1024;

    /** The limit in bytes for bodies that are read at a client's pace, of which there may be thousands. */
    static final int LITTLE = 32 * 1024;

    private static final int LEAST_COST = 256;

    public sealed interface Item permits Early, Head, Chunk, End, Fault {}

    /** The head of an interim response. */
    record Early(int status, Fields fields) implements Item {}

    /** The final response head. */
    public record Head(int status, Fields fields, OptionalLong contentLength) implements Item {}

    /** Bytes of the body, never empty; the taker releases them. */
    public record Chunk(ByteBuf bytes) implements Item {
        /** The size in bytes at which the chunk counts; the objects around a small chunk also take memory. */
        private int cost() {
            return Math.max(LEAST_COST, bytes.readableBytes());
        }
    }

    /** The end of a complete response; {@code reusable} tells whether the connection may serve another request. */
    public record End(boolean reusable) implements Item {}

    /** The last item of a response that failed; {@code untouched} means that no byte of it had arrived. */
    public record Fault(
            OriginFailure failure,
            boolean untouched,
            @Nullable Throwable cause) implements Item {}

    private final Queue<Item> items = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean paused = new AtomicBoolean();
    private final Runnable resume;
    private volatile @Nullable Thread taker;
    private volatile boolean cancelled;
    private volatile int highWater = HIGH_WATER;

    /** @param resume makes the event loop read again; called on the reader's thread */
    public Inbox(Runnable resume) {
        this.resume = resume;
    }

    /** Adds an item, which the reader sees at the next {@link #wake}. Called on the event loop. */
    void put(Item item) {
        if (item instanceof Chunk chunk) {
            waiting.addAndGet(chunk.cost());
        }
        items.add(item);
        if (cancelled) {
            discard();
        }
    }

    /**
     * Wakes the reader. Called on the event loop once per read and not once per chunk, because waking a thread costs
     * more than passing on 32 KiB.
     */
    void wake() {
        Thread thread = taker;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Whether the event loop should read more now; if false, the reader will request that later. Called on the event
     * loop.
     */
    boolean wantsMore() {
        if (waiting.get() < highWater) {
            return true;
        }
        paused.set(true);
        // The reader may have emptied the inbox before it could see the flag.
        return waiting.get() <= highWater / 2 && paused.compareAndSet(true, false);
    }

    /**
     * Waits for the next item. Called by the reader.
     *
     * @return null when nothing arrived for that long
     */
    @Nullable
    public Item take(long patienceNanos) throws InterruptedException {
        Item item = items.poll();
        if (item == null) {
            item = await(patienceNanos);
        }
        if (item instanceof Chunk chunk) {
            takenOut(chunk.cost());
        }
        return item;
    }

    private @Nullable Item await(long patienceNanos) throws InterruptedException {
        long deadline = System.nanoTime() + patienceNanos;
        taker = Thread.currentThread();
        try {
            Item item = items.poll();
            while (item == null && park(deadline)) {
                item = items.poll();
            }
            return item;
        } finally {
            taker = null;
        }
    }

    /**
     * Waits until the condition holds or an item has arrived; false when neither happened in time. Called by the
     * reader.
     */
    boolean awaitUntil(Condition condition, long patienceNanos) throws InterruptedException {
        long deadline = System.nanoTime() + patienceNanos;
        taker = Thread.currentThread();
        try {
            while (!condition.holds() && items.isEmpty()) {
                if (!park(deadline)) {
                    return false;
                }
            }
            return true;
        } finally {
            taker = null;
        }
    }

    /** State that the event loop changes before it calls {@link #wake}. */
    @FunctionalInterface
    interface Condition {
        boolean holds();
    }

    private boolean park(long deadline) throws InterruptedException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        LockSupport.parkNanos(this, left);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return true;
    }

    private void takenOut(int bytes) {
        if (waiting.addAndGet(-bytes) <= highWater / 2 && paused.get() && paused.compareAndSet(true, false)) {
            resume.run();
        }
    }

    /** Reads only a little ahead from now on. Called by the reader. */
    void holdLittle() {
        highWater = LITTLE;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Ends the inbox: no further item will be taken. Called by the reader. */
    public void cancel() {
        cancelled = true;
        discard();
    }

    private void discard() {
        for (Item item = items.poll(); item != null; item = items.poll()) {
            if (item instanceof Chunk chunk) {
                chunk.bytes().release();
            }
        }
    }
}
