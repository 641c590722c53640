package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in {@code partial/} that a writer writes; one that has a digest can be resumed. Belongs to its writer, whose
 * thread calls it; work that needs an fsync runs on the store's keeper.
 *
 * <p>Phases: being written, with occasional checkpoints → ended in one of three ways: its content was placed as a blob,
 * it was discarded, or it was kept for resumption.
 */
final class PartialFile {
    private static final Logger log = LoggerFactory.getLogger(PartialFile.class);

    private final PartialFolder home;
    private final @Nullable Digest digest;
    private final OptionalLong length;
    private final Path path;
    private final FileChannel channel;
    private final BlobFile file;
    private final Extents left;
    private final AtomicBoolean checkpointing = new AtomicBoolean();
    private volatile boolean lost;
    private boolean ended; // guarded by this

    /** {@code left} are the bytes from an earlier writer. A file without a digest cannot be resumed. */
    PartialFile(
            PartialFolder home,
            @Nullable Digest digest,
            OptionalLong length,
            Path path,
            FileChannel channel,
            BlobFile file,
            Extents left) {
        this.home = home;
        this.digest = digest;
        this.length = length;
        this.path = path;
        this.channel = channel;
        this.file = file;
        this.left = left;
    }

    Path path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    BlobFile file() {
        return file;
    }

    Extents left() {
        return left;
    }

    /**
     * Whether an fsync failed: the kernel may then mark pages as clean and lose them, and a second fsync does not
     * report this.
     */
    boolean isLost() {
        return lost;
    }

    /**
     * Schedules these bytes to be forced and recorded, unless the last checkpoint is still running. Never waits for the
     * disk.
     */
    void checkpoint(Extents present) {
        if (digest != null && checkpointing.compareAndSet(false, true)) {
            home.keeper().execute(() -> {
                note(digest, present);
                checkpointing.set(false);
            });
        }
    }

    /** Forces the data to the disk first, then writes the manifest. Runs on the keeper. */
    private void note(Digest name, Extents present) {
        if (isEnded() || !force()) {
            return;
        }
        try {
            Path written = home.write(new PartialManifest(name, length.orElseThrow(), present));
            putInPlace(written, name);
        } catch (IOException e) {
            log.debug("Could not record which bytes of {} are present: {}", name, e.toString());
        }
    }

    private boolean force() {
        try (PartialFolder.Forceable content = home.forceable(channel, path)) {
            return force(content);
        } catch (IOException e) {
            // The bytes were not forced, but nothing is lost: the last manifest stays valid.
            log.debug("Could not reopen {}: {}", path, e.toString());
            return false;
        }
    }

    private boolean force(PartialFolder.Forceable content) {
        try {
            content.force();
            return true;
        } catch (ClosedChannelException e) {
            return false;
        } catch (IOException e) {
            lost = true;
            log.debug("fsync of {} failed: {}", path, e.toString());
            return false;
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    /**
     * Puts the manifest in place, under the lock, so that none appears when the partial's name may already belong to
     * another file.
     */
    private synchronized void putInPlace(Path written, Digest name) throws IOException {
        if (ended) {
            home.drop(written);
        } else {
            home.replaceSidecar(written, name);
        }
    }

    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** Called when the content has become a blob. */
    void placed() {
        if (end() && digest != null) {
            home.removeSidecar(digest);
            home.release(digest);
        }
    }

    /** Discards the file. */
    void discard() {
        if (end()) {
            if (digest == null) {
                home.drop(path);
            } else {
                home.remove(digest);
                home.release(digest);
            }
        }
    }

    /**
     * Keeps the file for the next writer if possible, and in any case closes it soon.
     *
     * @param released runs when the file counts as kept, or no longer uses space
     */
    void rest(Extents present, Runnable released) {
        if (digest == null || lost || present.ranges().isEmpty() || isEnded()) {
            file.whenClosed(released);
            discard();
            close();
            return;
        }
        home.settle(digest);
        home.keeper().execute(() -> {
            if (!present.equals(left)) {
                note(digest, present);
            }
            close();
            boolean first = end();
            if (first && lost) {
                home.remove(digest);
                home.release(digest);
            } else if (first) {
                home.rested(digest);
            }
            released.run();
        });
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("Could not close {}: {}", path, e.toString());
        }
        OpenFiles.release(file);
    }
}
