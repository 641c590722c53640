package io.artifactvault.store;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An open file shared by its leases; closed when the last lease is. Thread-safe. Reads give their position, so leases do
 * not disturb each other.
 */
public final class BlobFile implements AutoCloseable {
    private final FileChannel channel;
    private final AtomicInteger leases = new AtomicInteger(1);
    private final AtomicReference<Runnable> afterClose = new AtomicReference<>(() -> {});

    /** Takes over the channel, with one lease for the caller. */
    public BlobFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens stored content.
     *
     * @return empty when the disk says that there is none
     * @throws IOException when it cannot be opened now, which says nothing about the content
     */
    static Optional<BlobFile> openIfThere(Disk disk, VaultLayout layout, Digest sha256) throws IOException {
        // Asked first, because opening a pipe would wait for its other end.
        if (!layout.holds(disk, sha256)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BlobFile(disk.open(layout.blob(sha256))));
        } catch (NoSuchFileException e) {
            if (layout.holds(disk, sha256)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** For positional reads and sendfile only. */
    public FileChannel channel() {
        return channel;
    }

    /** Another lease, unless the file was closed already. */
    public boolean retain() {
        return leases.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /** How many leases are out. */
    public int leases() {
        return leases.get();
    }

    /** Runs that once the last lease is given back; the caller holds one. */
    void whenClosed(Runnable action) {
        afterClose.set(action);
    }

    /** Gives one lease back. */
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
