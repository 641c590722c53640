package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The folder {@code partial/}: content that is being written, and content whose writer was interrupted. Content with a
 * known digest and length is stored under that digest with a {@link PartialManifest}, where the next writer finds it;
 * other content has a random name and is deleted with its writer. For worker threads and the keeper; {@link #has} may
 * be called on any thread. Thread-safe.
 */
final class Partials {
    private final VaultLayout layout;
    private final Disk disk;
    private final PartialFolder folder;
    private final PartialRegister register;

    Partials(VaultLayout layout, Disk disk, Keeper keeper, PartialRegister register) {
        this.layout = layout;
        this.disk = disk;
        this.register = register;
        this.folder = new PartialFolder(layout, disk, keeper, register);
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
            folder.rested(expected.get());
            throw e;
        }
    }

    private PartialFile resumed(Digest digest, long length) throws IOException {
        Path path = layout.partial(digest);
        Optional<PartialManifest> sidecar = folder.sidecar(digest).filter(left -> left.length() == length);
        if (sidecar.isEmpty() || disk.kind(path) != Disk.Kind.FILE) {
            folder.clear(digest);
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
            return new PartialFile(folder, digest.orElse(null), length, path, channel, file, left);
        } catch (IOException | RuntimeException e) {
            if (left.ranges().isEmpty()) {
                folder.drop(path);
            }
            channel.close();
            throw e;
        }
    }

    /**
     * Prepares to move a file from elsewhere, with these good bytes, to {@link VaultLayout#partial}. The manifest comes
     * first: a crash in between leaves a manifest without its file, which is ignored.
     *
     * <p>This is done even if no byte is good: readers have the file open, and get the repaired bytes only if the next
     * writer writes to the same file.
     *
     * @return false when another writer writes that content now; otherwise call {@link #rested} afterwards
     */
    boolean prepare(PartialManifest good) throws IOException {
        Digest digest = good.digest();
        if (good.length() <= 0 || !register.claim(digest)) {
            return false;
        }
        try {
            folder.clear(digest);
            folder.replaceSidecar(folder.write(good), digest);
            return true;
        } catch (IOException | RuntimeException e) {
            folder.remove(digest);
            folder.release(digest);
            throw e;
        }
    }

    /** Removes leftovers of a crash that cannot be resumed, and partials beyond the quota. Runs on the keeper. */
    void cleanUp(PartialRegister.Found found) {
        found.leftovers().forEach(folder::drop);
        found.claimed().forEach(folder::release);
        for (Digest digest : found.resumable()) {
            if (register.claimLeft(digest)) {
                folder.rested(digest);
            }
        }
    }

    /** Called when the partial that {@link #prepare} prepared is at rest. */
    void rested(Digest digest) {
        folder.rested(digest);
    }

    /** Removes the oldest partials at rest to free that many bytes; returns the number of bytes freed. */
    long giveUp(long wanted) {
        return folder.giveUp(wanted);
    }
}
