package io.artifactvault.cache;

import io.artifactvault.store.BlobFile;
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

    // Guarded by this; readable and state are read without the lock.
    private final List<Waiter> waiting = new ArrayList<>();
    private volatile long readable;
    private volatile State state = State.FILLING;

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
        return announced.isPresent() || !isComplete() ? announced : OptionalLong.of(readable);
    }

    /** Bytes that may be read from the start. */
    public long readable() {
        return readable;
    }

    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** The fill gave up: what is readable is right, but no more will come. */
    public boolean isFailed() {
        return state == State.FAILED;
    }

    /**
     * Asks to be woken once more than {@code position} bytes are readable or the fill has ended.
     *
     * @return false when that is so already; then nothing is registered
     */
    public boolean wakeBeyond(long position, Runnable wake) {
        synchronized (this) {
            if (readable > position || state != State.FILLING) {
                return false;
            }
            waiting.add(new Waiter(position, wake));
            return true;
        }
    }

    /** The fill has written this many bytes in all. */
    void advance(long written) {
        long open = written;
        if (verifying) {
            open = Math.min(written, announced.orElse(written) - HELD_BACK);
        }
        if (open > readable) {
            change(open, State.FILLING);
        }
    }

    /** All is written and verified. */
    void complete(long length) {
        change(length, State.COMPLETE);
    }

    void fail() {
        change(readable, State.FAILED);
    }

    private void change(long open, State next) {
        List<Waiter> woken;
        synchronized (this) {
            readable = open;
            state = next;
            Predicate<Waiter> due = waiter -> open > waiter.position() || next != State.FILLING;
            woken = waiting.stream().filter(due).toList();
            waiting.removeIf(due);
        }
        woken.forEach(waiter -> waiter.wake().run());
    }
}
