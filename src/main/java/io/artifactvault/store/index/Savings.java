package io.artifactvault.store.index;

import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the bytes that were not fetched because their content was already stored under the digest that upstream
 * announced. Each byte counts once. {@link #add} may be called on any thread and never waits; {@link #keep} is called
 * by the keeper and at shutdown. Thread-safe.
 */
public final class Savings {
    private static final String MEMO = "bytes_saved";

    private final LongAdder sinceStart = new LongAdder();
    private final Inventory ledger;
    private final long before;

    private Savings(Inventory ledger, long before) {
        this.ledger = ledger;
        this.before = before;
    }

    /** Continues from the total in the inventory. */
    public static Savings load(Inventory ledger) throws IOException {
        return new Savings(ledger, remembered(ledger));
    }

    /** The total in the inventory. */
    public static long remembered(Inventory ledger) throws IOException {
        try {
            return Long.parseLong(ledger.memo(MEMO).orElse("0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Adds bytes whose content was already stored. */
    public void add(long bytes) {
        sinceStart.add(bytes);
    }

    /** Bytes saved since this process started. */
    public long sinceStart() {
        return sinceStart.sum();
    }

    /** Bytes saved since the folder was created. */
    public long total() {
        return before + sinceStart.sum();
    }

    /** Writes the total to the inventory. */
    public void keep() {
        ledger.memo(MEMO, Long.toString(total()));
    }
}
