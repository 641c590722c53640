package io.artifactvault.store.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ensures that only one process uses a cache folder. The composition root takes the lock before it touches the folder
 * in any other way, and closes it last. The operating system releases the lock when the process dies, so a stale lock
 * cannot remain.
 */
public final class VaultLock implements AutoCloseable {
    /**
     * The folders that this process has locked. Closing a second channel on the file would release the process's POSIX
     * lock, so a folder that is already locked here is never opened again.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path dir;
    private final Path file;
    private FileChannel channel; // guarded by this
    private Optional<Object> identity; // guarded by this

    private VaultLock(Path dir, Path file, FileChannel channel) throws IOException {
        this.dir = dir;
        this.file = file;
        this.channel = channel;
        this.identity = VaultLayout.identity(file);
    }

    /**
     * Locks the folder; creates it when it is missing.
     *
     * @throws VaultRefusedException when another process has locked it
     */
    public static VaultLock take(Path dir) throws IOException {
        VaultLayout layout = new VaultLayout(dir);
        Files.createDirectories(layout.dir(), VaultLayout.folderMode(layout.dir()));
        Path folder = layout.dir().toRealPath();
        Path file = folder.resolve(layout.lock().getFileName());
        if (!HELD.add(file)) {
            throw inUse(dir);
        }
        try {
            return new VaultLock(folder, file, locked(file, dir));
        } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        }
    }

    private static FileChannel locked(Path file, Path dir) throws IOException {
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), VaultLayout.fileMode(file));
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(dir);
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Locks the folder again when the lock file in the folder is no longer the locked one, for example after the folder
     * was emptied.
     *
     * @return false when another process has locked it
     */
    public synchronized boolean renew() throws IOException {
        if (!channel.isOpen() || isInPlace()) {
            return true;
        }
        Files.createDirectories(dir, VaultLayout.folderMode(dir));
        FileChannel renewed;
        try {
            renewed = locked(file, dir);
        } catch (VaultRefusedException e) {
            return false;
        }
        // The previous lock is on a file that no longer has a path.
        channel.close();
        channel = renewed;
        identity = VaultLayout.identity(file);
        return true;
    }

    private boolean isInPlace() throws IOException {
        try {
            return VaultLayout.identity(file).equals(identity);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static VaultRefusedException inUse(Path dir) {
        return new VaultRefusedException("The cache folder " + dir.toAbsolutePath()
                + " is in use by another Artifact Vault process. Stop that process, or set another cache.dir.");
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD.remove(file);
        }
    }
}
