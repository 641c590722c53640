package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.PartialSettings;
import io.artifactvault.store.disk.VaultLayout;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Controls access to partials: at most one holder at a time has the claim to a digest. In memory only. Thread-safe.
 *
 * <p>Phases of a digest: unknown → claimed by a writer → settling, while its last bytes are forced to disk → at rest →
 * claimed by the next writer, or by the quota. {@link #isLeft} may be called on any thread; {@link #claim} waits until
 * a settling partial is at rest.
 */
final class PartialRegister {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private enum Phase {
        CLAIMED,
        SETTLING,
        RESTING
    }

    private record Place(Phase phase, long bytes, Instant since) {}

    private static final Place CLAIMED = new Place(Phase.CLAIMED, 0, Instant.EPOCH);
    private static final Place SETTLING = new Place(Phase.SETTLING, 0, Instant.EPOCH);

    /**
     * The contents of the folder at startup.
     *
     * @param leftovers files that cannot be resumed
     * @param claimed the digests of those leftovers whose names contain one; they stay claimed until the files are
     *     deleted
     * @param resumable digests with a file and a manifest
     */
    record Found(List<Path> leftovers, Set<Digest> claimed, Set<Digest> resumable) {}

    private final PartialSettings settings;
    private final Clock clock;
    private final Predicate<Digest> pinned;
    private final AtomicLong bytes = new AtomicLong(); // the total of all places
    private final Map<Digest, Place> places = new ConcurrentHashMap<>(); // changed only under this lock

    /** The last argument tells which content is pinned; the quota does not affect it. */
    PartialRegister(PartialSettings settings, Clock clock, Predicate<Digest> pinned) {
        this.settings = settings;
        this.clock = clock;
        this.pinned = pinned;
    }

    /** Registers the contents of the folder; called before the first writer. */
    synchronized Found found(VaultLayout layout, List<Path> files) {
        Found found = new Found(new ArrayList<>(), new HashSet<>(), new HashSet<>());
        Set<Path> all = Set.copyOf(files);
        for (Path file : files) {
            Optional<Digest> digest = VaultLayout.partialDigest(file);
            if (digest.isPresent()
                    && all.contains(layout.partial(digest.get()))
                    && all.contains(layout.sidecar(digest.get()))) {
                found.resumable().add(digest.get());
                put(digest.get(), new Place(Phase.RESTING, 0, clock.instant()));
            } else {
                found.leftovers().add(file);
                digest.ifPresent(found.claimed()::add);
                digest.ifPresent(claimed -> put(claimed, CLAIMED));
            }
        }
        return found;
    }

    boolean isLeft(Digest digest) {
        Place place = places.get(digest);
        return place != null && place.phase() != Phase.CLAIMED;
    }

    /** Claims a digest; false when another holder has the claim. */
    synchronized boolean claim(Digest digest) {
        awaitSettled(digest);
        Place place = places.get(digest);
        boolean free = place == null || place.phase() == Phase.RESTING;
        if (free) {
            put(digest, CLAIMED);
        }
        return free;
    }

    private void awaitSettled(Digest digest) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            long left = PATIENCE_NANOS;
            while (SETTLING.equals(places.get(digest)) && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = end - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Claims a partial at rest; false when it is no longer at rest. */
    synchronized boolean claimLeft(Digest digest) {
        Place place = places.get(digest);
        boolean resting = place != null && place.phase() == Phase.RESTING;
        if (resting) {
            put(digest, SETTLING);
        }
        return resting;
    }

    synchronized void settling(Digest digest) {
        put(digest, SETTLING);
    }

    synchronized void rested(Digest digest, long bytes, Instant since) {
        put(digest, new Place(Phase.RESTING, bytes, since));
        notifyAll();
    }

    /** Marks a partial as at rest although it could not be inspected. */
    synchronized void restedAsBefore(Digest digest) {
        rested(digest, 0, clock.instant());
    }

    synchronized void release(Digest digest) {
        remove(digest);
        notifyAll();
    }

    /** The number of bytes in partials at rest. Never blocks. */
    long bytes() {
        return bytes.get();
    }

    private void put(Digest digest, Place place) {
        Place before = places.put(digest, place);
        bytes.addAndGet(place.bytes() - (before == null ? 0 : before.bytes()));
    }

    private void remove(Digest digest) {
        Place before = places.remove(digest);
        bytes.addAndGet(before == null ? 0 : -before.bytes());
    }

    /**
     * Claims partials at rest that are too old, and the oldest of the others until the remaining ones are within the
     * quota.
     */
    synchronized List<Digest> claimSurplus() {
        Instant oldest = clock.instant().minus(settings.maxAge());
        long kept = bytes();
        List<Digest> surplus = new ArrayList<>();
        for (Map.Entry<Digest, Place> entry : oldestFirst()) {
            Place place = entry.getValue();
            if (kept > settings.maxSize() || place.since().isBefore(oldest)) {
                kept -= place.bytes();
                surplus.add(entry.getKey());
            }
        }
        surplus.forEach(digest -> put(digest, CLAIMED));
        return surplus;
    }

    /** Claims the oldest partials at rest that free that many bytes. */
    synchronized List<Digest> claimOldest(long wanted) {
        long left = wanted;
        List<Digest> oldest = new ArrayList<>();
        for (Map.Entry<Digest, Place> entry : oldestFirst()) {
            if (left > 0) {
                left -= entry.getValue().bytes();
                oldest.add(entry.getKey());
            }
        }
        oldest.forEach(digest -> put(digest, CLAIMED));
        return oldest;
    }

    private List<Map.Entry<Digest, Place>> oldestFirst() {
        return places.entrySet().stream()
                .filter(entry -> entry.getValue().phase() == Phase.RESTING && !pinned.test(entry.getKey()))
                .sorted(Comparator.comparing(entry -> entry.getValue().since()))
                .toList();
    }
}
