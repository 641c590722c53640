package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads everything that the index has on disk, for the keeper. Blocks; called on worker threads. Every result includes
 * the changes made to the index before the call.
 */
public interface Inventory {
    /**
     * The amount of stored content; content with several names counts once.
     *
     * @param blobs the number of blobs
     * @param bytes the sum of their lengths
     */
    record Totals(long blobs, long bytes) {}

    Totals totals() throws IOException;

    /** The disk space that all stored content occupies, in bytes of whole blocks. */
    long allocated() throws IOException;

    /** The number of stored responses on disk. */
    long entries() throws IOException;

    /** Passes every stored blob to the visitor, without holding all of them in memory. */
    void forEach(Consumer<KeptBlob> visitor) throws IOException;

    /** The next blobs after the given one, at most {@code most}, in the order of their digests. */
    List<KeptBlob> after(Optional<Digest> last, int most) throws IOException;

    /** A short text stored under that name across restarts. */
    Optional<String> memo(String name) throws IOException;

    /** Stores a short text; returns without waiting. */
    void memo(String name, String value);
}
