package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.store.index.Checksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The hashes computed over content from its first byte on: its sha256, the expected digest if that uses another
 * algorithm, and the checksums of its blocks. Updated by writes in order; bytes that arrived out of order are read back
 * later. Confined to the writer's thread.
 */
final class RunningHash {
    private static final int READ_BACK = 256 * 1024;

    private final OptionalLong length;
    private final Optional<Digest> expected;
    private Hasher sha256;
    private @Nullable Hasher other;
    private CRC32C block = new CRC32C();
    private int[] blocks = new int[16];
    private long position;

    RunningHash(OptionalLong length, Optional<Digest> expected) {
        this.length = length;
        this.expected = expected;
        this.sha256 = Hasher.of(Digest.Algorithm.SHA256, 0);
        this.other = other();
    }

    private @Nullable Hasher other() {
        return expected.map(Digest::algorithm)
                .filter(algorithm -> canRunAlong(algorithm, length))
                .map(algorithm -> Hasher.of(algorithm, length.orElse(0)))
                .orElse(null);
    }

    /**
     * Whether a hash can be updated while bytes are written. Git's includes the length at its beginning, so while the
     * length is unknown it has to wait until all bytes are written.
     */
    private static boolean canRunAlong(Digest.Algorithm algorithm, OptionalLong length) {
        return switch (algorithm) {
            case SHA256, VALIDATOR -> false;
            case SHA512 -> true;
            case GIT_BLOB_SHA1 -> length.isPresent();
        };
    }

    /**
     * Called when bytes were written at that offset: they are hashed if they are next; if they replace bytes that were
     * already hashed, the hash starts again.
     */
    void written(long offset, ByteBuffer bytes) {
        if (offset == position) {
            take(bytes);
        } else if (offset < position) {
            restart();
        }
    }

    private void restart() {
        sha256 = Hasher.of(Digest.Algorithm.SHA256, 0);
        other = other();
        block = new CRC32C();
        position = 0;
    }

    private void take(ByteBuffer bytes) {
        sha256.update(bytes);
        if (other != null) {
            other.update(bytes);
        }
        ByteBuffer left = bytes.duplicate();
        while (left.hasRemaining()) {
            int inBlock = (int) Math.min(left.remaining(), Checksums.BLOCK - position % Checksums.BLOCK);
            block.update(left.slice(left.position(), inBlock));
            left.position(left.position() + inBlock);
            position += inBlock;
            if (position % Checksums.BLOCK == 0) {
                endBlock((int) (position / Checksums.BLOCK) - 1);
            }
        }
    }

    private void endBlock(int index) {
        if (index >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(index + 1, blocks.length * 2));
        }
        blocks[index] = (int) block.getValue();
        block.reset();
    }

    /** The offset of the next byte to hash. */
    long position() {
        return position;
    }

    /** Reads back and hashes those of the first {@code end} bytes that were not hashed yet. */
    void catchUp(FileChannel channel, long end) throws IOException {
        readBack(channel, position, end, this::take);
    }

    /** The content's sha256; no further bytes can be hashed. */
    Digest finish() {
        if (position % Checksums.BLOCK != 0) {
            endBlock((int) (position / Checksums.BLOCK));
        }
        return sha256.finish();
    }

    /**
     * The digest of the complete content in the channel, in the expected algorithm; {@code found} is its sha256. Called
     * after {@link #finish}.
     */
    Digest inExpectedAlgorithm(Digest found, FileChannel channel) throws IOException {
        Digest.Algorithm algorithm = expected.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256);
        if (algorithm == Digest.Algorithm.SHA256) {
            return found;
        }
        if (algorithm == Digest.Algorithm.VALIDATOR) {
            // The code that assembled the content has compared that validator with each part.
            return expected.orElseThrow();
        }
        Hasher hasher = other == null ? hashAgain(algorithm, channel) : other;
        return hasher.finish();
    }

    private Hasher hashAgain(Digest.Algorithm algorithm, FileChannel channel) throws IOException {
        Hasher hasher = Hasher.of(algorithm, position);
        readBack(channel, 0, position, hasher::update);
        return hasher;
    }

    /** The checksums of the blocks; called after {@link #finish}. */
    Checksums checksums() {
        return new Checksums(Arrays.copyOf(blocks, (int) Math.ceilDiv(position, (long) Checksums.BLOCK)));
    }

    private interface Taker {
        void take(ByteBuffer bytes);
    }

    private static void readBack(FileChannel channel, long start, long end, Taker taker) throws IOException {
        if (start >= end) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(READ_BACK, end - start));
        long at = start;
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int count = channel.read(buffer, at);
            if (count < 0) {
                throw new IOException("The file ends at " + at + " of " + end + " bytes");
            }
            taker.take(buffer.flip());
            at += count;
        }
    }
}
