package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Content that is being written to disk. Used by one thread at a time, except {@link #file()}'s channel, which readers
 * share.
 *
 * <p>Phases: {@link #write} any number of times, {@link #verify} once, {@link #commit} once, {@link #close}. If the
 * writer is closed without a commit, content with a known digest and length is kept, and the next writer of that digest
 * resumes it (see {@link #extents}). Other content is removed.
 */
public interface BlobWriter extends AutoCloseable {
    /**
     * Writes at that offset; the bytes are readable through {@link #file()} when this returns. Offsets may be in any
     * order; ascending order without gaps is fastest, because the hashes are then computed along the way.
     *
     * @throws IOException when the disk fails; the bytes are left in the buffer, and bytes written before stay valid
     */
    void write(long offset, ByteBuffer bytes) throws IOException;

    /** The bytes that are present, including those from an earlier writer. */
    Extents extents();

    /** The growing file; a reader retains its own lease. It stays readable after the commit. */
    BlobFile file();

    /**
     * Compares length and digest with the expected ones; call when all bytes are written, before {@link #commit}.
     *
     * @return false when either differs; then nothing is kept for resumption either
     */
    boolean verify() throws IOException;

    /** The digest that {@link #verify} computed, in the algorithm of the expected digest; empty if it computed none. */
    Optional<Digest> found();

    /**
     * Makes the content durable: fsync, rename to its digest, fsync of the folder (ARCHITECTURE.md, "On disk"). If
     * content is already stored under the same digest, that is kept and this copy is removed.
     *
     * @return the content's sha256
     * @throws IOException when any step fails; then nothing is stored
     * @throws IllegalStateException when {@link #verify} did not return true before
     */
    Digest commit() throws IOException;

    /** The content's checksums; call after {@link #verify} returned true. */
    Checksums checksums();

    /** Discards the written bytes; {@link #close} must still be called. */
    void discard();

    @Override
    void close();
}
