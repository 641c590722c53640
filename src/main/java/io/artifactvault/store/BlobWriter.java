package io.artifactvault.store;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content on its way to disk. Confined to the fill's thread, except {@link #file()}'s channel, which readers share.
 *
 * <p>Life: {@link #write} any number of times, {@link #verify} once, {@link #commit} once, {@link #close}. Closing without
 * a commit leaves nothing behind.
 */
public interface BlobWriter extends AutoCloseable {
    /** Appends; the bytes are readable through {@link #file()} when this returns. */
    void write(ByteBuffer bytes) throws IOException;

    /** Bytes written so far. */
    long position();

    /** Which bytes are present. */
    Extents extents();

    /** The file that grows; a reader retains its own lease. It stays readable after the commit. */
    BlobFile file();

    /**
     * Compares length and digest with what was expected; call when all is written, before {@link #commit}.
     *
     * @return false when either differs
     */
    boolean verify() throws IOException;

    /**
     * Makes it durable: fsync, rename to its digest, fsync of the folder (architecture §7). Content that is there already
     * under the same digest is kept and this copy dropped.
     *
     * @return the content's sha256
     * @throws IOException when any step fails; then nothing is stored
     * @throws IllegalStateException when {@link #verify} did not say true before
     */
    Digest commit() throws IOException;

    @Override
    void close();
}
