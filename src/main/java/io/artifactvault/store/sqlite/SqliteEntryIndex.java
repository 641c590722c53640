package io.artifactvault.store.sqlite;

import io.artifactvault.http.Digest;
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
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The index as a SQLite file in the cache folder, with an in-memory cache in front. Peeks and writes never wait for the
 * disk; loads read it in the caller's thread; one thread, "index-writer", writes changes in groups. Thread-safe.
 *
 * <p>After a power failure the disk has every committed group, and thus every change older than about 50 ms. A change
 * that could not be written is retried and stays visible meanwhile; if too many wait, they are dropped.
 */
public final class SqliteEntryIndex implements EntryIndex {
    /** The fraction of {@link StoreSettings#memory} for index rows; small bodies use the remainder. */
    private static final int MEMORY_PARTS = 4;

    private final VaultLayout layout;
    private final IndexDatabase database;
    private final IndexHealth health = new IndexHealth();
    private final IndexWriter writer = new IndexWriter(this::writeGroup);
    private final WriteBehindTable<Entry> entries;
    private final WriteBehindTable<Long> blobs;
    private final WriteBehindTable<Digest> aliases;
    private final WriteBehindTable<Checksums> checksums;
    private final Pointers pointers;
    private final PublicScopes publicScopes;
    private final AccessTimes accesses = new AccessTimes(writer::changed);
    private final IndexGroups groups;
    private final RowLimit limit;
    private final Clock clock;
    private final SqliteInventory ledger;
    private final SqlitePins pins;
    private final RowEviction rowEviction;

    private SqliteEntryIndex(
            VaultLayout layout, IndexDatabase database, long memory, EvictionSettings settings, Clock clock)
            throws IOException {
        this.layout = layout;
        this.database = database;
        this.clock = clock;
        PendingStatements errands = new PendingStatements(writer::changed);
        this.entries = remembered(Tables.ENTRY, memory / 100 * 60);
        WriteBehindTable<PointerValue> names = remembered(Tables.POINTER, memory / 100 * 10);
        this.blobs = remembered(Tables.BLOB, memory / 100 * 10);
        this.aliases = remembered(Tables.ALIAS, memory / 100 * 10);
        WriteBehindTable<Instant> scopes = remembered(Tables.PUBLIC_SCOPE, memory / 100 * 9);
        // Read once per blob and startup, so it is not cached.
        this.checksums = remembered(Tables.CHECKSUM, memory / 100);
        this.ledger = new SqliteInventory(database, health, this::flush, errands, clock);
        this.pins = SqlitePins.load(ledger, errands);
        long bound = settings.indexBound();
        List<WriteBehindTable<?>> inWritingOrder = List.of(scopes, names, entries, aliases, checksums, blobs);
        this.groups = new IndexGroups(database, health, inWritingOrder, blobs, accesses, errands, pins, bound);
        this.limit = new RowLimit(bound, groups::fileBytes);
        this.pointers = new Pointers(names, limit, ledger, clock);
        this.publicScopes = new PublicScopes(scopes, limit, errands, clock);
        List<RowEviction.Aged> aged = List.of(
                new RowEviction.Aged(entries, Tables.ENTRY),
                new RowEviction.Aged(names, Tables.POINTER),
                new RowEviction.Aged(scopes, Tables.PUBLIC_SCOPE));
        this.rowEviction = new RowEviction(aged, ledger, rowHome(), pins, clock, bound);
    }

    private <V> WriteBehindTable<V> remembered(Table<V> table, long most) {
        return new WriteBehindTable<>(table, database, health, most, writer::changed, clock);
    }

    private RowEviction.Home rowHome() {
        return new RowEviction.Home() {
            @Override
            public void flush() {
                groups.hurryUses();
                writer.flush();
            }

            @Override
            public void shrink() {
                groups.shrinkAfterNext();
                writer.flush();
            }
        };
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
        return groups.bytes();
    }

    /** The number of rows evicted for space since startup. */
    public long evictedRows() {
        return rowEviction.evicted();
    }

    /** The number of rows that were not stored since startup because the index was full. */
    public long refusedRows() {
        return limit.refused();
    }

    /**
     * Sets the action that runs on the index-writer thread whenever the index is above its limit; it must not block.
     */
    public void onGrowth(Runnable action) {
        groups.onGrowth(action);
    }

    /** Brings the index within its limit. May take a while; called by the keeper. */
    public void evictRows() throws IOException {
        rowEviction.run();
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
        if (limit.permits(entries, entry.key())) {
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
        pointers.put(name, value);
    }

    @Override
    public void removePointers(String beginning, Instant movedAt) {
        pointers.remove(beginning, movedAt);
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
        publicScopes.mark(scope, at);
    }

    @Override
    public void forgetPublic(String scope, Instant closedAt) {
        publicScopes.forget(scope, closedAt);
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
        groups.hurryUses();
        writer.close();
        database.close();
    }

    /** Whether its file was removed or replaced by another. */
    public boolean isGone() throws IOException {
        return database.isGone();
    }

    /** Creates a new file in place of one that was removed, and writes pins and pending changes to it. */
    public void openAgain() throws IOException {
        groups.reopenBeforeNext();
        writer.flush();
        if (groups.awaitsReopening()) {
            throw new IOException("the index " + layout.index() + " cannot be reopened");
        }
    }

    /** Drops all content from the index, because its files were removed. */
    public void forgetContent() {
        groups.forgetContentBeforeNext();
        writer.flush();
    }

    private boolean writeGroup() {
        return groups.write();
    }
}
