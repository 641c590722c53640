package io.artifactvault.store.disk;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The current size of the cache folder in bytes, updated by every step that changes it. It is kept in memory, so it can
 * be read for each chunk of a fill. Lengths count in whole {@link Blocks}. Thread-safe; never blocks for long.
 */
public final class Usage {
    private final AtomicLong complete = new AtomicLong();
    private final AtomicLong running = new AtomicLong();
    private final AtomicLong quarantine = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final LongSupplier resting;
    private volatile LongSupplier index = () -> 0;
    private long changesAtLastLook = -1; // guarded by this

    /** The argument gives the bytes of incomplete content that no fill writes now. */
    public Usage(LongSupplier resting) {
        this.resting = resting;
    }

    /** Sets the source of the size of the index. */
    public void index(LongSupplier bytes) {
        index = bytes;
    }

    /** Counts content of that length, which was placed under its digest. */
    public void placed(long length) {
        complete.addAndGet(Blocks.of(length));
        changes.incrementAndGet();
    }

    /** Counts content of that length as removed. */
    public void removed(long length) {
        complete.addAndGet(-Blocks.of(length));
        changes.incrementAndGet();
    }

    /** Counts all complete content as gone. */
    public void emptied() {
        complete.set(0);
        changes.incrementAndGet();
    }

    /**
     * Takes over the number of bytes of complete content that the index has counted. It is accepted at the first count,
     * and otherwise only if no content changed between two counts, because the index lags behind the files.
     */
    public synchronized void counted(long bytes) {
        long now = changes.get();
        if (changesAtLastLook < 0 || changesAtLastLook == now) {
            complete.set(bytes);
        }
        changesAtLastLook = now;
    }

    /** Sets the size of the quarantine in bytes. */
    public void quarantined(long bytes) {
        quarantine.set(bytes);
    }

    /** Counts bytes that a fill uses, or releases if negative. */
    public long run(long bytes) {
        return running.addAndGet(bytes);
    }

    /** Bytes used by fills in progress. */
    public long running() {
        return running.get();
    }

    /** Bytes of the index with its files. */
    public long index() {
        return index.getAsLong();
    }

    /** The bytes of everything except complete content. */
    public long besides() {
        return running.get() + quarantine.get() + resting.getAsLong() + index.getAsLong();
    }

    /** All bytes in the folder. */
    public long total() {
        return complete.get() + besides();
    }
}
