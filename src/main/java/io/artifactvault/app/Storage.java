package io.artifactvault.app;

import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLock;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.store.upkeep.FolderWatch;
import java.io.IOException;
import java.time.Clock;

/**
 * The open cache folder: content, index and the threads that maintain them. Created by the composition root; its parts
 * are thread-safe.
 */
record Storage(FileBlobStore blobs, SqliteEntryIndex index, StoreMaintenance upkeep) {
    /** Opens the blob store in a locked folder. */
    @FunctionalInterface
    interface Blobs {
        FileBlobStore open(StoreSettings settings) throws IOException;
    }

    /**
     * Locks the folder, opens content and index, and starts their maintenance.
     *
     * @param parts receives each part as soon as it is open
     */
    static Storage open(StoreSettings settings, Clock clock, Blobs opener, OpenParts parts) throws IOException {
        VaultLock lock = parts.add("folder lock", VaultLock.take(settings.dir()));
        FileBlobStore blobs = parts.add("blob store", opener.open(settings));
        SqliteEntryIndex index = parts.add("index", SqliteEntryIndex.open(settings, clock));
        StoreMaintenance upkeep = parts.add("upkeep", StoreMaintenance.start(settings, blobs, index, clock));
        upkeep.watch(new FolderWatch(settings, lock, blobs, index));
        return new Storage(blobs, index, upkeep);
    }
}
