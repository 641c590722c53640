package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Buffers uses of blobs until they are written to the index. {@link #touch} and {@link #came} never wait and may be
 * called by event loops; {@link #writeTo} is for the index-writer thread. Uses are counted in memory and written at
 * most once a minute, so a blob that is read a thousand times a second costs one row per minute; a crash loses at most
 * the last minute of uses.
 */
final class AccessTimes {
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int MOST_WAITING = 1_000_000;

    private record Uses(Instant at, int count) {
        Uses and(Uses other) {
            return new Uses(other.at.isAfter(at) ? other.at : at, count + other.count);
        }
    }

    private final ConcurrentMap<Digest, Uses> touched = new ConcurrentHashMap<>();
    private final ConcurrentMap<Digest, Uses> came = new ConcurrentHashMap<>();
    private final Map<Digest, Uses> underWay = new HashMap<>(); // confined to the index-writer thread
    private final Runnable changed;
    private volatile Instant due = Instant.MIN;

    /** The argument is the action to run when there is something to write. */
    AccessTimes(Runnable changed) {
        this.changed = changed;
    }

    void touch(Digest sha256, Instant at) {
        if (touched.size() < MOST_WAITING) {
            touched.merge(sha256, new Uses(at, 1), Uses::and);
        }
        if (!at.isBefore(due)) {
            changed.run();
        }
    }

    /**
     * Called when the blob was stored, which makes it recent but is not a use. It is written together with the caller's
     * own change.
     */
    void came(Digest sha256, Instant at) {
        came.put(sha256, new Uses(at, 0));
    }

    /** Makes the next group write all pending uses, even the latest ones. */
    void hurry() {
        due = Instant.MIN;
    }

    /** Writes the uses, after the blobs themselves: uses of content that is not stored are dropped. */
    void writeTo(IndexTransaction transaction, List<Runnable> afterCommit) throws SQLException {
        take(came);
        takeTouchedWhenDue();
        for (Map.Entry<Digest, Uses> one : underWay.entrySet()) {
            Uses uses = one.getValue();
            transaction.update(KeeperTables.TOUCH, one.getKey().toString(), Row.nanos(uses.at), uses.count);
        }
        afterCommit.add(underWay::clear);
    }

    private void takeTouchedWhenDue() {
        Instant latest =
                touched.values().stream().map(Uses::at).max(Instant::compareTo).orElse(Instant.MIN);
        if (!latest.isBefore(due) && !touched.isEmpty()) {
            due = latest.plus(EVERY);
            take(touched);
        }
    }

    private void take(ConcurrentMap<Digest, Uses> from) {
        for (Digest sha256 : from.keySet()) {
            Uses uses = from.remove(sha256);
            if (uses != null) {
                underWay.merge(sha256, uses, Uses::and);
            }
        }
    }
}
