package io.artifactvault.store.upkeep;

import io.artifactvault.http.Digest;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.disk.EvictionSettings;
import io.artifactvault.store.disk.Overhead;
import io.artifactvault.store.disk.Space;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.KeptBlob;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.sqlite.StoreStats;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Plans which content to evict so that the store is within its limits; changes nothing. Called by {@link Evictor} and
 * by the command that shows the plan to an operator. Blocking.
 */
public final class EvictionPlan {
    private final EvictionSettings settings;
    private final Parts parts;
    private final Space space;
    private final Overhead overhead;
    private final Clock clock;

    /** The stored content, and the part of it that must stay because it is pinned or being read. */
    record Parts(Inventory ledger, Pins pins, Predicate<Digest> isLent) {}

    EvictionPlan(EvictionSettings settings, Parts parts, Space space, Overhead overhead, Clock clock) {
        this.settings = settings;
        this.parts = parts;
        this.space = space;
        this.overhead = overhead;
        this.clock = clock;
    }

    /**
     * The plan for a folder that another process may be using; it does not know which content that process is reading.
     */
    public static EvictionPlan of(StoreSettings settings, IndexView view) throws IOException {
        VaultLayout layout = new VaultLayout(settings.dir());
        long besides = StoreStats.besidesBlobs(layout);
        return new EvictionPlan(
                settings.eviction(),
                new Parts(view.ledger(), view.pins(), _ -> false),
                Space.of(layout),
                new Fixed(besides),
                Clock.systemUTC());
    }

    /** The disk usage of a folder other than by complete content, as another process sees it. */
    private record Fixed(long bytes) implements Overhead {
        @Override
        public long giveUp(long wanted) {
            return 0;
        }
    }

    /**
     * The number of bytes to free: the larger of the excess above the high-water mark and what the reserve of the file
     * system lacks.
     */
    public long wanted() throws IOException {
        long held = parts.ledger.allocated() + overhead.bytes();
        long over = held > mark(settings.highWater()) ? held - mark(settings.lowWater()) : 0;
        return Math.max(over, missing());
    }

    private long mark(int percent) {
        return (long) (settings.maxSize() / 100.0 * percent);
    }

    /**
     * The number of bytes that the reserve lacks, and half as many in addition, so that eviction does not start again
     * immediately.
     */
    private long missing() throws IOException {
        long reserve = settings.reserve(space);
        long usable = space.usable();
        return usable < reserve ? reserve - usable + reserve / 2 : 0;
    }

    /** The blobs to evict to free that many bytes, and those unused for too long; the least valuable first. */
    public List<KeptBlob> victims(long wanted) throws IOException {
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

    boolean mayGo(Digest sha256) {
        return !parts.pins.isPinned(sha256) && !parts.isLent.test(sha256);
    }
}
