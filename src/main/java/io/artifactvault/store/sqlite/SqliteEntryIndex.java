package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
import io.artifactvault.http.caching.ClockSkew;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.EvictionSettings;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.Quarantine;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultRefusedException;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index as a SQLite file in the cache folder, with an in-memory cache in front. Peeks and writes never wait for the
 * disk; loads read it in the caller's thread; one thread, "index-writer", writes changes in groups. Thread-safe.
 *
 * <p>After a power failure the disk has every committed group, and thus every change older than about 50 ms. A change
 * that could not be written is retried and stays visible meanwhile; if too many wait, they are dropped.
 */
public final class SqliteEntryIndex implements EntryIndex {
    private static final Logger log = LoggerFactory.getLogger(SqliteEntryIndex.class);

    /** The fraction of {@link StoreSettings#memory} for index rows; small bodies use the remainder. */
    private static final int MEMORY_PARTS = 4;

    private static final int MOST_WAITING = 100_000;

    /**
     * Maximum number of scopes and states that are recorded as open, about 150 bytes each. If one is dropped, the next
     * request for it causes one request to upstream.
     */
    private static final int MOST_PUBLIC_SCOPES = 200_000;

    private static final int BETWEEN_TRIMS = 10_000;

    private final VaultLayout layout;
    private final IndexDatabase database;
    private final IndexHealth health = new IndexHealth();
    private final IndexWriter writer = new IndexWriter(this::writeGroup);
    private final WriteBehindTable<Entry> entries;
    private final WriteBehindTable<PointerValue> pointers;
    private final WriteBehindTable<Long> blobs;
    private final WriteBehindTable<Digest> aliases;
    private final WriteBehindTable<Instant> publicScopes;
    private final WriteBehindTable<Checksums> checksums;
    private final Moves moves = new Moves();
    private final Closings closings = new Closings();
    private final AtomicLong marks = new AtomicLong();
    private final AccessTimes accesses = new AccessTimes(writer::changed);
    private final PendingStatements errands = new PendingStatements(writer::changed);
    private final Clock clock;
    private final SqliteInventory ledger;
    private final SqlitePins pins;
    private final RowEviction rowEviction;
    private final long bound;
    private final AtomicBoolean shrinkWanted = new AtomicBoolean();
    private final LongAdder refusedRows = new LongAdder();
    private final AtomicBoolean reopen = new AtomicBoolean();
    private final AtomicBoolean contentGone = new AtomicBoolean();
    private volatile long bytes;
    private volatile long fileBytes;
    private volatile Runnable onGrowth = () -> {};

    private SqliteEntryIndex(
            VaultLayout layout, IndexDatabase database, long memory, EvictionSettings settings, Clock clock)
            throws IOException {
        this.layout = layout;
        this.database = database;
        this.clock = clock;
        this.entries = remembered(Tables.ENTRY, memory / 100 * 60);
        this.pointers = remembered(Tables.POINTER, memory / 100 * 10);
        this.blobs = remembered(Tables.BLOB, memory / 100 * 10);
        this.aliases = remembered(Tables.ALIAS, memory / 100 * 10);
        this.publicScopes = remembered(Tables.PUBLIC_SCOPE, memory / 100 * 9);
        // Read once per blob and startup, so it is not cached.
        this.checksums = remembered(Tables.CHECKSUM, memory / 100);
        this.ledger = new SqliteInventory(database, health, this::flush, errands, clock);
        this.pins = SqlitePins.load(ledger, errands);
        this.bound = settings.indexBound();
        this.rowEviction = new RowEviction(aged(), ledger, rowHome(), pins, clock, bound);
        this.bytes = database.bytes();
        this.fileBytes = database.fileBytes();
    }

    private <V> WriteBehindTable<V> remembered(Table<V> table, long most) {
        return new WriteBehindTable<>(table, database, health, most, writer::changed, clock);
    }

    private List<RowEviction.Aged> aged() {
        return List.of(
                new RowEviction.Aged(entries, Tables.ENTRY),
                new RowEviction.Aged(pointers, Tables.POINTER),
                new RowEviction.Aged(publicScopes, Tables.PUBLIC_SCOPE));
    }

    private RowEviction.Home rowHome() {
        return new RowEviction.Home() {
            @Override
            public void flush() {
                hurryUses();
                writer.flush();
            }

            @Override
            public void shrink() {
                shrinkWanted.set(true);
                writer.flush();
            }
        };
    }

    private void hurryUses() {
        inWritingOrder().forEach(WriteBehindTable::hurryUses);
    }

    /**
     * Opens the index in the settings' folder, which the caller has locked; creates missing files. A file that is not a
     * database is moved to quarantine.
     *
     * @throws VaultRefusedException when a newer version wrote the index; then nothing was changed
     * @throws IOException when the disk fails to open it
     */
    public static SqliteEntryIndex open(StoreSettings settings) throws IOException {
        return open(settings, Clock.systemUTC());
    }

