package io.artifactvault.store.upkeep;

import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.disk.EvictionSettings;
import io.artifactvault.store.disk.Overhead;
import io.artifactvault.store.disk.Space;
import io.artifactvault.store.disk.SpaceGuard;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.KeptBlob;
import io.artifactvault.store.index.Pins;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the store under its limit: above the high-water mark, or when the file system has less than the reserve left,
 * it evicts the least valuable content until the low-water mark is reached. It never evicts content that is being read
 * or is pinned. The keeper calls {@link #run} after commits and once a minute; a fill calls {@link #emergency} when its
 * disk is full. Blocking; one run at a time, guarded by this.
 *
 * <p>When evicting complete content is not enough, incomplete content that no fill writes is removed too. {@link
 * SpaceGuard} limits the fills in progress.
 */
public final class Evictor {
    private static final Logger log = LoggerFactory.getLogger(Evictor.class);

    /** The parts of the store that eviction reads and changes. */
    public record Parts(Inventory ledger, EntryIndex index, BlobStore blobs, Pins pins, Predicate<Digest> isLent) {}

    private final EvictionPlan plan;
    private final Parts parts;
    private final Overhead overhead;
    private boolean saidFull; // guarded by this

    public Evictor(EvictionSettings settings, Parts parts, Space space, Overhead overhead, Clock clock) {
        this.parts = parts;
        this.overhead = overhead;
        this.plan = new EvictionPlan(
                settings, new EvictionPlan.Parts(parts.ledger, parts.pins, parts.isLent), space, overhead, clock);
    }

    /** Evicts content as needed; returns the evicted blobs. */
    public synchronized List<KeptBlob> run() throws IOException {
        return evict(plan.wanted());
    }

    /**
     * Frees at least this many bytes now, if possible, even if the store is below the high-water mark; returns the
     * evicted blobs.
     */
    public synchronized List<KeptBlob> emergency(long bytes) throws IOException {
        return evict(Math.max(bytes, plan.wanted()));
    }

    /** The blobs that {@link #run} would evict now. */
    public List<KeptBlob> dryRun() throws IOException {
        return plan.victims(plan.wanted());
    }

    private List<KeptBlob> evict(long wanted) throws IOException {
        if (parts.blobs.suspended().isPresent()) {
            return List.of();
        }
        List<KeptBlob> gone = new ArrayList<>();
        for (KeptBlob victim : plan.victims(wanted)) {
            if (plan.mayGo(victim.sha256()) && remove(victim)) {
                gone.add(victim);
            }
        }
        long freed = gone.stream().mapToLong(KeptBlob::allocated).sum();
        if (freed < wanted) {
            freed += overhead.giveUp(wanted - freed);
        }
        tell(gone, freed, wanted);
        return List.copyOf(gone);
    }

    private boolean remove(KeptBlob victim) {
        try {
            parts.blobs.delete(victim.sha256());
            parts.index.removeBlob(victim.sha256());
            return true;
        } catch (IOException e) {
            log.warn(
                    "Could not evict {}: {}. Check the disk and the owner of the folder.",
                    victim.sha256(),
                    e.toString());
            return false;
        }
    }

    private void tell(List<KeptBlob> gone, long bytes, long wanted) throws IOException {
        if (!gone.isEmpty()) {
            Inventory.Totals left = parts.ledger.totals();
            log.info(
                    "Evicted {} blobs of {} bytes; {} blobs of {} bytes remain.",
                    gone.size(),
                    bytes,
                    left.blobs(),
                    left.bytes());
        }
        boolean full = bytes < wanted;
        if (full && !saidFull) {
            log.warn(
                    "The store exceeds its limit by {} bytes, and all remaining content is pinned or has readers."
                            + " Raise cache.max_size, free space on the disk, or unpin something.",
                    wanted - bytes);
        }
        saidFull = full;
    }
}
