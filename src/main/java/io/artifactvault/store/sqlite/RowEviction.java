package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Pins;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index within its limit: when its used pages exceed the limit, the least recently used rows are deleted
 * until a tenth of the limit is free, and the file shrinks. Rows of pinned content and of pinned repositories stay.
 * Blobs have their own order of eviction; evicting a blob deletes its rows. For the keeper; one run at a time, guarded
 * by this.
 */
final class RowEviction {
    private static final Logger log = LoggerFactory.getLogger(RowEviction.class);
    private static final int BATCH = 1000;
    private static final int MOST_ROUNDS = 8;

    /** The delay after a run that could free nothing, because each run scans all rows. */
    private static final Duration VAIN = Duration.ofSeconds(30);

    /** A table whose rows are evicted by their last use. */
    record Aged(WriteBehindTable<?> rows, Table<?> table) {}

    /** The file of the index and its writer, as row eviction uses them. */
    interface Home {
        /** Makes all rows and uses written so far visible to queries. */
        void flush();

        /** Returns free pages to the file system if that is worthwhile. */
        void shrink();
    }

    private record Candidate(String key, long used, long size, Optional<Digest> blob) {}

    private final List<Aged> tables;
    private final SqliteInventory ledger;
    private final Home home;
    private final Pins pins;
    private final Clock clock;
    private final long bound;
    private final LongAdder evicted = new LongAdder();
    private Instant vainUntil = Instant.MIN; // guarded by this

    RowEviction(List<Aged> tables, SqliteInventory ledger, Home home, Pins pins, Clock clock, long bound) {
        this.tables = tables;
        this.ledger = ledger;
        this.home = home;
        this.pins = pins;
        this.clock = clock;
        this.bound = bound;
    }

    /** The number of rows evicted since startup. */
    long evicted() {
        return evicted.sum();
    }

    synchronized void run() throws IOException {
        if (clock.instant().isBefore(vainUntil)) {
            return;
        }
        home.flush();
        long before = evicted();
        boolean more = true;
        for (int round = 0; more && round < MOST_ROUNDS; round++) {
            long wanted = bytesInUse() - bound / 10 * 9;
            more = round == 0 ? bytesInUse() > bound : wanted > 0;
            more = more && evict(wanted) > 0;
        }
        home.shrink();
        tell(evicted() - before);
    }

    private void tell(long gone) throws IOException {
        if (gone > 0) {
            log.info("Evicted {} rows of the index, whose limit is {} bytes.", gone, bound);
        } else if (bytesInUse() > bound) {
            vainUntil = clock.instant().plus(VAIN);
            log.debug("The index exceeds its limit of {} bytes, and no row may be evicted now.", bound);
        }
    }

    private long bytesInUse() throws IOException {
        AtomicLong bytes = new AtomicLong();
        ledger.queryFile(Tables.BYTES_IN_USE, row -> bytes.set(row.getLong(1)));
        return bytes.get();
    }

    /** Evicts rows of about that many bytes; returns the number of rows evicted. */
    private long evict(long wanted) throws IOException {
        TreeMap<Long, Long> bytesByUse = new TreeMap<>();
        for (Aged aged : tables) {
            ledger.queryFile(aged.table.sizesSql(), row -> bytesByUse.merge(row.getLong(1), row.getLong(2), Long::sum));
        }
        long older = 0;
        for (Map.Entry<Long, Long> use : bytesByUse.entrySet()) {
            if (older + use.getValue() >= wanted) {
                return evict(use.getKey(), wanted - older);
            }
            older += use.getValue();
        }
        return bytesByUse.isEmpty() ? 0 : evict(bytesByUse.lastKey(), Long.MAX_VALUE);
    }

    /** Evicts rows last used before that hour, and that many bytes of the rows last used in that hour. */
    private long evict(long hour, long ofThatHour) throws IOException {
        List<String> protectedNames = pins.all().stream()
                .map(pin -> pin.repository().substring(pin.repository().indexOf('/') + 1))
                .distinct()
                .toList();
        long gone = 0;
        long left = ofThatHour;
        for (Aged aged : tables) {
            List<Candidate> batch = candidates(aged, "", hour);
            while (!batch.isEmpty()) {
                for (Candidate one : batch) {
                    boolean due = one.used < hour || left > 0;
                    if (due && mayGo(one, protectedNames) && aged.rows.evict(one.key)) {
                        gone++;
                        left -= one.used == hour ? one.size : 0;
                    }
                }
                home.flush();
                batch = candidates(aged, batch.getLast().key, hour);
            }
        }
        evicted.add(gone);
        return gone;
    }

    private List<Candidate> candidates(Aged aged, String after, long hour) throws IOException {
        List<Candidate> found = new ArrayList<>();
        ledger.queryFile(
                aged.table.oldestSql(),
                row -> found.add(new Candidate(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        Optional.ofNullable(row.getString(4)).flatMap(Digest::parse))),
                after,
                hour,
                BATCH);
        return found;
    }

    private boolean mayGo(Candidate row, List<String> protectedNames) {
        return row.blob.filter(pins::isPinned).isEmpty()
                && protectedNames.stream().noneMatch(row.key::contains);
    }
}
