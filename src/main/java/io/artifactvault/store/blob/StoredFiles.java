package io.artifactvault.store.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.http.Digest;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.Verify;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.FileStamp;
import io.artifactvault.store.disk.Quarantine;
import io.artifactvault.store.disk.Usage;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.WatchedDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of complete content, named by their digests: opens them, puts them in place and removes them. The blob
 * store and its writers call it on worker threads, because it blocks on the disk; {@link #lease} and {@link #isLent}
 * may be called on any thread. Thread-safe.
 *
 * <p>A file appears under its digest by one rename, after its bytes were verified and forced to the disk. Every
 * operation that changes the file of one digest or caches it as open holds that digest's lock, so a deleted file is
 * never served from the cache of open files.
 */
final class StoredFiles implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StoredFiles.class);
    private static final int STRIPES = 64;
    private static final int MOST_VERIFIED = 500_000;

    private final VaultLayout layout;
    private final WatchedDisk disk;
    private final Quarantine quarantine;
    private final Usage usage;
    private final ReadTrouble reads;
    private final Predicate<Digest> pinned;
    private final OpenFiles openFiles;
    private final boolean trusting;

    /** The stamps of the files whose content was written or checked since startup. */
    private final Cache<Digest, FileStamp> verified =
            Caffeine.newBuilder().maximumSize(MOST_VERIFIED).build();

    private final List<ReentrantLock> locks =
            IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toList();

    /** @param pinned whether an operator has pinned that content; if it is damaged, its file is kept in quarantine */
    StoredFiles(
            StoreSettings settings,
            VaultLayout layout,
            WatchedDisk disk,
            Quarantine quarantine,
            Usage usage,
            ReadTrouble reads,
            Predicate<Digest> pinned) {
        this.layout = layout;
        this.disk = disk;
        this.quarantine = quarantine;
        this.usage = usage;
        this.reads = reads;
        this.pinned = pinned;
        this.openFiles = new OpenFiles(settings.openFiles());
        this.trusting = settings.verify() == Verify.NEVER;
    }

    Usage usage() {
        return usage;
    }

    /** A lease on the content's file if that is open now; memory only. */
    Optional<BlobFile> lease(Digest sha256) {
        return openFiles.lease(sha256);
    }

    /** Whether a reader reads that content now; memory only. */
    boolean isLent(Digest sha256) {
        return openFiles.isLent(sha256);
    }

    Optional<BlobFile> open(Digest sha256) throws IOException {
        ReentrantLock lock = lock(sha256);
        try {
            Optional<BlobFile> kept = unchanged(sha256);
            return kept.isPresent() ? kept : openAndKeep(sha256);
        } finally {
            lock.unlock();
        }
    }

    /** A lease on the cached open file; a file that has changed is dropped from the cache. */
    private Optional<BlobFile> unchanged(Digest sha256) {
        Optional<BlobFile> kept = openFiles.lease(sha256);
        if (kept.isPresent() && !kept.get().isUnchanged()) {
            openFiles.drop(sha256);
            OpenFiles.release(kept.get());
            return Optional.empty();
        }
        return kept;
    }

    private Optional<BlobFile> openAndKeep(Digest sha256) throws IOException {
        try {
            Optional<BlobFile> file = BlobFile.openIfThere(disk, layout, sha256);
            file.ifPresent(open -> {
                openFiles.keep(sha256, open);
                if (trusting) {
                    open.stamp().ifPresent(stamp -> verified.asMap().putIfAbsent(sha256, stamp));
                }
            });
            reads.worked(sha256);
            return file;
        } catch (IOException e) {
            reads.failed(sha256, e);
            throw e;
        }
    }

    boolean isVerified(Digest sha256, BlobFile file) {
        FileStamp then = verified.getIfPresent(sha256);
        return then != null && file.stamp().filter(then::equals).isPresent();
    }

    void verified(Digest sha256, BlobFile file) {
        file.stamp().ifPresent(stamp -> verified.put(sha256, stamp));
    }

    /**
     * Durably renames verified content, which was forced to the disk, to its digest: the writer's last step. If this
     * fails, nothing is stored.
     *
     * @param sealed the file's stamp when its content was verified; empty when another program had changed it by then
     */
    void place(Path partial, Digest sha256, long length, BlobFile file, Optional<FileStamp> sealed) throws IOException {
        disk.refuseWhileSuspended();
        Path folder = layout.blobFolder(sha256);
        Path target = layout.blob(sha256);
        ReentrantLock lock = lock(sha256);
        try {
            makeFolder(folder);
            if (isUsable(target, sha256, length)) {
                disk.forceFolder(folder);
                drop(partial);
            } else {
                moveInto(folder, partial, target, length);
                settle(target, sha256, file, sealed);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records the file's new name. A file that cannot be inspected now, or was changed since it was verified, is opened
     * again and checked by its first reader.
     */
    private void settle(Path target, Digest sha256, BlobFile file, Optional<FileStamp> sealed) {
        try {
            FileStamp now = disk.stamp(target);
            if (sealed.filter(now::isRenamed).isPresent()) {
                file.settle(disk, target, now);
                verified(sha256, file);
                openFiles.keep(sha256, file);
            } else {
                // Readers that followed the file while it grew stop there.
                sealed.ifPresent(stamp -> file.settle(disk, target, stamp));
                log.warn("A program changed {} before it was stored; the vault verifies it before serving it.", target);
            }
        } catch (IOException e) {
            log.debug("Could not inspect {}: {}", target, e.toString());
        }
    }

    /**
     * Whether another fill has already stored that content. If another program changed that file, the new content
     * replaces it.
     */
    private boolean isUsable(Path target, Digest sha256, long length) throws IOException {
        if (disk.kind(target) != Disk.Kind.FILE || Files.size(target) != length) {
            return false;
        }
        if (!disk.stamp(target).equals(verified.getIfPresent(sha256))) {
            return false;
        }
        try (FileChannel _ = disk.open(target)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void moveInto(Path folder, Path partial, Path target, long length) throws IOException {
        clearFolder(target);
        long before = disk.kind(target) == Disk.Kind.FILE ? Files.size(target) : 0;
        disk.move(partial, target);
        try {
            disk.forceFolder(folder);
        } catch (IOException e) {
            drop(target);
            throw e;
        } finally {
            usage.removed(before);
        }
        usage.placed(length);
    }

    /**
     * Creates the folder for its first blob. Synchronized, so that no thread uses a folder whose creation was not yet
     * forced to disk.
     */
    private synchronized void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            disk.makeFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (disk.kind(folder) == Disk.Kind.FOLDER) {
                return;
            }
            log.warn("{} is not a folder; moving it to quarantine.", folder);
            quarantine.take(folder);
            disk.makeFolder(folder);
        }
        disk.forceFolder(layout.blobs());
    }

    /** Moves the content's file to another place, or removes it; true when it was moved. */
    boolean takeOut(Digest sha256, Optional<Path> place) throws IOException {
        disk.refuseWhileSuspended();
        Path path = layout.blob(sha256);
        ReentrantLock lock = lock(sha256);
        try {
            openFiles.drop(sha256);
            verified.invalidate(sha256);
            clearFolder(path);
            boolean there = disk.kind(path) == Disk.Kind.FILE;
            long length = there ? Files.size(path) : 0;
            boolean moved = place.isPresent() && moveAway(path, place.get());
            if (moved) {
                disk.forceFolder(layout.partial());
            } else if (there && pinned.test(sha256)) {
                quarantine.take(path);
            } else {
                disk.delete(path);
            }
            usage.removed(length);
            reads.worked(sha256);
            if (Files.isDirectory(layout.blobFolder(sha256))) {
                disk.forceFolder(layout.blobFolder(sha256));
            }
            return moved;
        } finally {
            lock.unlock();
        }
    }

    private boolean moveAway(Path path, Path place) {
        try {
            disk.move(path, place);
            return true;
        } catch (IOException e) {
            log.warn("Could not move {} to {}; removing it from the store: {}", path, place, e.toString());
            return false;
        }
    }

    /**
     * Removes a folder at the path of a file, because a rename cannot replace a folder. The vault creates none here,
     * but another program may have.
     */
    private void clearFolder(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            log.warn("A folder has the name of the blob {}; moving it to quarantine.", path.getFileName());
            quarantine.take(path);
        }
    }

    /** Removes a file that is no longer needed; if the disk fails, the file only occupies space. */
    private void drop(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            log.warn("Could not remove {}: {}. Remove it manually, or restart the vault.", file, e.toString());
        }
    }

    private ReentrantLock lock(Digest sha256) {
        ReentrantLock lock = locks.get(Math.floorMod(sha256.hashCode(), STRIPES));
        lock.lock();
        return lock;
    }

    /** Closes the cached open files. Readers keep their leases. */
    @Override
    public void close() {
        openFiles.dropAll();
    }
}
