package io.artifactvault.store.sqlite;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of the index's disk: logs once when it fails and once when it works again, and records that the file was
 * found damaged. Called by readers and by the index-writer thread. Thread-safe.
 */
public final class IndexHealth {
    private static final Logger log = LoggerFactory.getLogger(IndexHealth.class);

    private final AtomicBoolean readsFail = new AtomicBoolean();
    private final AtomicBoolean writesFail = new AtomicBoolean();
    private final AtomicBoolean damaged = new AtomicBoolean();

    void readFailed(SQLException e) {
        note(e);
        if (!readsFail.getAndSet(true)) {
            log.warn("Could not read the index: {}. Requesting from upstream instead; check the disk.", e.toString());
        }
    }

    void readWorked() {
        if (readsFail.get() && readsFail.getAndSet(false)) {
            log.info("The index is readable again.");
        }
    }

    void writeFailed(Exception e) {
        if (e instanceof SQLException sql) {
            note(sql);
        }
        if (!writesFail.getAndSet(true)) {
            log.warn("Could not write the index: {}. Retrying until it succeeds; check the disk.", e.toString());
        }
    }

    void writeWorked() {
        if (writesFail.get() && writesFail.getAndSet(false)) {
            log.info("The index is writable again.");
        }
    }

    boolean readsFail() {
        return readsFail.get();
    }

    private void note(SQLException e) {
        if (IndexDatabase.isDamage(e)) {
            damaged.set(true);
        }
    }

    /** Whether the file was found damaged, so that a new database is needed. */
    boolean isDamaged() {
        return damaged.get();
    }

    void replaced() {
        damaged.set(false);
    }
}
