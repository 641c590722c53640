package io.artifactvault.store;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary file on its way to become a blob of a {@link FileBlobStore}. Confined to the fill's thread.
 *
 * <p>Phases: open → (a write fails: broken, never to be committed) → verified or refused → committed or discarded →
 * closed. Two hashes may run as the bytes pass: sha256 always, because it is the blob's name, and the expected digest when
 * that is another.
 */
final class FileBlobWriter implements BlobWriter {
    private static final Logger log = LoggerFactory.getLogger(FileBlobWriter.class);
    private static final int READ_BACK = 64 * 1024;

    private enum Phase {
        OPEN,
        BROKEN,
        REFUSED,
        VERIFIED,
        COMMITTED,
        DISCARDED
    }

    private final FileBlobStore store;
    private final Disk disk;
    private final Path partial;
    private final FileChannel channel;
    private final BlobFile file;
    private final OptionalLong length;
    private final Optional<Digest> expected;
    private final Hasher sha256;
    private final @Nullable Hasher other;
    private Phase phase = Phase.OPEN;
    private boolean closed;
    private long position;
    private @Nullable Digest name;

    FileBlobWriter(
            FileBlobStore store,
            Disk disk,
            Path partial,
            FileChannel channel,
            BlobFile file,
            OptionalLong length,
            Optional<Digest> expected) {
        this.store = store;
        this.disk = disk;
        this.partial = partial;
        this.channel = channel;
        this.file = file;
        this.length = length;
        this.expected = expected;
        this.sha256 = Hasher.of(Digest.Algorithm.SHA256, 0);
        this.other = expected.map(Digest::algorithm)
                .filter(algorithm -> canRunAlong(algorithm, length))
                .map(algorithm -> Hasher.of(algorithm, length.orElse(0)))
                .orElse(null);
    }

    /** Git hashes the length first: as long as nobody knows it, that hash has to wait until all is written. */
    private static boolean canRunAlong(Digest.Algorithm algorithm, OptionalLong length) {
        return switch (algorithm) {
            case SHA256 -> false;
            case SHA512 -> true;
            case GIT_BLOB_SHA1 -> length.isPresent();
        };
    }

    /** On failure the bytes are left in the buffer, so that the caller can still give them to its client. */
    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        requireOpen();
        if (offset != position) {
            throw new IOException("only appending is possible yet");
        }
        try {
            disk.write(channel, bytes.duplicate(), position);
        } catch (IOException e) {
            phase = Phase.BROKEN;
            throw e;
        }
        sha256.update(bytes);
        if (other != null) {
            other.update(bytes);
        }
        position += bytes.remaining();
        bytes.position(bytes.limit());
    }

    private void requireOpen() throws IOException {
        if (phase == Phase.BROKEN) {
            throw new IOException("An earlier write to this file failed");
        }
        if (phase != Phase.OPEN || closed) {
            throw new IllegalStateException("No more can be written: " + (closed ? "closed" : phase));
        }
    }

    @Override
    public Extents extents() {
        return Extents.upTo(position);
    }

    @Override
    public BlobFile file() {
        return file;
    }

    @Override
    public boolean verify() throws IOException {
        if (phase == Phase.OPEN) {
            Digest found = sha256.finish();
            name = found;
            phase = isComplete() && matches(found) ? Phase.VERIFIED : Phase.REFUSED;
        }
        return phase == Phase.VERIFIED;
    }

    private boolean isComplete() {
        return length.isEmpty() || length.getAsLong() == position;
    }

    private boolean matches(Digest found) throws IOException {
        if (expected.isEmpty() || expected.get().equals(found)) {
            return true;
        }
        Digest.Algorithm algorithm = expected.get().algorithm();
        if (algorithm == Digest.Algorithm.SHA256) {
            return false;
        }
        Digest same = other == null ? readBack(algorithm) : other.finish();
        return expected.get().equals(same);
    }

    private Digest readBack(Digest.Algorithm algorithm) throws IOException {
        Hasher hasher = Hasher.of(algorithm, position);
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BACK);
        long at = 0;
        while (at < position) {
            int count = channel.read(buffer.clear(), at);
            if (count < 0) {
                throw new IOException("The file ends at " + at + " of " + position + " bytes");
            }
            hasher.update(buffer.flip());
            at += count;
        }
        return hasher.finish();
    }

    @Override
    public Digest commit() throws IOException {
        Digest content = name;
        if (phase != Phase.VERIFIED || content == null || closed) {
            throw new IllegalStateException("Only verified content is stored: " + (closed ? "closed" : phase));
        }
        try {
            disk.force(channel);
            store.place(partial, content, position, file);
            phase = Phase.COMMITTED;
            return content;
        } catch (IOException | RuntimeException e) {
            // After a failed fsync the kernel may hold these pages for clean and lose them: no second try.
            phase = Phase.DISCARDED;
            store.drop(partial);
            throw e;
        }
    }

    @Override
    public Checksums checksums() {
        return new Checksums(new int[0]);
    }

    @Override
    public void discard() {
        phase = Phase.DISCARDED;
        store.drop(partial);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (phase != Phase.COMMITTED && phase != Phase.DISCARDED) {
            store.drop(partial);
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("Could not close {}: {}", partial, e.toString());
        }
        OpenFiles.release(file);
    }
}
