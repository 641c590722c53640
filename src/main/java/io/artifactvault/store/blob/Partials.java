package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder {@code partial/}: content that is being written, and content whose writer was interrupted. Content with a
 * known digest and length is stored under that digest with a {@link PartialManifest}, where the next writer finds it;
 * other content has a random name and is deleted with its writer. For worker threads and the keeper; {@link #has} may
 * be called on any thread. Thread-safe.
 *
 * <p>A manifest lists only bytes that were forced to disk before it was written, and its removal is durable before a
 * new file takes its partial's name. After any crash it therefore lists only bytes that are on disk, perhaps not all of
 * them.
 */
final class Partials {
    private static final Logger log = LoggerFactory.getLogger(Partials.class);

    private final VaultLayout layout;
    private final Disk disk;
    private final Keeper keeper;
    private final PartialRegister register;

    Partials(VaultLayout layout, Disk disk, Keeper keeper, PartialRegister register) {
        this.layout = layout;
        this.disk = disk;
        this.keeper = keeper;
        this.register = register;
    }

    Keeper keeper() {
        return keeper;
    }

    boolean has(Digest digest) {
        return register.isLeft(digest);
    }

    /** A file to write to: the existing one for that content, or a new one. */
    PartialFile begin(OptionalLong length, Optional<Digest> expected) throws IOException {
        if (length.orElse(0) <= 0 || expected.isEmpty() || !register.claim(expected.get())) {
            Path path = layout.newPartial();
            return opened(path, disk.create(path), length, Optional.empty(), Extents.NONE);
        }
        try {
            return resumed(expected.get(), length.getAsLong());
        } catch (IOException | RuntimeException e) {
            rested(expected.get());
            throw e;
        }
    }

    private PartialFile resumed(Digest digest, long length) throws IOException {
        Path path = layout.partial(digest);
        Optional<PartialManifest> sidecar = sidecar(digest).filter(left -> left.length() == length);
        if (sidecar.isEmpty() || disk.kind(path) != Disk.Kind.FILE) {
            clear(digest);
            return opened(path, disk.create(path), OptionalLong.of(length), Optional.of(digest), Extents.NONE);
        }
        FileChannel channel = disk.resume(path);
        try {
            channel.truncate(length);
            Extents left = sidecar.get().extents().within(channel.size());
            return opened(path, channel, OptionalLong.of(length), Optional.of(digest), left);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private PartialFile opened(
            Path path, FileChannel channel, OptionalLong length, Optional<Digest> digest, Extents left)
            throws IOException {
        try {
            // Readers get a separate channel: an interrupt of the filling thread closes the channel that it uses.
            BlobFile file = new BlobFile(disk.open(path));
            return new PartialFile(this, digest.orElse(null), length, path, channel, file, left);
        } catch (IOException | RuntimeException e) {
            if (left.ranges().isEmpty()) {
                drop(path);
            }
            channel.close();
            throw e;
        }
    }

    private Optional<PartialManifest> sidecar(Digest digest) throws IOException {
        return PartialManifest.read(disk, layout.sidecar(digest))
                .filter(sidecar -> sidecar.digest().equals(digest));
    }

    /**
     * Prepares to move a file from elsewhere, with these good bytes, to {@link VaultLayout#partial}. The manifest comes
     * first: a crash in between leaves a manifest without its file, which is ignored.
     *
     * <p>Also if no byte is good: readers have the file open, and see the next writer's repair only if it is the same
     * file.
     *
     * @return false when another writer writes that content now; otherwise call {@link #rested} afterwards
     */
    boolean prepare(PartialManifest good) throws IOException {
        Digest digest = good.digest();
        if (good.length() <= 0 || !register.claim(digest)) {
            return false;
        }
        try {
            clear(digest);
            replaceSidecar(write(good), digest);
            return true;
        } catch (IOException | RuntimeException e) {
            remove(digest);
            release(digest);
            throw e;
        }
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

    /** The content's channel, or a new one when an interrupt closed it. */
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

    /** Removes the partial of that digest, as far as the disk allows; the caller holds the claim. */
    void remove(Digest digest) {
        try {
            clear(digest);
        } catch (IOException e) {
            log.warn("Could not remove the partial of {}: {}. Remove it, or restart the vault.", digest, e.toString());
        }
    }

    /** The manifest is removed first, and durably: it must never describe the next file of that name. */
    private void clear(Digest digest) throws IOException {
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

    /** The partial is at rest: kept if it has a manifest, and while the quota allows. */
    void rested(Digest digest) {
        if (weigh(digest)) {
            enforceQuota();
        } else {
            remove(digest);
            release(digest);
        }
    }

    /** False when it has no usable bytes; a partial that cannot be read now stays and counts as just used. */
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

    /** Removes leftovers of a crash that cannot be resumed, and partials beyond the quota. Runs on the keeper. */
    void cleanUp(PartialRegister.Found found) {
        found.leftovers().forEach(this::drop);
        found.claimed().forEach(this::release);
        for (Digest digest : found.resumable()) {
            if (register.claimLeft(digest)) {
                rested(digest);
            }
        }
    }
}
