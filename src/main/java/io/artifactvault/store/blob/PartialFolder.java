package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.VaultLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the folder {@code partial/} with their manifests, and which of them are kept: those that have usable
 * bytes, while the quota allows. {@link Partials} and each {@link PartialFile} use it, on worker threads and the
 * keeper. Thread-safe; the caller must hold the claim to the digest that it changes ({@link PartialRegister}).
 *
 * <p>A manifest lists only bytes that were forced to disk before it was written, and its removal is durable before a
 * new file takes its partial's name. So after any crash a manifest lists only bytes that are on disk, though perhaps
 * not all of them.
 */
final class PartialFolder {
    private static final Logger log = LoggerFactory.getLogger(PartialFolder.class);

    private final VaultLayout layout;
    private final Disk disk;
    private final Keeper keeper;
    private final PartialRegister register;

    PartialFolder(VaultLayout layout, Disk disk, Keeper keeper, PartialRegister register) {
        this.layout = layout;
        this.disk = disk;
        this.keeper = keeper;
        this.register = register;
    }

    Keeper keeper() {
        return keeper;
    }

    /** The manifest of that digest, if it has one. */
    Optional<PartialManifest> sidecar(Digest digest) throws IOException {
        return PartialManifest.read(disk, layout.sidecar(digest))
                .filter(sidecar -> sidecar.digest().equals(digest));
    }

    /** Content that can be forced to the disk. */
    record Forceable(Disk disk, FileChannel channel, boolean own) implements AutoCloseable {
        void force() throws IOException {
            disk.force(channel);
        }

        @Override
        public void close() throws IOException {
            if (own) {
                channel.close();
            }
        }
    }

    /** The content's channel, or a new one if an interrupt has closed it. */
    Forceable forceable(FileChannel channel, Path path) throws IOException {
        return channel.isOpen() ? new Forceable(disk, channel, false) : new Forceable(disk, disk.resume(path), true);
    }

    /** Writes a manifest under a separate name and forces it to disk. */
    Path write(PartialManifest sidecar) throws IOException {
        Path path = layout.newPartial();
        try (FileChannel channel = disk.create(path)) {
            disk.write(channel, ByteBuffer.wrap(sidecar.encode()), 0);
            disk.force(channel);
            return path;
        } catch (IOException e) {
            drop(path);
            throw e;
        }
    }

    void replaceSidecar(Path written, Digest digest) throws IOException {
        try {
            disk.move(written, layout.sidecar(digest));
        } catch (IOException e) {
            drop(written);
            throw e;
        }
    }

    void removeSidecar(Digest digest) {
        drop(layout.sidecar(digest));
    }

    /** Removes the partial of that digest; a failure of the disk is ignored. The caller holds the claim. */
    void remove(Digest digest) {
        try {
            clear(digest);
        } catch (IOException e) {
            log.warn("Could not remove the partial of {}: {}. Remove it, or restart the vault.", digest, e.toString());
        }
    }

    /**
     * Removes the files. The manifest is removed first, and durably, because it must never describe a later file of
     * that name.
     */
    void clear(Digest digest) throws IOException {
        if (disk.kind(layout.sidecar(digest)) == Disk.Kind.FILE) {
            disk.delete(layout.sidecar(digest));
            disk.forceFolder(layout.partial());
        }
        disk.delete(layout.partial(digest));
    }

    void drop(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            log.warn("Could not remove {}: {}. Remove it manually, or restart the vault.", file, e.toString());
        }
    }

    void release(Digest digest) {
        register.release(digest);
    }

    void settle(Digest digest) {
        register.settling(digest);
    }

    /** Called when the partial is at rest: it is kept if it has a manifest, as long as the quota allows. */
    void rested(Digest digest) {
        if (weigh(digest)) {
            enforceQuota();
        } else {
            remove(digest);
            release(digest);
        }
    }

    /**
     * Determines the size of a partial; false when it has no usable bytes. A partial that cannot be read now is kept
     * and counts as just used.
     */
    private boolean weigh(Digest digest) {
        try {
            Optional<PartialManifest> sidecar = sidecar(digest);
            if (sidecar.isEmpty() || disk.kind(layout.partial(digest)) != Disk.Kind.FILE) {
                return false;
            }
            register.rested(
                    digest, Blocks.of(sidecar.get().extents().size()), VaultLayout.modified(layout.sidecar(digest)));
        } catch (IOException e) {
            log.debug("Could not read the manifest of the partial {}: {}", digest, e.toString());
            register.restedAsBefore(digest);
        }
        return true;
    }

    /** Removes the oldest partials at rest to free that many bytes; returns the number of bytes freed. */
    long giveUp(long wanted) {
        long before = register.bytes();
        for (Digest digest : register.claimOldest(wanted)) {
            log.info("Removing the partial of {}, because the store is full.", digest);
            remove(digest);
            release(digest);
        }
        return Math.max(0, before - register.bytes());
    }

    private void enforceQuota() {
        for (Digest digest : register.claimSurplus()) {
            log.info("Removing the partial of {}: it is too old, or partials take too much space.", digest);
            remove(digest);
            release(digest);
        }
    }
}
