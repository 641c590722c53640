package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.FileStamp;
import io.artifactvault.store.disk.NoRoomException;
import io.artifactvault.store.disk.SpaceAdmission;
import io.artifactvault.store.disk.Usage;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary file that becomes one of the {@link StoredFiles}. Confined to one thread at a time.
 *
 * <p>Phases: open → (if a write fails: broken, so that it can only be kept for another writer) → verified or discarded
 * → committed or discarded → closed.
 */
final class FileBlobWriter implements BlobWriter {
    private static final Logger log = LoggerFactory.getLogger(FileBlobWriter.class);

    /**
     * The number of bytes after which data is forced to the disk; so many may have to be fetched again after a crash.
     */
    private static final long CHECKPOINT = 8L << 20;

    /** How far the modification time of a sealed file is set back: more than the resolution of any file system. */
    private static final Duration BACKDATED = Duration.ofSeconds(10);

    /** The maximum number of bytes that are read back for a hash with each write, so that no write takes long. */
    private static final long CATCH_UP = 1L << 20;

    private enum Phase {
        OPEN,
        BROKEN,
        VERIFIED,
        COMMITTED,
        DISCARDED
    }

    private final StoredFiles files;
    private final Supplier<SpaceAdmission> admission;
    private final Disk disk;
    private final PartialFile partial;
    private final OptionalLong length;
    private final Optional<Digest> expected;
    private final RunningHash hash;
    private Phase phase = Phase.OPEN;
    private Extents extents;
    private long sinceCheckpoint;
    private long taken; // The disk space in bytes that this file counts for.
    private boolean closed;
    private @Nullable Digest name;
    private Optional<Digest> found = Optional.empty();
    private Optional<FileStamp> sealed = Optional.empty();

    FileBlobWriter(
            StoredFiles files,
            Supplier<SpaceAdmission> admission,
            Disk disk,
            PartialFile partial,
            OptionalLong length,
            Optional<Digest> expected) {
        this.files = files;
        this.admission = admission;
        this.disk = disk;
        this.partial = partial;
        this.length = length;
        this.expected = expected;
        this.hash = new RunningHash(length, expected);
        this.extents = partial.left();
        this.taken = Blocks.of(extents.size());
    }

    /** If this fails, the bytes remain in the buffer, so that the caller can still send them to its client. */
    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        requireOpen();
        int count = bytes.remaining();
        if (count == 0) {
            return;
        }
        ByteRange range = new ByteRange(offset, offset + count - 1);
        takeRoom(extents.with(range));
        try {
            disk.write(partial.channel(), bytes.duplicate(), offset);
        } catch (IOException e) {
            phase = Phase.BROKEN;
            throw e;
        }
        hash.written(offset, bytes);
        extents = extents.with(range);
        bytes.position(bytes.limit());
        catchUpALittle();
        checkpointWhenDue(count);
    }

    /** Takes space for more bytes; if there is none, the file stays as valid as before. */
    private void takeRoom(Extents then) throws NoRoomException {
        long object = Blocks.of(then.size());
        if (object > taken) {
            admission.get().more(length, object, object - taken);
            taken = object;
        }
    }

    /**
     * Hashes bytes that arrived out of order, once all bytes before them are present, so that the end of a fill has
     * little left to hash.
     */
    private void catchUpALittle() {
        long end = extents.contiguousFrom(hash.position());
        try {
            hash.catchUp(partial.channel(), Math.min(end, hash.position() + CATCH_UP));
        } catch (IOException e) {
            // Bytes that cannot be read back now are retried by verify, which reports the failure.
            log.debug("Could not read back {}: {}", partial.path(), e.toString());
        }
    }

    private void checkpointWhenDue(int count) {
        sinceCheckpoint += count;
        if (sinceCheckpoint >= CHECKPOINT) {
            sinceCheckpoint = 0;
            partial.checkpoint(extents);
        }
    }

    private void requireOpen() throws IOException {
        if (phase == Phase.BROKEN) {
            throw new IOException("An earlier write to this file failed");
        }
        if (phase != Phase.OPEN || closed) {
            throw new IllegalStateException("The writer accepts no more bytes: " + (closed ? "closed" : phase));
        }
        requireNotLost();
    }

    private void requireNotLost() throws IOException {
        if (partial.isLost()) {
            throw new IOException("fsync of this file failed; its content on the disk is unknown");
        }
    }

    @Override
    public Extents extents() {
        return extents;
    }

    @Override
    public BlobFile file() {
        return partial.file();
    }

    @Override
    public boolean verify() throws IOException {
        if (phase == Phase.OPEN && !closed) {
            try {
                check();
            } catch (IOException e) {
                // Bytes that cannot be read back now prove no damage; the next writer tries again.
                phase = Phase.BROKEN;
                throw e;
            }
        }
        return phase == Phase.VERIFIED;
    }

    private void check() throws IOException {
        if (isComplete()) {
            hash.catchUp(partial.channel(), extents.end());
            Digest sha256 = hash.finish();
            Digest told = hash.inExpectedAlgorithm(sha256, partial.channel());
            found = Optional.of(told);
            if (expected.isEmpty() || expected.get().equals(told)) {
                name = sha256;
                sealed = seal();
                phase = Phase.VERIFIED;
                return;
            }
        }
        discard();
    }

    /**
     * Sets the file's modification time to one that no write would set, so that even an immediate write is detected.
     * Returns the file's stamp; empty when the file is not the one that was written.
     */
    private Optional<FileStamp> seal() {
        FileTime earlier = FileTime.fromMillis(System.currentTimeMillis() - BACKDATED.toMillis());
        try {
            Files.getFileAttributeView(partial.path(), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(earlier, null, null);
            FileStamp stamp = disk.stamp(partial.path());
            long off = Math.abs(stamp.modified() - earlier.to(TimeUnit.NANOSECONDS));
            boolean ours = stamp.length() == extents.end() && off < BACKDATED.toNanos() / 2;
            return Optional.of(stamp).filter(_ -> ours);
        } catch (IOException e) {
            log.debug("Could not seal {}: {}", partial.path(), e.toString());
            return Optional.empty();
        }
    }

    @Override
    public Optional<Digest> found() {
        return found;
    }

    private boolean isComplete() {
        long end = extents.end();
        return extents.covers(end) && length.orElse(end) == end;
    }

    @Override
    public Digest commit() throws IOException {
        Digest content = name;
        if (phase != Phase.VERIFIED || content == null || closed) {
            throw new IllegalStateException("Only verified content is stored: " + (closed ? "closed" : phase));
        }
        try {
            requireNotLost();
            disk.force(partial.channel());
            files.place(partial.path(), content, extents.end(), partial.file(), sealed);
            phase = Phase.COMMITTED;
            partial.placed();
            return content;
        } catch (IOException | RuntimeException e) {
            // After a failed fsync the kernel may mark these pages as clean and lose them: no retry.
            discard();
            throw e;
        }
    }

    @Override
    public Checksums checksums() {
        if (name == null) {
            throw new IllegalStateException("Only verified content has checksums");
        }
        return hash.checksums();
    }

    @Override
    public void discard() {
        if (phase != Phase.COMMITTED && !closed) {
            phase = Phase.DISCARDED;
            partial.discard();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Usage usage = files.usage();
        long given = taken;
        if (phase == Phase.COMMITTED) {
            partial.close();
            usage.run(-given);
        } else if (phase == Phase.DISCARDED) {
            // Readers may still have it open; it then occupies space although it no longer has a name.
            partial.file().whenClosed(() -> usage.run(-given));
            partial.close();
        } else {
            partial.rest(extents, () -> usage.run(-given));
        }
    }
}
