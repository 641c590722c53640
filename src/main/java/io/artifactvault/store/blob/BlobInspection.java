package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Compares stored content with its recorded checksums, block by block, so that the caller can stop, pause or limit its
 * rate. Used by the check at the first read, the scrubber and {@code vault cache verify}. Blocking; an instance is
 * confined to one thread, the static methods may be called by any worker.
 *
 * <p>Life: {@link #step} until it returns false, then {@link #isSound} and {@link #good}. A block that the disk cannot
 * read now is an IOException, never a damaged block: only bytes that were read prove damage. The caller keeps ownership
 * of the file's lease.
 */
public final class BlobInspection {
    private static final int CHUNK = 64 * 1024;

    private final BlobFile file;
    private final Digest sha256;
    private final long length;
    private final Optional<Checksums> checksums;
    private final @Nullable Hasher hasher;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private Extents good = Extents.NONE;
    private boolean sound = true;
    private int next;

    private BlobInspection(
            BlobFile file, Digest sha256, long length, Optional<Checksums> checksums, @Nullable Hasher hasher) {
        this.file = file;
        this.sha256 = sha256;
        this.length = length;
        this.checksums = checksums.filter(sums -> sums.blocks() == blocks(length));
        this.hasher = hasher;
    }

    /** An inspection that checks the checksums if they were recorded, otherwise the digest. */
    public static BlobInspection quick(BlobFile file, Digest sha256, long length, Optional<Checksums> checksums) {
        boolean usable = checksums.isPresent() && checksums.get().blocks() == blocks(length);
        return usable
                ? new BlobInspection(file, sha256, length, checksums, null)
                : deep(file, sha256, length, Optional.empty());
    }

    /**
     * An inspection that checks the digest, and the checksums too if they were recorded, to identify the good blocks.
     */
    public static BlobInspection deep(BlobFile file, Digest sha256, long length, Optional<Checksums> checksums) {
        return new BlobInspection(file, sha256, length, checksums, Hasher.of(Digest.Algorithm.SHA256, length));
    }

    /** The number of blocks in content of that length. */
    public static int blocks(long length) {
        return Math.toIntExact((length + Checksums.BLOCK - 1) / Checksums.BLOCK);
    }

    /** The bytes of that block. */
    public static ByteRange block(long length, int index) {
        long first = (long) index * Checksums.BLOCK;
        return new ByteRange(first, Math.min(length, first + Checksums.BLOCK) - 1);
    }

    /** The block that contains that byte. */
    public static int blockOf(long offset) {
        return Math.toIntExact(offset / Checksums.BLOCK);
    }

    /** Whether the file has the recorded length: neither truncated nor grown. */
    public static boolean hasLength(BlobFile file, long length) throws IOException {
        return file.channel().size() == length;
    }

    /**
     * Whether one block matches its recorded checksum.
     *
     * @throws IOException when it cannot be read now, which does not show that it is damaged
     */
    public static boolean isGood(BlobFile file, long length, Checksums checksums, int index) throws IOException {
        BlobInspection one =
                new BlobInspection(file, Digest.sha256("0".repeat(64)), length, Optional.of(checksums), null);
        return index < one.checksums.map(Checksums::blocks).orElse(0) && one.check(index);
    }

    /**
     * Checks the next block.
     *
     * @return false when no block was left; the result is then final
     * @throws IOException when the block cannot be read now; there is then no result
     */
    public boolean step() throws IOException {
        if (next >= blocks(length)) {
            return false;
        }
        int index = next++;
        if (!check(index)) {
            sound = false;
        } else if (checksums.isPresent()) {
            good = good.with(block(length, index));
        }
        if (next == blocks(length)) {
            conclude();
        }
        return true;
    }

    private void conclude() throws IOException {
        boolean digestHolds = sound && (hasher == null || hasher.finish().equals(sha256));
        if (checksums.isEmpty() && digestHolds) {
            good = Extents.upTo(length);
        }
        sound = digestHolds;
    }

    /**
     * Runs all steps.
     *
     * @throws IOException when a part of the content cannot be read now
     */
    public BlobInspection run() throws IOException {
        while (step()) {
            // Each step contributes to the result.
        }
        return this;
    }

    /**
     * Whether every byte is correct and the file is neither shorter nor longer; call after {@link #step} returned
     * false.
     */
    public boolean isSound() throws IOException {
        return sound && hasLength(file, length) && (length > 0 || isEmptyDigest());
    }

    private boolean isEmptyDigest() {
        return Hasher.of(Digest.Algorithm.SHA256, 0).finish().equals(sha256);
    }

    /**
     * The checked bytes that are known to be correct: whole blocks according to their checksums; without checksums all
     * bytes or none. Empty when {@link #isSound} is false although every block is good, because the recorded checksums
     * themselves may then be wrong.
     */
    public Extents good() {
        boolean contradiction = !sound && hasher != null && good.covers(length);
        return contradiction ? Extents.NONE : good;
    }

    private boolean check(int index) throws IOException {
        CRC32C crc = new CRC32C();
        boolean whole = read(block(length, index), crc);
        return whole
                && checksums
                        .map(sums -> (int) crc.getValue() == sums.crc32c()[index])
                        .orElse(true);
    }

    /** Reads a block into the checksum; false when the file ends before the block does. */
    private boolean read(ByteRange block, CRC32C crc) throws IOException {
        long at = block.first();
        while (at <= block.last()) {
            chunk.clear().limit((int) Math.min(CHUNK, block.last() - at + 1));
            int count = file.channel().read(chunk, at);
            if (count < 0) {
                return false;
            }
            chunk.flip();
            if (hasher != null) {
                hasher.update(chunk);
            }
            crc.update(chunk);
            at += count;
        }
        return true;
    }
}