    /** Opens the index with the caller's clock, which gives the time at which content arrived. */
    public static SqliteEntryIndex open(StoreSettings settings, Clock clock) throws IOException {
        VaultLayout layout = new VaultLayout(settings.dir());
        Disk disk = new LocalDisk();
        Schema.look(layout.index());
        layout.prepare(disk);
        IndexDatabase database = IndexDatabase.open(
                layout, new Quarantine(layout, disk, clock), settings.eviction().maxSize());
        try {
            SqliteEntryIndex index = new SqliteEntryIndex(
                    layout, database, settings.memory() / MEMORY_PARTS, settings.eviction(), clock);
            index.writer.start();
            return index;
        } catch (IOException e) {
            database.close();
            throw e;
        }
    }

    /** The size of the index in bytes with the files beside it; memory only. */
    public long bytes() {
        return bytes;
    }

    /** The number of rows evicted for space since startup. */
    public long evictedRows() {
        return rowEviction.evicted();
    }

    /** The number of rows that were not stored since startup because the index was full. */
    public long refusedRows() {
        return refusedRows.sum();
    }

    /**
     * Sets the action that runs on the index-writer thread whenever the index is above its limit; it must not block.
     */
    public void onGrowth(Runnable action) {
        onGrowth = action;
    }

    /** Brings the index within its limit. May take a while; called by the keeper. */
    public void evictRows() throws IOException {
        rowEviction.run();
    }

    /**
     * Whether a row may be stored. Because eviction lags behind a flood of new rows, no new rows are stored while the
     * index is a quarter above its limit.
     */
    private boolean mayKeep(WriteBehindTable<?> rows, String key) {
        if (key.length() > LONGEST_KEY || (fileBytes > bound + bound / 4 && !rows.isKnown(key))) {
            refusedRows.increment();
            return false;
        }
        return true;
    }

    /** The inventory for the keeper. */
    public Inventory ledger() {
        return ledger;
    }

    public Pins pins() {
        return pins;
    }

    /** Statistics of the folder; counts rows, so it must not be called often. */
    public StoreStats stats() throws IOException {
        return StoreStats.read(ledger, pins, layout);
    }

    @Override
    public Peek<Entry> peek(String key) {
        return entries.peek(key);
    }

    @Override
    public Optional<Entry> load(String key) {
        return entries.load(key);
    }

    @Override
    public void put(Entry entry) {
        if (mayKeep(entries, entry.key())) {
            entries.put(entry.key(), EntryTable.withoutCredentials(entry));
        }
    }

    @Override
    public void remove(String key) {
        entries.remove(key);
    }

    @Override
    public void removeAll(String prefix) {
        entries.removeAll(prefix);
    }

    @Override
    public Peek<PointerValue> peekPointer(String name) {
        return pointers.peek(name);
    }

    @Override
    public Optional<PointerValue> loadPointer(String name) {
        return pointers.load(name);
    }

    @Override
    public void putPointer(String name, PointerValue value) {
        if (!mayKeep(pointers, name)) {
            return;
        }
        if (pointers.peek(name) instanceof Peek.Found<PointerValue>(PointerValue kept) && isAhead(kept.askedAt())) {
            pointers.remove(name);
        }
        pointers.put(name, value);
        // This happens last, so that a name which changes concurrently is removed by one of the two.
        if (moves.outdate(name, value)) {
            pointers.remove(name);
        }
    }

    @Override
    public void removePointers(String beginning, Instant movedAt) {
        moves.note(beginning, movedAt);
        // Memory is cleared first: rows that leave it during the scan are on disk by then.
        Set<String> names = new HashSet<>(pointers.keys(beginning));
        try {
            ledger.queryFile(Tables.POINTERS, row -> names.add(row.getString(1)), beginning, beginning + '\uffff');
        } catch (IOException e) {
            // The index's health has logged it; memory is cleared nevertheless.
        }
        names.forEach(pointers::remove);
    }

    @Override
    public Peek<Digest> peekBlob(Digest digest) {
        Peek<Digest> sha256 = isSha256(digest) ? new Peek.Found<>(digest) : aliases.peek(digest.toString());
        return sha256 instanceof Peek.Found<Digest>(Digest content) ? peekStored(content) : sha256;
    }

    private Peek<Digest> peekStored(Digest sha256) {
        return switch (blobs.peek(sha256.toString())) {
            case Peek.Found<Long> _ -> new Peek.Found<>(sha256);
            case Peek.Absent<Long> _ -> new Peek.Absent<>();
            case Peek.Unknown<Long> _ -> new Peek.Unknown<>();
        };
    }

    @Override
    public Optional<Digest> loadBlob(Digest digest) {
        Optional<Digest> sha256 = isSha256(digest) ? Optional.of(digest) : aliases.load(digest.toString());
        return sha256.filter(content -> blobs.load(content.toString()).isPresent() || adopt(content));
    }

