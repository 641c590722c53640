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
 * <p>Life: {@link #write} any number of times, {@link #verify} once, {@link #commit} once, {@link #close}. Content with
 * a known digest and length that is closed without a commit is kept for resumption: the next writer of that digest
 * finds it in its {@link #extents}. Other content is removed.
 */
public interface BlobWriter extends AutoCloseable {
    /**
     * Writes at that offset; the bytes are readable through {@link #file()} when this returns. Offsets may come in any
     * order; in ascending order without gaps it is fastest, because hashes then run along.
     *
     * @throws IOException when the disk refuses; the bytes are left in the buffer, and what was written before stays
     * good
     */
    void write(long offset, ByteBuffer bytes) throws IOException;

    /** Which bytes are present, among them those that an earlier writer left. */
    Extents extents();

    /** The file that grows; a reader retains its own lease. It stays readable after the commit. */
    BlobFile file();

    /**
     * Compares length and digest with what was expected; call when all is written, before {@link #commit}.
     *
     * @return false when either differs; then nothing is kept for resumption either
     */
    boolean verify() throws IOException;

    /** What {@link #verify} computed, in the algorithm of the expected digest; empty where it did not come to that. */
    Optional<Digest> found();

    /**
     * Makes it durable: fsync, rename to its digest, fsync of the folder (architecture §7). Content that is there
     * already under the same digest is kept and this copy dropped.
     *
     * @return the content's sha256
     * @throws IOException when any step fails; then nothing is stored
     * @throws IllegalStateException when {@link #verify} did not say true before
     */
    Digest commit() throws IOException;

    /** The content's checksums; call after {@link #verify} said true. */
    Checksums checksums();

    /** Throws away what was written; {@link #close} is still to be called. */
    void discard();

    @Override
    void close();
}
