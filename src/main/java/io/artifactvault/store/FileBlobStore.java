package io.artifactvault.store;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files named by their sha256 (see {@link VaultLayout}). {@link #peek} is for any thread, everything else for
 * workers: it blocks on the disk. Thread-safe.
 *
 * <p>A file appears under its digest by one rename, after its bytes were verified and forced to the disk: whoever finds it
 * there, at any moment and after any crash, finds all of it. What a crash left in {@code partial/} is removed at the start
 * in the background; nothing else is looked at, so that a start costs the same however much is kept.
 *
 * <p>Whatever changes the file of one digest (commit, delete) or remembers it as open holds that digest's lock, so a
 * deleted file is never handed out from memory.
 */
public final class FileBlobStore implements BlobStore {
    private static final Logger log = LoggerFactory.getLogger(FileBlobStore.class);
    private static final int STRIPES = 64;

    private final VaultLayout layout;
    private final Disk disk;
    private final Quarantine quarantine;
    private final OpenFiles openFiles;
    private final List<ReentrantLock> locks =
            IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toList();
    private final Thread cleaner;

    private FileBlobStore(VaultLayout layout, Disk disk, int openFiles, List<Path> leftovers) {
        this.layout = layout;
        this.disk = disk;
        this.quarantine = new Quarantine(layout, disk, Clock.systemUTC());
        this.openFiles = new OpenFiles(openFiles);
        this.cleaner =
                Thread.ofPlatform().name("store-cleaner").daemon().unstarted(() -> leftovers.forEach(this::drop));
    }

    /**
     * Opens the store in the settings' folder, which the caller has locked; makes what is missing.
     *
     * @throws VaultRefusedException when a newer version used the folder; then nothing was changed
     */
    public static FileBlobStore open(StoreSettings settings) throws IOException {
        return open(settings, new LocalDisk());
    }

    static FileBlobStore open(StoreSettings settings, Disk disk) throws IOException {
        VaultLayout layout = new VaultLayout(settings.dir());
        Schema.look(layout.index());
        layout.prepare(disk);
        // Listed before the first writer, removed after: the cleaner cannot meet a file that is in use.
        FileBlobStore store = new FileBlobStore(layout, disk, settings.openFiles(), leftovers(layout));
        store.cleaner.start();
        return store;
    }

    private static List<Path> leftovers(VaultLayout layout) throws IOException {
        try (Stream<Path> files = Files.list(layout.partial())) {
            return files.filter(VaultLayout::isPlainFile).toList();
        }
    }

    @Override
    public Peek<BlobFile> peek(Digest sha256) {
        Optional<BlobFile> file = openFiles.lease(sha256);
        return file.isPresent() ? new Peek.Found<>(file.get()) : new Peek.Unknown<>();
    }

    /** Whether somebody reads that content now; memory only. */
    public boolean isLent(Digest sha256) {
        return openFiles.isLent(sha256);
    }

    @Override
    public Optional<BlobFile> open(Digest sha256) throws IOException {
        Path path = layout.blob(sha256);
        ReentrantLock lock = lock(sha256);
        try {
            Optional<BlobFile> kept = openFiles.lease(sha256);
            return kept.isPresent() ? kept : openAndKeep(sha256, path);
        } finally {
            lock.unlock();
        }
    }

    private Optional<BlobFile> openAndKeep(Digest sha256, Path path) throws IOException {
        // Asked first, because opening a pipe would wait for its other end.
        if (!VaultLayout.isPlainFile(path)) {
            return Optional.empty();
        }
        try {
            BlobFile file = new BlobFile(disk.open(path));
            openFiles.keep(sha256, file);
            return Optional.of(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public BlobWriter create(OptionalLong length, Optional<Digest> expected) throws IOException {
        Path partial = layout.newPartial();
        FileChannel channel = disk.create(partial);
        try {
            // Readers get a channel of their own: an interrupt of the filling thread closes the channel that it uses.
            BlobFile file = new BlobFile(disk.open(partial));
            return new FileBlobWriter(this, disk, partial, channel, file, length, expected);
        } catch (IOException | RuntimeException e) {
            drop(partial);
            channel.close();
            throw e;
        }
    }

    @Override
    public boolean hasPartial(Digest expected) {
        return false;
    }

    @Override
    public void demote(Digest sha256, long length, Extents good, Digest expected) throws IOException {
        delete(sha256);
    }

    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    /** The writer's last step: gives forced, verified content its name, for good. On failure nothing is stored. */
    void place(Path partial, Digest sha256, long length, BlobFile file) throws IOException {
        Path folder = layout.blobFolder(sha256);
        Path target = layout.blob(sha256);
        ReentrantLock lock = lock(sha256);
        try {
            makeFolder(folder);
            if (VaultLayout.isPlainFile(target) && Files.size(target) == length) {
                disk.forceFolder(folder);
                drop(partial);
            } else {
                moveInto(folder, partial, target);
                openFiles.keep(sha256, file);
            }
        } finally {
            lock.unlock();
        }
    }

    private void moveInto(Path folder, Path partial, Path target) throws IOException {
        clearFolder(target);
        disk.move(partial, target);
        try {
            disk.forceFolder(folder);
        } catch (IOException e) {
            drop(target);
            throw e;
        }
    }

    /** The first blob of a folder makes it; synchronized, so that nobody relies on a folder not yet forced. */
    private synchronized void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            disk.makeFolder(folder);
        } catch (FileAlreadyExistsException e) {
            log.warn("{} is not a folder; it goes to quarantine.", folder);
            quarantine.take(folder);
            disk.makeFolder(folder);
        }
        disk.forceFolder(layout.blobs());
    }

    @Override
    public void delete(Digest sha256) throws IOException {
        Path path = layout.blob(sha256);
        ReentrantLock lock = lock(sha256);
        try {
            openFiles.drop(sha256);
            clearFolder(path);
            disk.delete(path);
        } finally {
            lock.unlock();
        }
    }

    /** A rename cannot replace a folder. None belongs here; somebody made it. */
    private void clearFolder(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            log.warn("A folder lies in the place of the blob {}; it goes to quarantine.", path.getFileName());
            quarantine.take(path);
        }
    }

    /** Removes a file that nobody needs; a disk that refuses costs only space. */
    void drop(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            log.warn("Could not remove {}: {}. Remove it by hand or restart.", file, e.toString());
        }
    }

    private ReentrantLock lock(Digest sha256) {
        ReentrantLock lock = locks.get(Math.floorMod(sha256.hashCode(), STRIPES));
        lock.lock();
        return lock;
    }

    /** Closes the files kept open, once the leftovers of the last run are gone. Readers keep what they have. */
    @Override
    public void close() {
        awaitCleaner();
        openFiles.dropAll();
    }

    private void awaitCleaner() {
        try {
            cleaner.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
