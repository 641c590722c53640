package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.FileStamp;
import io.artifactvault.store.disk.VaultLayout;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An open file shared by its leases; closed when the last lease is. Thread-safe. Reads pass their position, so leases
 * do not interfere with each other.
 *
 * <p>A file with complete content has a path in the store, by which it can check that the file there is still the one
 * that was opened, and unchanged. The check uses the path because Java cannot query the descriptor; the kernel has the
 * path of an open file cached.
 */
public final class BlobFile implements AutoCloseable {
    private final FileChannel channel;
    private final AtomicInteger leases = new AtomicInteger(1);
    private final AtomicReference<Runnable> afterClose = new AtomicReference<>(() -> {});
    private volatile @Nullable Place place;

    /**
     * The path of complete content, and the stamp that the file had when it was opened, or when it was renamed to that
     * path.
     */
    private record Place(Disk disk, Path path, FileStamp stamp) {
        FileStamp now() throws IOException {
            return disk.stamp(path);
        }
    }

    /** Takes over the channel, with one lease for the caller. */
    public BlobFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens stored content.
     *
     * @return empty when the disk reports that there is no such file
     * @throws IOException when it cannot be opened now, which does not show that the content is damaged
     */
    public static Optional<BlobFile> openIfThere(Disk disk, VaultLayout layout, Digest sha256) throws IOException {
        // The kind is checked first, because opening a pipe would wait for its other end.
        if (!layout.holds(disk, sha256)) {
            return Optional.empty();
        }
        try {
            return Optional.of(open(disk, layout.blob(sha256)));
        } catch (NoSuchFileException e) {
            if (layout.holds(disk, sha256)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static BlobFile open(Disk disk, Path path) throws IOException {
        FileStamp before = disk.stamp(path);
        BlobFile file = new BlobFile(disk.open(path));
        try {
            if (!disk.stamp(path).equals(before)) {
                throw new ChangedFileException();
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.settle(disk, path, before);
        return file;
    }

    /** Records that the content is complete and has this path from now on. */
    void settle(Disk disk, Path path, FileStamp stamp) {
        place = new Place(disk, path, stamp);
    }

    /** The file's stamp from when it was opened or renamed to its digest; empty while it has no such name. */
    Optional<FileStamp> stamp() {
        return Optional.ofNullable(place).map(Place::stamp);
    }

    /** The file's length in bytes when it was opened or renamed to its digest; 0 while it has no such name. */
    public long length() {
        Place at = place;
        return at == null ? 0 : at.stamp().length();
    }

    /** Whether its path still refers to this file, and the file is unchanged since it was opened. One system call. */
    public boolean isUnchanged() {
        Place at = place;
        try {
            return at != null && at.now().equals(at.stamp());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Checks that a reader may continue. It does not matter whether the path still refers to this file, because the
     * open file keeps its bytes. One system call.
     *
     * @throws ChangedFileException when bytes were written to it since it was opened
     */
    public void requireSameBytes() throws ChangedFileException {
        Place at = place;
        try {
            if (at != null && !at.now().hasBytesOf(at.stamp())) {
                throw new ChangedFileException();
            }
        } catch (ChangedFileException e) {
            throw e;
        } catch (IOException e) {
            // Its path gives no information now; bytes that cannot be read are detected when they are read.
        }
    }

    /**
     * Reads one byte at that position.
     *
     * @throws IOException when it cannot be read now, or the file ends before it
     */
    public void probe(long position) throws IOException {
        if (channel.read(ByteBuffer.allocate(1), position) < 1) {
            throw new EOFException("the stored file ends before byte " + position);
        }
    }

    /** The channel of the file, to use for positional reads and sendfile only. */
    public FileChannel channel() {
        return channel;
    }

    /** Takes another lease, unless the file is already closed. */
    public boolean retain() {
        return leases.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /** The number of open leases. */
    public int leases() {
        return leases.get();
    }

    /** Runs the action once the last lease is released; the caller holds one. */
    void whenClosed(Runnable action) {
        afterClose.set(action);
    }

    /** Releases one lease. */
    @Override
    public void close() {
        if (leases.decrementAndGet() == 0) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                afterClose.getAndSet(() -> {}).run();
            }
        }
    }

    @Override
    public String toString() {
        return "BlobFile[leases=" + leases.get() + "]";
    }
}
