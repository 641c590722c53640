package io.artifactvault.store.upkeep;

import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultLock;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks while the vault runs that the cache folder is still the one that the vault opened: if the folder was emptied,
 * it locks and creates the folder again and opens a new index. When that fails, nothing is stored until it succeeds,
 * and {@link FileBlobStore#trouble} says why. The keeper calls {@link #look}, and so does a writer that does not find
 * its folder; it blocks. Guarded by this.
 *
 * <p>It takes the lock first: if another process has locked the emptied folder, nothing in it is changed.
 */
public final class FolderWatch {
    private static final Logger log = LoggerFactory.getLogger(FolderWatch.class);
    private static final String DEVICE = "unix:dev";

    private final VaultLayout layout;
    private final VaultLock lock;
    private final FileBlobStore blobs;
    private final SqliteEntryIndex index;
    private final Disk disk = new LocalDisk();
    private final Devices devices;
    private final Optional<Object> device;

    /** The device that a path is on, if the platform reports it. */
    interface Devices {
        Optional<Object> of(Path path) throws IOException;
    }

    public FolderWatch(StoreSettings settings, VaultLock lock, FileBlobStore blobs, SqliteEntryIndex index)
            throws IOException {
        this(settings, lock, blobs, index, FolderWatch::device);
    }

    FolderWatch(StoreSettings settings, VaultLock lock, FileBlobStore blobs, SqliteEntryIndex index, Devices devices)
            throws IOException {
        this.layout = new VaultLayout(settings.dir());
        this.lock = lock;
        this.blobs = blobs;
        this.index = index;
        this.devices = devices;
        this.device = devices.of(layout.dir());
    }

    /** Recreates missing parts of the folder; returns true when it is complete. */
    public synchronized boolean look() {
        Optional<String> before = blobs.suspended();
        Optional<String> trouble = mended();
        blobs.suspend(trouble);
        if (trouble.isPresent() && !trouble.equals(before)) {
            log.warn("{}", trouble.get());
        } else if (trouble.isEmpty() && before.isPresent()) {
            log.info("The cache folder {} is usable again, and the vault stores new content.", layout.dir());
        }
        return trouble.isEmpty();
    }

    private Optional<String> mended() {
        try {
            if (!isSameFileSystem()) {
                return Optional.of("The file system of the cache folder " + layout.dir()
                        + " is no longer mounted. Mount it again, or restart the vault to use the folder underneath.");
            }
            if (!lock.renew()) {
                return Optional.of("The cache folder " + layout.dir()
                        + " was emptied, and another Artifact Vault process uses it now. Stop one of the two.");
            }
            restore();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("The cache folder " + layout.dir() + " is incomplete and cannot be created again: " + e
                    + ". Check the disk and the owner of the folder.");
        }
    }

    private void restore() throws IOException {
        boolean contentGone = !Files.isDirectory(layout.blobs());
        boolean folderGone = !layout.isPrepared();
        if (folderGone) {
            layout.prepare(disk);
        }
        boolean indexGone = index.isGone();
        if (indexGone) {
            index.openAgain();
        } else if (contentGone) {
            index.forgetContent();
        }
        if (contentGone) {
            blobs.emptied();
        }
        if (folderGone || indexGone) {
            log.warn(
                    "A part of the cache folder {} was removed while the vault runs. Created it again; the vault"
                            + " fetches the missing content again on request.",
                    layout.dir());
        }
    }

    /**
     * Whether the folder is still on the same file system. If that was unmounted, the folder looks empty, but must not
     * be filled.
     */
    private boolean isSameFileSystem() throws IOException {
        Path there = layout.dir();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return devices.of(there).equals(device);
    }

    private static Optional<Object> device(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Optional.ofNullable(Files.getAttribute(path, DEVICE))
                : Optional.empty();
    }
}
