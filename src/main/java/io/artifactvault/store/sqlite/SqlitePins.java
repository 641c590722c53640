package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Pins;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps pins in memory, where they are read once when the index is opened, and writes every change to the index's file.
 * Guarded by this.
 */
public final class SqlitePins implements Pins {
    private static final Logger log = LoggerFactory.getLogger(SqlitePins.class);

    private record Label(String repository, String revision) {}

    private final Map<Label, Set<Digest>> pins = new HashMap<>();
    private final Map<Digest, Integer> counts = new ConcurrentHashMap<>();
    private final PendingStatements errands;

    private SqlitePins(PendingStatements errands) {
        this.errands = errands;
    }

    /**
     * Reads the pins from the index's file; none when the file is damaged.
     *
     * @throws IOException when it cannot be read now: pinned content must not be evicted as if it were unpinned
     */
    public static SqlitePins load(SqliteInventory ledger, PendingStatements errands) throws IOException {
        SqlitePins pins = new SqlitePins(errands);
        try {
            ledger.queryFile(
                    KeeperTables.PINS,
                    row -> pins.loaded(new Label(row.getString(1), row.getString(2)), row.getString(3)));
        } catch (IOException e) {
            if (!(e.getCause() instanceof SQLException sql && IndexDatabase.isDamage(sql))) {
                throw e;
            }
            log.warn("Could not read the pins: {} Pin the snapshots again.", e.getMessage());
        }
        return pins;
    }

    /** Writes all pins to the new file that replaced a damaged one. */
    synchronized void writeAll() {
        pins.forEach((label, digests) -> digests.forEach(digest -> write(label, digest)));
    }

    private void write(Label label, Digest sha256) {
        errands.add(KeeperTables.PIN, label.repository, label.revision, sha256.toString());
    }

    private synchronized void loaded(Label label, String sha256) {
        Digest.parse(sha256)
                .ifPresentOrElse(
                        digest -> add(label, digest),
                        () -> log.warn("A pin of {} {} is damaged; pin it again.", label.repository, label.revision));
    }

    @Override
    public synchronized void pin(String repository, String revision, Set<Digest> sha256) {
        Label label = new Label(repository, revision);
        for (Digest digest : sha256) {
            if (add(label, digest)) {
                write(label, digest);
            }
        }
    }

    private boolean add(Label label, Digest sha256) {
        boolean added = pins.computeIfAbsent(label, _ -> new HashSet<>()).add(sha256);
        if (added) {
            counts.merge(sha256, 1, Integer::sum);
        }
        return added;
    }

    @Override
    public synchronized boolean unpin(String repository, String revision) {
        Set<Digest> removed = pins.remove(new Label(repository, revision));
        if (removed == null) {
            return false;
        }
        removed.forEach(digest -> counts.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1));
        errands.add(KeeperTables.UNPIN, repository, revision);
        return true;
    }

    @Override
    public boolean isPinned(Digest sha256) {
        return counts.containsKey(sha256);
    }

    @Override
    public synchronized List<Pin> all() {
        return pins.entrySet().stream()
                .map(pin -> new Pin(
                        pin.getKey().repository,
                        pin.getKey().revision,
                        pin.getValue().size()))
                .toList();
    }

    @Override
    public int size() {
        return counts.size();
    }
}
