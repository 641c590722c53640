package io.artifactvault.store.upkeep;

import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultRefusedException;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.DamagedRowException;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.sqlite.IndexDatabase;
import io.artifactvault.store.sqlite.IndexHealth;
import io.artifactvault.store.sqlite.PendingStatements;
import io.artifactvault.store.sqlite.Schema;
import io.artifactvault.store.sqlite.SqliteInventory;
import io.artifactvault.store.sqlite.SqlitePins;
import io.artifactvault.store.sqlite.StoreStats;
import io.artifactvault.store.sqlite.Table;
import io.artifactvault.store.sqlite.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/**
 * A read-only view of a cache folder's current contents; a vault may be running on the folder, writing and evicting.
 * Used by commands. Blocks; confined to one thread.
 */
public final class IndexView implements AutoCloseable {
    private final VaultLayout layout;
    private final Disk disk = new LocalDisk();
    private final IndexDatabase database;
    private final IndexHealth health = new IndexHealth();
    private final SqliteInventory ledger;

    private IndexView(VaultLayout layout, IndexDatabase database) {
        this.layout = layout;
        this.database = database;
        this.ledger =
                new SqliteInventory(database, health, () -> {}, new PendingStatements(() -> {}), Clock.systemUTC());
    }

    /**
     * Opens the index in the folder.
     *
     * @throws VaultRefusedException when a newer version wrote it
     * @throws IOException when there is no index, or the disk fails to read it
     */
    public static IndexView open(Path dir) throws IOException {
        VaultLayout layout = new VaultLayout(dir);
        if (Schema.look(layout.index()) != Schema.State.READABLE) {
            throw new IOException("No index exists at " + layout.index() + ". Pass the cache folder of a vault.");
        }
        return new IndexView(layout, IndexDatabase.readOnly(layout));
    }

    public Inventory ledger() {
        return ledger;
    }

    /** The current pins, read-only. */
    public Pins pins() throws IOException {
        return SqlitePins.load(ledger, new PendingStatements(() -> {}));
    }

    /** Statistics of the folder, for which it counts rows. */
    public StoreStats stats() throws IOException {
        return StoreStats.read(ledger, pins(), layout);
    }

    /** The recorded length of that content; empty when it is not, or no longer, stored. */
    Optional<Long> length(Digest sha256) throws IOException {
        return read(Tables.BLOB, sha256);
    }

    Optional<Checksums> checksums(Digest sha256) throws IOException {
        return read(Tables.CHECKSUM, sha256);
    }

    private <V> Optional<V> read(Table<V> table, Digest sha256) throws IOException {
        try {
            return database.read(table, sha256.toString());
        } catch (DamagedRowException e) {
            return Optional.empty();
        } catch (SQLException e) {
            throw new IOException("Could not read the index: " + e.getMessage() + ". Check the disk.", e);
        }
    }

    /**
     * The content's file; empty when the disk reports that there is no such file, or that it is not a regular file. The
     * caller closes it.
     *
     * @throws IOException when it cannot be opened now
     */
    Optional<BlobFile> open(Digest sha256) throws IOException {
        return BlobFile.openIfThere(disk, layout, sha256);
    }

    @Override
    public void close() {
        database.close();
    }
}
