package io.artifactvault.store;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the store under its limit: above the high-water mark the least valuable content goes until the low-water mark is
 * reached, as it does when the file system has less than the reserve left. What is being read or pinned stays. {@link #run} is
 * for the keeper, after commits and once a minute; {@link #emergency} for a fill whose disk is full. Blocking; one run at a
 * time, guarded by this.
 *
 * <p>Admission is never refused, so the store is over its limit by no more than what open fills write.
 */
public final class Evictor {
    private static final Logger log = LoggerFactory.getLogger(Evictor.class);
    private static final int RESERVE_PERCENT = 5;
    private static final long MOST_RESERVED = 2L << 30;

    /** The parts of the store that eviction asks and changes. */
    public record Parts(Ledger ledger, EntryIndex index, BlobStore blobs, Pins pins, Predicate<Digest> isLent) {}

    private final EvictionSettings settings;
    private final Parts parts;
    private final Space space;
    private final LongSupplier partialBytes;
    private final Clock clock;
    private boolean saidFull; // guarded by this

    /** The last arguments: the room on disk, and how many bytes partials take. */
    public Evictor(EvictionSettings settings, Parts parts, Space space, LongSupplier partialBytes, Clock clock) {
        this.settings = settings;
        this.parts = parts;
        this.space = space;
        this.partialBytes = partialBytes;
        this.clock = clock;
    }

    /** Evicts what must go, if anything; says what went. */
    public synchronized List<KeptBlob> run() throws IOException {
        return evict(wanted());
    }

    /** Makes room for that many bytes now, whatever the marks say; says what went. */
    public synchronized List<KeptBlob> emergency(long bytes) throws IOException {
        return evict(Math.max(bytes, wanted()));
    }

    /** What {@link #run} would evict now. */
    public List<KeptBlob> dryRun() throws IOException {
        return victims(wanted());
    }

    private long wanted() throws IOException {
        long held = parts.ledger.totals().bytes() + partialBytes.getAsLong();
        long over = held > mark(settings.highWater()) ? held - mark(settings.lowWater()) : 0;
        return Math.max(over, missing());
    }

    private long mark(int percent) {
        return (long) (settings.maxSize() / 100.0 * percent);
    }

    /** How much of the reserve is gone; half as much again of it is freed then, so as not to begin again at once. */
    private long missing() throws IOException {
        long reserve = settings.minFree().isPresent()
                ? settings.minFree().getAsLong()
                : Math.min(MOST_RESERVED, space.total() / 100 * RESERVE_PERCENT);
        long usable = space.usable();
        return usable < reserve ? reserve - usable + reserve / 2 : 0;
    }

    private List<KeptBlob> victims(long wanted) throws IOException {
        Instant now = clock.instant();
        Instant oldest = settings.maxAgeUnused().map(now::minus).orElse(Instant.MIN);
        if (wanted <= 0 && settings.maxAgeUnused().isEmpty()) {
            return List.of();
        }
        Eviction eviction = new Eviction(wanted, now, oldest);
        parts.ledger.forEach(blob -> {
            if (mayGo(blob.sha256())) {
                eviction.consider(blob);
            }
        });
        return eviction.victims();
    }

    private boolean mayGo(Digest sha256) {
        return !parts.pins.isPinned(sha256) && !parts.isLent.test(sha256);
    }

    private List<KeptBlob> evict(long wanted) throws IOException {
        List<KeptBlob> gone = new ArrayList<>();
        for (KeptBlob victim : victims(wanted)) {
            if (mayGo(victim.sha256()) && remove(victim)) {
                gone.add(victim);
            }
        }
        tell(gone, wanted);
        return List.copyOf(gone);
    }

    private boolean remove(KeptBlob victim) {
        try {
            parts.blobs.delete(victim.sha256());
            parts.index.removeBlob(victim.sha256());
            return true;
        } catch (IOException e) {
            log.warn(
                    "Could not evict {}: {}. Look at the disk and at who owns the folder.",
                    victim.sha256(),
                    e.toString());
            return false;
        }
    }

    private void tell(List<KeptBlob> gone, long wanted) throws IOException {
        long bytes = gone.stream().mapToLong(KeptBlob::length).sum();
        if (!gone.isEmpty()) {
            Ledger.Totals left = parts.ledger.totals();
            log.info(
                    "Evicted {} blobs of {} bytes; {} blobs of {} bytes stay.",
                    gone.size(),
                    bytes,
                    left.blobs(),
                    left.bytes());
        }
        boolean full = bytes < wanted;
        if (full && !saidFull) {
            log.warn(
                    "The store is {} bytes above what it should hold, and all that is left is pinned or being read."
                            + " Raise cache.max_size, free space on the disk, or unpin something.",
                    wanted - bytes);
        }
        saidFull = full;
    }
}
