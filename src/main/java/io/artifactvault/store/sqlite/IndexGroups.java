package io.artifactvault.store.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes all pending changes of the index in one transaction. Between two groups it replaces a file that was removed or
 * damaged, and makes the file smaller. {@link #write} is for the index-writer thread; all other methods are for any
 * thread and never wait.
 */
final class IndexGroups {
    private static final Logger log = LoggerFactory.getLogger(IndexGroups.class);

    private static final int MOST_WAITING = 100_000;

    private final IndexDatabase database;
    private final IndexHealth health;
    private final List<WriteBehindTable<?>> tables;
    private final WriteBehindTable<Long> blobs;
    private final AccessTimes accesses;
    private final PendingStatements errands;
    private final SqlitePins pins;
    private final long bound;
    private final AtomicBoolean shrinkWanted = new AtomicBoolean();
    private final AtomicBoolean reopen = new AtomicBoolean();
    private final AtomicBoolean contentGone = new AtomicBoolean();
    private volatile long bytes;
    private volatile long fileBytes;
    private volatile Runnable onGrowth = () -> {};

    /**
     * @param tables references before their targets: callers write them in the opposite order, so a group with a
     *     reference has its target
     * @param blobs the one of them that lists the stored content
     * @param bound the limit of the file in bytes
     */
    IndexGroups(
            IndexDatabase database,
            IndexHealth health,
            List<WriteBehindTable<?>> tables,
            WriteBehindTable<Long> blobs,
            AccessTimes accesses,
            PendingStatements errands,
            SqlitePins pins,
            long bound) {
        this.database = database;
        this.health = health;
        this.tables = tables;
        this.blobs = blobs;
        this.accesses = accesses;
        this.errands = errands;
        this.pins = pins;
        this.bound = bound;
        this.bytes = database.bytes();
        this.fileBytes = database.fileBytes();
    }

    /** The size of the index in bytes with the files beside it, after the last group. */
    long bytes() {
        return bytes;
    }

    /** The size of its file alone, in bytes, after the last group. */
    long fileBytes() {
        return fileBytes;
    }

    /** Sets the action that {@link #write} runs whenever the file is above its limit; it must not block. */
    void onGrowth(Runnable action) {
        onGrowth = action;
    }

    /** Has the next group write when rows were last used, too. */
    void hurryUses() {
        tables.forEach(WriteBehindTable::hurryUses);
    }

    /** After the next group the file gives the space of removed rows back. */
    void shrinkAfterNext() {
        shrinkWanted.set(true);
    }

    /** The next group creates a new file for one that was removed. */
    void reopenBeforeNext() {
        reopen.set(true);
    }

    /** Whether a new file is still to be created. */
    boolean awaitsReopening() {
        return reopen.get();
    }

    /** The next group forgets all content, because its files were removed. */
    void forgetContentBeforeNext() {
        contentGone.set(true);
    }

    /** Writes everything that waits; returns whether that worked. Never throws. */
    boolean write() {
        try {
            followTheFolder();
            if (health.isDamaged()) {
                database.startAfresh();
                health.replaced();
                pins.writeAll();
            }
            writePending(database.transaction());
            health.writeWorked();
            shrinkIfWanted();
            bytes = database.bytes();
            fileBytes = database.fileBytes();
            if (fileBytes > bound) {
                onGrowth.run();
            }
            return true;
        } catch (SQLException | IOException | RuntimeException e) {
            health.writeFailed(e);
            giveUpIfTooMany();
            return false;
        }
    }

    private void followTheFolder() throws IOException, SQLException {
        if (reopen.get()) {
            database.openAgain();
            tables.forEach(WriteBehindTable::forget);
            pins.writeAll();
            contentGone.set(false);
            reopen.set(false);
        }
        if (contentGone.getAndSet(false)) {
            database.transaction().update("DELETE FROM blob");
            blobs.forget();
        }
    }

    private void writePending(IndexTransaction transaction) throws SQLException {
        List<Runnable> afterCommit = new ArrayList<>();
        transaction.begin();
        try {
            for (WriteBehindTable<?> table : tables) {
                table.writeTo(transaction, afterCommit);
            }
            accesses.writeTo(transaction, afterCommit);
            errands.writeTo(transaction, afterCommit);
            transaction.commit();
        } catch (SQLException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        afterCommit.forEach(Runnable::run);
    }

    private void shrinkIfWanted() {
        if (shrinkWanted.getAndSet(false)) {
            try {
                database.shrink();
            } catch (SQLException e) {
                log.debug("Could not shrink the index now: {}", e.toString());
            }
        }
    }

    private void giveUpIfTooMany() {
        int waiting = tables.stream().mapToInt(WriteBehindTable::waiting).sum();
        if (waiting > MOST_WAITING) {
            tables.forEach(WriteBehindTable::giveUp);
        }
    }
}
