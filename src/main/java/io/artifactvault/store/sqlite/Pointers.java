package io.artifactvault.store.sqlite;

import io.artifactvault.http.caching.ClockSkew;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The values of names that may move, such as branches. Thread-safe. */
final class Pointers {
    private final WriteBehindTable<PointerValue> rows;
    private final RowLimit limit;
    private final SqliteInventory ledger;
    private final Clock clock;
    private final Moves moves = new Moves();

    Pointers(WriteBehindTable<PointerValue> rows, RowLimit limit, SqliteInventory ledger, Clock clock) {
        this.rows = rows;
        this.limit = limit;
        this.ledger = ledger;
        this.clock = clock;
    }

    Peek<PointerValue> peek(String name) {
        return rows.peek(name);
    }

    Optional<PointerValue> load(String name) {
        return rows.load(name);
    }

    void put(String name, PointerValue value) {
        if (!limit.permits(rows, name)) {
            return;
        }
        // A time that was recorded while the clock was ahead is replaced by a later record.
        if (rows.peek(name) instanceof Peek.Found<PointerValue>(PointerValue kept)
                && ClockSkew.isAhead(kept.askedAt(), clock.instant())) {
            rows.remove(name);
        }
        rows.put(name, value);
        // Only now, so that a name which moves concurrently is forgotten by one of the two.
        if (moves.outdate(name, value)) {
            rows.remove(name);
        }
    }

    /** Forgets the names with that prefix, which moved then; reads the disk. */
    void remove(String beginning, Instant movedAt) {
        moves.note(beginning, movedAt);
        // Memory first: rows that leave it during the scan are on disk by then.
        Set<String> names = new HashSet<>(rows.keys(beginning));
        try {
            ledger.queryFile(Tables.POINTERS, row -> names.add(row.getString(1)), beginning, beginning + '\uffff');
        } catch (IOException e) {
            // The index's health has logged it; memory is cleared nevertheless.
        }
        names.forEach(rows::remove);
    }
}
