package io.artifactvault.app;

import io.artifactvault.cache.content.StoreNews;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.EvictionSettings;
import io.artifactvault.store.disk.Space;
import io.artifactvault.store.disk.SpaceGuard;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.KeptBlob;
import io.artifactvault.store.index.Savings;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.store.upkeep.Chores;
import io.artifactvault.store.upkeep.Evictor;
import io.artifactvault.store.upkeep.FolderWatch;
import io.artifactvault.store.upkeep.OrphanScan;
import io.artifactvault.store.upkeep.Scrubber;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the store while the vault runs: keeps it under its limit, scrubs it for corruption, counts the bytes that
 * it saved.
 */
final class StoreMaintenance implements StoreNews, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StoreMaintenance.class);
    private static final Duration ROUND = Duration.ofMinutes(1);

    private final Duration folderCheck;
    private final FileBlobStore blobs;
    private final SqliteEntryIndex index;
    private final Savings savings;
    private final Evictor evictor;
    private final SpaceGuard guard;
    private final Space space;
    private final Optional<Scrubber> scrubber;
    private final Chores chores = new Chores();
    private final Runnable evict;
    private final Runnable evictRows;
    private final LongAdder evictedBlobs = new LongAdder();
    private final LongAdder evictedBytes = new LongAdder();

    private StoreMaintenance(StoreSettings settings, FileBlobStore blobs, SqliteEntryIndex index, Clock clock)
            throws IOException {
        this.folderCheck = settings.folderCheck();
        this.blobs = blobs;
        this.index = index;
        this.savings = Savings.load(index.ledger());
        this.space = Space.of(new VaultLayout(settings.dir()));
        this.evictor = new Evictor(
                settings.eviction(),
                new Evictor.Parts(index.ledger(), index, blobs, index.pins(), blobs::isLent),
                space,
                blobs.overhead(),
                clock);
        this.guard = new SpaceGuard(
                settings.eviction(), blobs.usage(), space, bytes -> count(evictor.emergency(bytes)), clock);
        blobs.countIndex(index::bytes);
        blobs.counted(index.ledger().allocated());
        blobs.keep(index.pins()::isPinned);
        this.scrubber = settings.scrubRate() > 0
                ? Optional.of(new Scrubber(index.ledger(), index, blobs, settings.scrubRate(), clock, this::mend))
                : Optional.empty();
        this.evict = chores.onDemand(() -> {
            count(evictor.run());
            return Duration.ZERO;
        });
        this.evictRows = chores.onDemand(whileOwned(() -> {
            index.evictRows();
            return Duration.ZERO;
        }));
    }

    /** Starts the work immediately, on a separate thread. */
    static StoreMaintenance start(StoreSettings settings, FileBlobStore blobs, SqliteEntryIndex index, Clock clock)
            throws IOException {
        StoreMaintenance upkeep = new StoreMaintenance(settings, blobs, index, clock);
        upkeep.chores.repeat(Duration.ZERO, upkeep.whileOwned(upkeep::round));
        upkeep.scrubber.ifPresent(scrubber -> upkeep.chores.repeat(ROUND, scrubber));
        upkeep.chores.repeat(ROUND, upkeep.whileOwned(new OrphanScan(settings, index)));
        blobs.onFull(upkeep::makeRoom);
        blobs.admitBy(upkeep.guard);
        index.onGrowth(upkeep.evictRows);
        return upkeep;
    }

    /** Recreates the folder when it was emptied: immediately for a writer that misses it, otherwise within a moment. */
    void watch(FolderWatch folder) {
        blobs.onGone(folder::look);
        chores.repeat(folderCheck, () -> {
            if (folder.look() && blobs.isFull()) {
                giveUpPartials();
                guard.look();
            }
            return folderCheck;
        });
    }

    /**
     * Removes partials when the disk is full: they cannot be completed for lack of space, and must not keep the disk
     * full.
     */
    private void giveUpPartials() {
        blobs.overhead().giveUp(EvictionSettings.MOST_IN_AN_EMERGENCY);
    }

    /** A chore that pauses while another vault has locked the folder, or its file system is not mounted. */
    private Chores.Chore whileOwned(Chores.Chore chore) {
        return () -> blobs.suspended().isPresent() ? ROUND : chore.work();
    }

    private Duration round() throws IOException {
        blobs.weighQuarantine();
        index.evictRows();
        blobs.counted(index.ledger().allocated());
        count(evictor.run());
        savings.keep();
        return ROUND;
    }

    private void count(List<KeptBlob> evicted) {
        evictedBlobs.add(evicted.size());
        evicted.forEach(blob -> evictedBytes.add(blob.length()));
    }

    long evictedBlobs() {
        return evictedBlobs.sum();
    }

    long evictedBytes() {
        return evictedBytes.sum();
    }

    /** The number of fills that were refused space since startup. */
    long refusedForSpace() {
        return guard.refused();
    }

    long savedSinceStart() {
        return savings.sinceStart();
    }

    private void makeRoom() {
        try {
            count(evictor.emergency(EvictionSettings.emergency(space)));
        } catch (IOException e) {
            log.warn("Could not free space on a full disk: {}", e.toString());
        }
    }

    /**
     * Takes damaged content out of service. Its good bytes stay as a partial; the next request for the content fetches
     * the others.
     */
    private void mend(Damage damage) {
        try {
            blobs.demote(damage, damage.sha256());
            index.removeBlob(damage.sha256());
        } catch (IOException e) {
            log.warn("Could not remove damaged content {} from service: {}", damage.sha256(), e.toString());
        }
    }

    @Override
    public void stored() {
        evict.run();
    }

    @Override
    public void saved(long bytes) {
        savings.add(bytes);
    }

    @Override
    public void close() {
        chores.close();
        scrubber.ifPresent(Scrubber::close);
        savings.keep();
    }
}
