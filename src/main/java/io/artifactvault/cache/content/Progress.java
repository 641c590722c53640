package io.artifactvault.cache.content;

import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.index.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Connects a fill with its readers: which bytes of growing content are readable, which are requested, and which readers
 * wait for more. Fills and their streams write, and any number of readers on event loops read; no thread waits here.
 *
 * <p>Once readers request the whole content and its digest is known but not yet verified, the last {@value #HELD_BACK}
 * bytes to arrive are held back, so that no reader ever holds a complete wrong file. Readers of ranges receive them as
 * they arrive.
 */
public final class Progress {
    /** The number of bytes that are held back: one chunk. */
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
    private final Interest interest;

    // Guarded by this; volatile fields are read without the lock.
    private final List<Waiter> waiting = new ArrayList<>();
    private final List<ByteRange> demands = new ArrayList<>();
    private Extents wanted = Extents.NONE;
    private volatile Runnable demanded = () -> {};
    private volatile long readAhead;
    private volatile Extents present = Extents.NONE;
    private volatile State state = State.FILLING;
    private volatile boolean otherWay;
    private volatile @Nullable ByteRange withheld;
    private volatile @Nullable Tail tail;

    /**
     * Creates the progress of a file without any bytes.
     *
     * @param announced the complete length, if known
     * @param verifying whether a digest will be checked at the end
     */
    public Progress(BlobFile file, OptionalLong announced, boolean verifying) {
        this(file, announced, verifying, new Interest(Interest.Desertion.NONE));
    }

    /** Whether the content comes from the store; set before other threads know this object. */
    private volatile boolean fromStore;

    /** @param interest the interest of the fill, in which its readers share */
    public Progress(BlobFile file, OptionalLong announced, boolean verifying, Interest interest) {
        this.file = file;
        this.announced = announced;
        this.verifying = verifying;
        this.interest = interest;
    }

    /**
     * Marks the growing content as stored content that is being checked: its bytes come from the disk, not from
     * upstream.
     */
    public Progress ofStored() {
        fromStore = true;
        return this;
    }

    /** Whether no byte of that part has yet to arrive from upstream. */
    public boolean isHere(ByteRange part) {
        return fromStore || isComplete() || present.contiguousFrom(part.first()) > part.last();
    }

    /** Whether no byte of the content is present yet. */
    public boolean isEmpty() {
        return present.size() == 0;
    }

    /** The growing file; a reader must {@link #join} before it reads. */
    public BlobFile file() {
        return file;
    }

    /** The number of readers that have the growing file open. */
    int followers() {
        return Math.max(0, file.leases() - 1);
    }

    /** Adds a reader, with a lease on the file; false if the fill was given up or the file is closed. */
    public boolean join() {
        boolean counted = interest.add();
        if (!counted && !isComplete()) {
            return false;
        }
        boolean retained = file.retain();
        if (!retained && counted) {
            interest.remove(false);
        }
        return retained;
    }

    /**
     * Removes a reader and returns its lease.
     *
     * @param early whether the reader left before it received everything that it needed
     */
    public void leave(boolean early) {
        file.close();
        interest.remove(early);
    }

    /** Whether readers can follow it. */
    public boolean isOpen() {
        return isComplete() || (state == State.FILLING && interest.isOpen());
    }

    /** The complete length: announced, or known once the fill is complete. */
    public OptionalLong length() {
        return announced.isPresent() || !isComplete() ? announced : OptionalLong.of(present.contiguousFrom(0));
    }

    /** The end (exclusive) of the readable bytes from {@code offset} on; {@code offset} if there are none. */
    public long readableFrom(long offset) {
        return Math.max(offset, Math.min(present.contiguousFrom(offset), limit(offset)));
    }

    /** The end (exclusive) of the bytes that may be read from that offset on until the digest is verified. */
    private long limit(long offset) {
        if (!verifying || isComplete()) {
            return Long.MAX_VALUE;
        }
        if (announced.isEmpty()) {
            return present.contiguousFrom(0) - HELD_BACK;
        }
        ByteRange held = withheld;
        return held == null || offset > held.last() ? Long.MAX_VALUE : held.first();
    }

    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** The fill ended before all bytes were present: the readable bytes are correct, but no more will arrive. */
    public boolean isFailed() {
        return state == State.FAILED;
    }

    /**
     * Registers a callback that runs when the byte at {@code position} is readable or the fill has ended.
     *
     * @return false if that is already the case; the callback is then not registered
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

    /**
     * Requests bytes for a reader.
     *
     * @return false if the fill has ended without them: the reader must obtain them in another way
     */
    public boolean want(ByteRange part) {
        synchronized (this) {
            if (state != State.FILLING) {
                return isComplete() || (otherWay && present.contiguousFrom(part.first()) > part.last());
            }
            ByteRange ahead = withReadAhead(part);
            wanted = wanted.with(ahead);
            if (present.contiguousFrom(ahead.first()) <= ahead.last()) {
                demands.add(ahead);
            }
            withholdOnceAllIsWanted();
        }
        demanded.run();
        return true;
    }

    /** Requests all bytes of content whose length is known. */
    public void wantAll() {
        long length = announced.orElse(0);
        if (length > 0) {
            want(new ByteRange(0, length - 1));
        }
    }

    /**
     * Sets the action to run whenever more bytes are requested, on the requesting thread; it must not block. Set before
     * readers join.
     */
    public void onDemand(Runnable action) {
        demanded = action;
    }

    /** Wakes the fill to check whether it is still needed. */
    public void hurry() {
        demanded.run();
    }

    /** The requested parts that are not yet present, the oldest first. */
    public synchronized List<ByteRange> demands() {
        demands.removeIf(part -> present.contiguousFrom(part.first()) > part.last());
        return List.copyOf(demands);
    }

    /** Extends the range for a reader that continues where it had stopped, because it will probably continue again. */
    private ByteRange withReadAhead(ByteRange part) {
        boolean continued = part.first() > 0
                && wanted.contiguousFrom(part.first() - 1) >= part.first()
                && wanted.contiguousFrom(part.first()) <= part.last();
        long last = announced.orElse(0) - 1;
        return continued && last > part.last()
                ? new ByteRange(part.first(), Math.min(last, part.last() + readAhead))
                : part;
    }

    /** How many bytes to fetch beyond the requested range for a reader that continues; set before readers join. */
    public void readAhead(long bytes) {
        readAhead = bytes;
    }

    private void withholdOnceAllIsWanted() {
        long length = announced.orElse(0);
        if (verifying && withheld == null && length > 0 && wanted.covers(length)) {
            List<ByteRange> gaps = present.gaps(length);
            ByteRange last = gaps.isEmpty() ? new ByteRange(0, length - 1) : gaps.getLast();
            withheld = new ByteRange(Math.max(last.first(), last.last() - HELD_BACK + 1), last.last());
        }
    }

    /** Called by the fill: these bytes are present. */
    public void advance(Extents now) {
        long more = now.size() - present.size();
        change(now, state);
        interest.came(more);
    }

    public Extents present() {
        return present;
    }

    /** Called by the fill: all bytes are present and verified. */
    public void complete(long length) {
        change(Extents.upTo(length), State.COMPLETE);
    }

    public void fail() {
        change(present, State.FAILED);
    }

    /**
     * Ends the fill with a failure after which readers can receive the rest from another source: directly from
     * upstream, or from the next fill.
     */
    public void handOver() {
        otherWay = true;
        fail();
    }

    /** Ends the fill with a failure; readers receive all remaining bytes from memory. */
    public void handOver(Tail rest) {
        tail = rest;
        handOver();
    }

    /** The bytes that arrived after the disk had failed. */
    public Optional<Tail> tail() {
        return Optional.ofNullable(tail);
    }

    /**
     * Ends a fill of which no reader needs more bytes now.
     *
     * @return false if a reader does
     */
    public boolean rest() {
        synchronized (this) {
            if (!demands().isEmpty()) {
                return false;
            }
            otherWay = true;
            state = State.FAILED;
        }
        fail();
        return true;
    }

    /** Whether readers can receive the rest of this fill's content from another source. */
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
