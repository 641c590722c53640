package io.artifactvault.store.sqlite;

import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Single statements that the next group writes to the index, in their order. {@link #add} never waits; {@link #writeTo}
 * is for the index-writer thread. Thread-safe.
 */
public final class PendingStatements {
    private record Errand(String sql, Object[] parameters) {}

    private final Queue<Errand> waiting = new ConcurrentLinkedQueue<>();
    private final Runnable changed;

    /** The argument is the action to run when there is something to write. */
    public PendingStatements(Runnable changed) {
        this.changed = changed;
    }

    void add(String sql, Object... parameters) {
        waiting.add(new Errand(sql, parameters));
        changed.run();
    }

    void writeTo(IndexTransaction transaction, List<Runnable> afterCommit) throws SQLException {
        for (Errand errand : waiting) {
            transaction.update(errand.sql, errand.parameters);
            afterCommit.add(() -> waiting.remove(errand));
        }
    }
}
