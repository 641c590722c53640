package io.artifactvault.store.sqlite;

import io.artifactvault.store.index.EntryIndex;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Whether the index may take one more row. Eviction lags behind a flood of new rows; at a quarter above the limit new
 * rows are not stored. Thread-safe; never waits.
 */
final class RowLimit {
    private final long bound;
    private final LongSupplier fileBytes;
    private final LongAdder refused = new LongAdder();

    /** @param bound the limit of the file in bytes */
    RowLimit(long bound, LongSupplier fileBytes) {
        this.bound = bound;
        this.fileBytes = fileBytes;
    }

    /** Whether a row with that key may be stored in that table; counts it if not. */
    boolean permits(WriteBehindTable<?> rows, String key) {
        if (key.length() > EntryIndex.LONGEST_KEY
                || (fileBytes.getAsLong() > bound + bound / 4 && !rows.isKnown(key))) {
            refused.increment();
            return false;
        }
        return true;
    }

    /** The number of rows that were not stored. */
    long refused() {
        return refused.sum();
    }
}
