package io.artifactvault.store.sqlite;

import io.artifactvault.http.caching.ClockSkew;
import io.artifactvault.store.Peek;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The scopes and states that were seen open to every caller, with the time of that. Thread-safe. */
final class PublicScopes {
    /** About 150 bytes each; a forgotten one costs one request to upstream. */
    private static final int MOST = 200_000;

    private static final int BETWEEN_TRIMS = 10_000;

    private final WriteBehindTable<Instant> rows;
    private final RowLimit limit;
    private final PendingStatements errands;
    private final Clock clock;
    private final Closings closings = new Closings();
    private final AtomicLong marks = new AtomicLong();

    PublicScopes(WriteBehindTable<Instant> rows, RowLimit limit, PendingStatements errands, Clock clock) {
        this.rows = rows;
        this.limit = limit;
        this.errands = errands;
        this.clock = clock;
    }

    Peek<Instant> peek(String scope) {
        return rows.peek(scope);
    }

    Optional<Instant> load(String scope) {
        return rows.load(scope);
    }

    void mark(String scope, Instant at) {
        if (!limit.permits(rows, scope)) {
            return;
        }
        // A time that was recorded while the clock was ahead is replaced by a later record.
        if (rows.peek(scope) instanceof Peek.Found<Instant>(Instant kept) && ClockSkew.isAhead(kept, clock.instant())) {
            rows.remove(scope);
        }
        rows.put(scope, at);
        // Only now, so that a scope which is closed concurrently is forgotten by one of the two.
        if (closings.outdate(scope, at)) {
            rows.remove(scope);
        }
        if (marks.incrementAndGet() % BETWEEN_TRIMS == 0) {
            errands.add(Tables.TRIM_PUBLIC_SCOPES, MOST);
        }
    }

    void forget(String scope, Instant closedAt) {
        closings.note(scope, closedAt);
        rows.remove(scope);
        // Memory first: rows that leave it during the scan are on disk by then.
        rows.keys(scope + Closings.STATE).forEach(rows::remove);
        rows.removeAll(scope + Closings.STATE);
    }
}
