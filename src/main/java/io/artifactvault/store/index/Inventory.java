package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The keeper's view of everything that the index has stored. Blocking; for worker threads. Every result includes the
 * changes made to the index before the call.
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

    /** The disk space that all of it occupies, in bytes of whole blocks. */
    long allocated() throws IOException;

    /** The number of stored responses on disk. */
    long entries() throws IOException;

    /** Every stored blob, one after the other, without holding all of them. */
    void forEach(Consumer<KeptBlob> visitor) throws IOException;

    /** The next blobs in the order of their digests. */
    List<KeptBlob> after(Optional<Digest> last, int most) throws IOException;

    /** A short text stored under that name across restarts. */
    Optional<String> memo(String name) throws IOException;

    /** Stores a short text; returns without waiting. */
    void memo(String name, String value);
}
