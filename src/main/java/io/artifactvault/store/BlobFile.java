package io.artifactvault.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file shared by its leases; closed when the last lease is. Thread-safe. Reads give their position, so leases do
 * not disturb each other.
 */
public final class BlobFile implements AutoCloseable {
    private final FileChannel channel;
    private final AtomicInteger leases = new AtomicInteger(1);

    /** Takes over the channel, with one lease for the caller. */
    public BlobFile(FileChannel channel) {
        this.channel = channel;
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
    int leases() {
        return leases.get();
    }

    /** Gives one lease back. */
    @Override
    public void close() {
        if (leases.decrementAndGet() == 0) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        return "BlobFile[leases=" + leases.get() + "]";
    }
}
