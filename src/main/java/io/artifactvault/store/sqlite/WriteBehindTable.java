package io.artifactvault.store.sqlite;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.DamagedRowException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One table as its callers see it: the in-memory cache (values and the knowledge that there is none; the least useful
 * are evicted first), and the changes that are not on disk yet (never evicted, one per key). {@link #peek}, {@link
 * #put} and {@link #remove} never wait for the disk and may be called by event loops; {@link #load} is called on worker
 * threads; {@link #writeTo} and its result on the index-writer thread. Thread-safe.
 *
 * <p>Each change raises its key's version. A load notes the version, reads memory and pending changes, then the disk,
 * and caches the row only if the version is still the same, so an old row never hides a newer change.
 */
final class WriteBehindTable<V> {
    private static final int STRIPES = 1024;
    private static final int OVERHEAD = 150;

    /**
     * A change that is not on disk yet. Two changes are never equal, so that the writer removes only the change that it
     * wrote, never a later one.
     */
    private static final class Change<V> {
        private final Peek<V> value;

        /** Whether a removal that is not on disk yet precedes this change, so that the row on disk must be ignored. */
        private final boolean anew;

        Change(Peek<V> value, boolean anew) {
            this.value = value;
            this.anew = anew;
        }
    }

    private final Table<V> table;
    private final IndexDatabase database;
    private final IndexHealth health;
    private final Runnable changed;
    private final Cache<String, Peek<V>> memory;
    private final ConcurrentMap<String, Change<V>> pending = new ConcurrentHashMap<>();
    private final @Nullable RowUses uses;
    private final AtomicLongArray versions = new AtomicLongArray(STRIPES);

    /** {@code bytes} is the memory for cached rows; the last argument is the action to run after each change. */
    WriteBehindTable(
            Table<V> table, IndexDatabase database, IndexHealth health, long bytes, Runnable changed, Clock clock) {
        this.uses = table.isAged() ? new RowUses(clock) : null;
        this.table = table;
        this.database = database;
        this.health = health;
        this.changed = changed;
        this.memory = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((String key, Peek<V> value) -> weight(key, value))
                .executor(Runnable::run)
                .build();
    }

    private int weight(String key, Peek<V> value) {
        return OVERHEAD + key.length() + (value instanceof Peek.Found<V>(V found) ? table.weight(found) : 0);
    }

    Peek<V> peek(String key) {
        Peek<V> held = held(key, memory.getIfPresent(key));
        if (uses != null && held instanceof Peek.Found) {
            uses.hit(key);
        }
        return held == null ? new Peek.Unknown<>() : held;
    }

    private @Nullable Peek<V> held(String key, @Nullable Peek<V> remembered) {
        if (remembered != null) {
            return remembered;
        }
        Change<V> change = pending.get(key);
        return change == null ? null : change.value;
    }

    /** The value as read from the disk; empty if the disk fails. */
    Optional<V> load(String key) {
        Peek<V> found = new Peek.Unknown<>();
        while (found instanceof Peek.Unknown) {
            long version = versions.get(stripe(key));
            found = peek(key);
            if (found instanceof Peek.Unknown) {
                found = read(key, version);
                if (uses != null && found instanceof Peek.Found) {
                    uses.hit(key);
                }
            }
        }
        return found instanceof Peek.Found<V>(V value) ? Optional.of(value) : Optional.empty();
    }

    /** Reads the row from the disk; unknown when it changed during the read. */
    private Peek<V> read(String key, long version) {
        try {
            Optional<V> row = database.read(table, key);
            health.readWorked();
            return remember(key, version, Peek.of(row), false);
        } catch (DamagedRowException e) {
            return remember(key, version, new Peek.Absent<>(), true);
        } catch (SQLException e) {
            health.readFailed(e);
            return new Peek.Absent<>();
        }
    }

    private Peek<V> remember(String key, long version, Peek<V> read, boolean damaged) {
        Peek<V> kept = memory.asMap().compute(key, (_, held) -> {
            if (held != null || versions.get(stripe(key)) != version) {
                return held;
            }
            if (damaged) {
                pending.put(key, new Change<>(read, false));
            }
            return read;
        });
        if (damaged) {
            changed.run();
        }
        return kept == null ? new Peek.Unknown<>() : kept;
    }

    void put(String key, V value) {
        change(key, new Peek.Found<>(value));
    }

    void remove(String key) {
        change(key, new Peek.Absent<>());
    }

    /**
     * Removes rows on disk and pending changes whose keys have that prefix; there are no others in memory. May read the
     * disk.
     */
    void removeAll(String prefix) {
        // In this order, a row that reaches the disk in between is seen twice and not missed.
        List<String> waiting =
                pending.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
        waiting.forEach(this::remove);
        try {
            database.keys(table, prefix).forEach(this::remove);
        } catch (SQLException e) {
            health.readFailed(e);
        }
    }

    private void change(String key, Peek<V> offered) {
        memory.asMap().compute(key, (_, remembered) -> {
            Peek<V> held = held(key, remembered);
            if (!accepts(held, offered)) {
                return held;
            }
            if (uses != null && offered instanceof Peek.Found && !(held instanceof Peek.Found)) {
                uses.born(key);
            }
            versions.incrementAndGet(stripe(key));
            pending.put(key, new Change<>(offered, isRemovalPending(key)));
            return offered;
        });
        changed.run();
    }

    private boolean isRemovalPending(String key) {
        Change<V> before = pending.get(key);
        return before != null && (before.anew || before.value instanceof Peek.Absent);
    }

    /** Whether memory knows that there is such a row. */
    boolean isKnown(String key) {
        return held(key, memory.getIfPresent(key)) instanceof Peek.Found;
    }

    /**
     * Removes a row from disk and memory to free space; returns false, and keeps the row, if it was recently used or
     * changed.
     */
    boolean evict(String key) {
        if (uses != null && uses.isRecent(key)) {
            return false;
        }
        boolean[] gone = {false};
        memory.asMap().compute(key, (_, remembered) -> {
            if (pending.containsKey(key)) {
                return remembered;
            }
            versions.incrementAndGet(stripe(key));
            pending.put(key, new Change<>(new Peek.Absent<>(), false));
            gone[0] = true;
            return null;
        });
        changed.run();
        return gone[0];
    }

    /** Makes the next group write which rows were used. */
    void hurryUses() {
        if (uses != null) {
            uses.hurry();
        }
    }

    private boolean accepts(@Nullable Peek<V> held, Peek<V> offered) {
        return !(held instanceof Peek.Found<V>(V kept)
                && offered instanceof Peek.Found<V>(V value)
                && !table.replaces(value, kept));
    }

    /** The keys with that prefix that are in memory. */
    List<String> keys(String beginning) {
        return Stream.concat(memory.asMap().keySet().stream(), pending.keySet().stream())
                .filter(key -> key.startsWith(beginning))
                .toList();
    }

    /** Drops cached rows, because the file on disk was changed by other means; pending changes stay. */
    void forget() {
        for (int i = 0; i < STRIPES; i++) {
            versions.incrementAndGet(i);
        }
        memory.invalidateAll();
    }

    /** The number of pending changes. */
    int waiting() {
        return pending.size();
    }

    /** Writes pending changes; adds to {@code afterCommit} the actions to run once they are on disk. */
    void writeTo(IndexTransaction transaction, List<Runnable> afterCommit) throws SQLException {
        for (Map.Entry<String, Change<V>> waiting : pending.entrySet()) {
            String key = waiting.getKey();
            Change<V> change = waiting.getValue();
            boolean written = write(transaction, key, change);
            afterCommit.add(() -> settle(key, change, written));
        }
        if (uses != null) {
            uses.writeTo(table, transaction, afterCommit);
        }
    }

    private boolean write(IndexTransaction transaction, String key, Change<V> change) throws SQLException {
        if (change.value instanceof Peek.Found<V>(V value)) {
            if (change.anew && !table.replacesSql().isEmpty()) {
                transaction.delete(table, key);
            }
            return transaction.put(table, key, value, uses == null ? 0 : uses.atBirth());
        }
        transaction.delete(table, key);
        return true;
    }

    /**
     * Called when a change was written, or when the row on disk takes precedence: then the change is dropped, so that
     * the next load finds that row.
     */
    private void settle(String key, Change<V> change, boolean written) {
        memory.asMap().computeIfPresent(key, (_, held) -> {
            boolean latest = pending.get(key) == change;
            return latest && !written ? null : held;
        });
        pending.remove(key, change);
    }

    /** Drops values that were not written, because the disk has failed for too long; removed rows stay removed. */
    void giveUp() {
        pending.forEach((key, change) -> {
            if (change.value instanceof Peek.Found) {
                settle(key, change, false);
            }
        });
    }

    private static int stripe(String key) {
        return Math.floorMod(key.hashCode(), STRIPES);
    }
}
