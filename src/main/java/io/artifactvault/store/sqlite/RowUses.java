package io.artifactvault.store.sqlite;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Buffers uses of the rows of one table until they are written to its column {@code used}. {@link #hit} and {@link
 * #born} never wait and may be called by event loops; {@link #writeTo} is for the index-writer thread. Thread-safe.
 *
 * <p>The column counts hours since 1970. A new row is on probation: until it is used again, it counts as older than it
 * is, by {@link #PROBATION}. Rows that are requested only once, however many, are therefore evicted before a row that
 * was used twice within that time.
 */
final class RowUses {
    private static final long PROBATION = Duration.ofDays(30).toHours();
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int MOST = 200_000;

    private final Clock clock;
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final Set<String> fresh = ConcurrentHashMap.newKeySet();
    private volatile Instant due;

    RowUses(Clock clock) {
        this.clock = clock;
        this.due = clock.instant().plus(EVERY);
    }

    /** Records that a request was served from that row. */
    void hit(String key) {
        if (!used.contains(key) && used.size() < MOST) {
            used.add(key);
        }
    }

    /** Records that the row is new: reading it for the request that created it does not count as a use. */
    void born(String key) {
        if (fresh.size() < MOST) {
            fresh.add(key);
        }
    }

    /** The initial value of the column for a new row. */
    long atBirth() {
        return hour() - PROBATION;
    }

    /** Whether that row was used since uses were last written, so that its column is out of date. */
    boolean isRecent(String key) {
        return used.contains(key) && !fresh.contains(key);
    }

    /** Makes the next group write all pending uses. */
    void hurry() {
        due = Instant.MIN;
    }

    void writeTo(Table<?> table, IndexTransaction transaction, List<Runnable> afterCommit) throws SQLException {
        if (clock.instant().isBefore(due)) {
            return;
        }
        long hour = hour();
        List<String> keys = List.copyOf(used);
        List<String> young = List.copyOf(fresh);
        for (String key : keys) {
            if (!fresh.contains(key)) {
                transaction.update(table.useSql(), hour, key, hour);
            }
        }
        afterCommit.add(() -> {
            due = clock.instant().plus(EVERY);
            keys.forEach(used::remove);
            young.forEach(fresh::remove);
        });
    }

    private long hour() {
        return Duration.between(Instant.EPOCH, clock.instant()).toHours();
    }
}
