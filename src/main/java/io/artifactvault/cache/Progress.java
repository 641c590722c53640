package io.artifactvault.cache;

import io.artifactvault.store.BlobFile;
import io.artifactvault.store.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What may be read now of content that is still being filled, and who wants to be told of more. One fill thread writes,
 * any number of readers on event loops read; nobody waits here.
 *
 * <p>While the content's digest is known but not yet confirmed, its last {@value #HELD_BACK} bytes are held back: a reader
 * never holds a complete wrong file.
 */
public final class Progress {
    /** One chunk. */
    static final int HELD_BACK = 32 * 1024;

    private enum State {
        FILLING,
        COMPLETE,
        FAILED
    }

    private record Waiter(long position, Runnable wake) {}

    private final BlobFile file;
    private final OptionalLong announced;
    private final boolean verifying;

    // Guarded by this; present and state are read without the lock.
    private final List<Waiter> waiting = new ArrayList<>();
    private volatile Extents present = Extents.NONE;
    private volatile State state = State.FILLING;
    private volatile boolean otherWay;

    /**
     * Starts at nothing.
     *
     * @param announced the complete length, when known
     * @param verifying whether a digest will be checked at the end
     */
    Progress(BlobFile file, OptionalLong announced, boolean verifying) {
        this.file = file;
        this.announced = announced;
        this.verifying = verifying;
    }

    /** The growing file; readers retain their own lease. */
    public BlobFile file() {
        return file;
    }

    /** The complete length: announced, or known since the fill is complete. */
    public OptionalLong length() {
        return announced.isPresent() || !isComplete() ? announced : OptionalLong.of(present.contiguousFrom(0));
    }

    /** The end (exclusive) of the bytes that may be read from {@code offset} on; {@code offset} when there are none. */
    public long readableFrom(long offset) {
        return Math.max(offset, Math.min(present.contiguousFrom(offset), limit()));
    }

    /** Where reading ends as long as the digest is not confirmed. */
    private long limit() {
        if (!verifying || isComplete()) {
            return Long.MAX_VALUE;
        }
        return announced.orElseGet(() -> present.contiguousFrom(0)) - HELD_BACK;
    }

    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** The fill gave up: what is readable is right, but no more will come. */
    public boolean isFailed() {
        return state == State.FAILED;
    }

    /**
     * Asks to be woken once the byte at {@code position} is readable or the fill has ended.
     *
     * @return false when that is so already; then nothing is registered
     */
    public boolean wakeAt(long position, Runnable wake) {
        synchronized (this) {
            if (readableFrom(position) > position || state != State.FILLING) {
                return false;
            }
            waiting.add(new Waiter(position, wake));
            return true;
        }
    }

    /** These bytes are present; for the fill's thread. */
    void advance(Extents now) {
        change(now, state);
    }

    /** All is present and verified. */
    void complete(long length) {
        change(Extents.upTo(length), State.COMPLETE);
    }

    void fail() {
        change(present, State.FAILED);
    }

    /** The same, but readers can be brought the rest on another way: past a broken disk, or from the fill that follows. */
    void handOver() {
        otherWay = true;
        fail();
    }

    /** Whether the rest of what this fill began can be had on another way. */
    public boolean hasOtherWay() {
        return otherWay && isFailed();
    }

    private void change(Extents now, State next) {
        List<Waiter> woken = List.of();
        synchronized (this) {
            present = now;
            state = next;
            if (!waiting.isEmpty()) {
                Predicate<Waiter> due =
                        waiter -> next != State.FILLING || readableFrom(waiter.position()) > waiter.position();
                woken = waiting.stream().filter(due).toList();
                waiting.removeIf(due);
            }
        }
        woken.forEach(waiter -> waiter.wake().run());
    }
}
