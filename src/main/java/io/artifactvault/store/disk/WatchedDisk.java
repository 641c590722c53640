package io.artifactvault.store.disk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk that records its failures: the first one marks the store as failing, until {@link #probe} finds that all
 * operations work. When the disk is full, the action registered with {@link #onFull} makes room, and the operation is
 * retried once. While the folder does not belong to this vault, nothing in it is changed. Thread-safe.
 */
public final class WatchedDisk implements Disk {
    private static final Logger log = LoggerFactory.getLogger(WatchedDisk.class);
    private static final int PROBE_BYTES = 4096;

    /** An operation that may fail. */
    private interface Step<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private final Disk disk;
    private final VaultLayout layout;
    private volatile Runnable onFull = () -> {};
    private volatile Runnable onTrouble = () -> {};
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Optional<String> suspended = Optional.empty();

    public WatchedDisk(Disk disk, VaultLayout layout) {
        this.disk = disk;
        this.layout = layout;
    }

    /**
     * Rejects every change to the folder for that reason, until the reason is empty. Open files may still be written.
     */
    public void suspend(Optional<String> why) {
        suspended = why;
    }

    public Optional<String> suspended() {
        return suspended;
    }

    /** Fails while changes are suspended; this does not count as a failure of the disk. */
    public void refuseWhileSuspended() throws IOException {
        Optional<String> why = suspended;
        if (why.isPresent()) {
            throw new IOException(why.get());
        }
    }

    public Optional<String> trouble() {
        return trouble;
    }

    /**
     * Sets the action that makes room; it runs in the thread that found the disk full, which then holds no lock of the
     * store.
     */
    public void onFull(Runnable emergency) {
        onFull = emergency;
    }

    /** Sets the action that runs when a failure begins, in the thread that found the failure. */
    public void onTrouble(Runnable begun) {
        onTrouble = begun;
    }

    /** Tries every operation once on a small file of its own; the failure is over when all operations work. */
    public void probe() {
        Path small = layout.newPartial();
        Path renamed = layout.newPartial();
        try {
            try (FileChannel channel = disk.create(small)) {
                disk.write(channel, ByteBuffer.allocate(PROBE_BYTES), 0);
                disk.force(channel);
            }
            disk.move(small, renamed);
            disk.forceFolder(layout.partial());
            disk.delete(renamed);
            mended();
        } catch (IOException e) {
            quietly(small);
            quietly(renamed);
        }
    }

    private void quietly(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            // The leftover of a probe is removed at the next start.
        }
    }

    private synchronized void mended() {
        if (trouble.isPresent()) {
            trouble = Optional.empty();
            log.info("The disk of {} accepts writes again, and the vault stores new content.", layout.dir());
        }
    }

    private void refused(IOException e) {
        if (!isTrouble(e)) {
            return;
        }
        synchronized (this) {
            if (trouble.isPresent()) {
                return;
            }
            trouble = Optional.of("Nothing can be stored in " + layout.dir() + ": " + e.getMessage()
                    + ". The vault still serves clients; free space, or check the disk.");
            log.warn("{}", trouble.get());
        }
        onTrouble.run();
    }

    /** Whether the disk failed, as opposed to an interrupt of the caller or a race with another thread. */
    private static boolean isTrouble(IOException e) {
        return !(e instanceof ClosedChannelException
                || e instanceof InterruptedIOException
                || e instanceof NoSuchFileException
                || e instanceof FileAlreadyExistsException);
    }

    /** Whether the failure is a full disk. */
    public boolean isFull() {
        return trouble.filter(WatchedDisk::saysFull).isPresent();
    }

    private static boolean isFull(IOException e) {
        return saysFull(String.valueOf(e.getMessage()));
    }

    private static boolean saysFull(String message) {
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    private <T extends @Nullable Object> T watched(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (IOException e) {
            refused(e);
            throw e;
        }
    }

    private <T extends @Nullable Object> T withSecondChance(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (IOException e) {
            if (!isFull(e)) {
                refused(e);
                throw e;
            }
            makeRoom();
            return watched(step);
        }
    }

    private void makeRoom() {
        try {
            onFull.run();
        } catch (RuntimeException e) {
            log.error("Could not free space on a full disk.", e);
        }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        refuseWhileSuspended();
        return withSecondChance(() -> disk.create(file));
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return disk.open(file);
    }

    @Override
    public FileChannel resume(Path file) throws IOException {
        refuseWhileSuspended();
        return watched(() -> disk.resume(file));
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        withSecondChance(() -> {
            disk.write(channel, bytes.duplicate(), position);
            return null;
        });
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        watched(() -> {
            disk.force(channel);
            return null;
        });
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        watched(() -> {
            disk.forceFolder(folder);
            return null;
        });
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        refuseWhileSuspended();
        watched(() -> {
            disk.move(from, to);
            return null;
        });
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        refuseWhileSuspended();
        watched(() -> {
            disk.makeFolder(folder);
            return null;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        refuseWhileSuspended();
        disk.delete(file);
    }

    @Override
    public Kind kind(Path path) throws IOException {
        return disk.kind(path);
    }

    @Override
    public FileStamp stamp(Path file) throws IOException {
        return disk.stamp(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return disk.list(folder);
    }
}