    /**
     * Adds content whose file exists although the index does not list it: the index may have been lost, or lag behind.
     */
    private boolean adopt(Digest sha256) {
        Path file = layout.blob(sha256);
        if (!VaultLayout.isPlainFile(file)) {
            return false;
        }
        try {
            putBlob(sha256, Files.size(file), Optional.empty(), Optional.empty());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Optional<Long> loadLength(Digest sha256) {
        return blobs.load(sha256.toString());
    }

    @Override
    public Optional<Checksums> loadChecksums(Digest sha256) {
        return checksums.load(sha256.toString());
    }

    @Override
    public void touch(Digest sha256, Instant at) {
        accesses.touch(sha256, at);
    }

    @Override
    public void putBlob(Digest sha256, long length, Optional<Digest> alias, Optional<Checksums> sums) {
        accesses.came(sha256, clock.instant());
        blobs.put(sha256.toString(), length);
        sums.ifPresent(found -> checksums.put(sha256.toString(), found));
        alias.filter(other -> !other.equals(sha256)).ifPresent(other -> aliases.put(other.toString(), sha256));
    }

    /**
     * Removes a blob. Its aliases stay in memory: they apply only while the blob exists, and are valid again if it is
     * stored again.
     */
    @Override
    public void removeBlob(Digest sha256) {
        blobs.remove(sha256.toString());
        checksums.remove(sha256.toString());
    }

    private static boolean isSha256(Digest digest) {
        return digest.algorithm() == Digest.Algorithm.SHA256;
    }

    @Override
    public Peek<Instant> peekPublic(String scope) {
        return publicScopes.peek(scope);
    }

    @Override
    public Optional<Instant> loadPublic(String scope) {
        return publicScopes.load(scope);
    }

    @Override
    public void markPublic(String scope, Instant at) {
        if (!mayKeep(publicScopes, scope)) {
            return;
        }
        if (publicScopes.peek(scope) instanceof Peek.Found<Instant>(Instant kept) && isAhead(kept)) {
            publicScopes.remove(scope);
        }
        publicScopes.put(scope, at);
        // This happens last, so that a scope which is closed concurrently is removed by one of the two.
        if (closings.outdate(scope, at)) {
            publicScopes.remove(scope);
        }
        if (marks.incrementAndGet() % BETWEEN_TRIMS == 0) {
            errands.add(Tables.TRIM_PUBLIC_SCOPES, MOST_PUBLIC_SCOPES);
        }
    }

    /** Whether a time was recorded while the clock was ahead; a later record then replaces it. */
    private boolean isAhead(Instant noted) {
        return ClockSkew.isAhead(noted, clock.instant());
    }

    @Override
    public void forgetPublic(String scope, Instant closedAt) {
        closings.note(scope, closedAt);
        publicScopes.remove(scope);
        // Memory is cleared first: rows that leave it during the scan are on disk by then.
        publicScopes.keys(scope + Closings.STATE).forEach(publicScopes::remove);
        publicScopes.removeAll(scope + Closings.STATE);
    }

    @Override
    public void flush() {
        accesses.hurry();
        writer.flush();
    }

    @Override
    public boolean isUnreadable() {
        return health.readsFail();
    }

    @Override
    public void close() {
        accesses.hurry();
        hurryUses();
        writer.close();
        database.close();
    }

    /**
     * The tables with references before those with their targets. Callers write in the opposite order, so a group that
     * contains a reference also contains its target.
     */
    private List<WriteBehindTable<?>> inWritingOrder() {
        return List.of(publicScopes, pointers, entries, aliases, checksums, blobs);
    }

    /** Whether the index's file was removed or replaced by another. */
    public boolean isGone() throws IOException {
        return database.isGone();
    }

    /** Creates a new file in place of one that was removed, and writes pins and pending changes to it. */
    public void openAgain() throws IOException {
        reopen.set(true);
        writer.flush();
        if (reopen.get()) {
            throw new IOException("the index " + layout.index() + " cannot be reopened");
        }
    }

    /** Drops all content from the index, because its files were removed. */
    public void forgetContent() {
        contentGone.set(true);
        writer.flush();
    }

    private void followTheFolder() throws IOException, SQLException {
        if (reopen.get()) {
            database.openAgain();
            inWritingOrder().forEach(WriteBehindTable::forget);
            pins.writeAll();
            contentGone.set(false);
            reopen.set(false);
        }
        if (contentGone.getAndSet(false)) {
            database.transaction().update("DELETE FROM blob");
            blobs.forget();
        }
    }

    private boolean writeGroup() {
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

    private void shrinkIfWanted() {
        if (shrinkWanted.getAndSet(false)) {
            try {
                database.shrink();
            } catch (SQLException e) {
                log.debug("Could not shrink the index now: {}", e.toString());
            }
        }
    }

    private void writePending(IndexTransaction transaction) throws SQLException {
        List<Runnable> afterCommit = new ArrayList<>();
        transaction.begin();
        try {
            for (WriteBehindTable<?> table : inWritingOrder()) {
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

    private void giveUpIfTooMany() {
        int waiting =
                inWritingOrder().stream().mapToInt(WriteBehindTable::waiting).sum();
        if (waiting > MOST_WAITING) {
            inWritingOrder().forEach(WriteBehindTable::giveUp);
        }
    }
}
