package io.artifactvault.store;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Content by digest. Only complete, verified content is ever found here; what is being filled belongs to its
 * {@link BlobWriter}.
 */
public interface BlobStore extends AutoCloseable {
    /** An open file for that content if one is at hand in memory; never blocks. The caller closes its lease. */
    Peek<BlobFile> peek(Digest sha256);

    /** Opens the content's file; empty when there is none (or it is not a regular file). The caller closes its lease. */
    Optional<BlobFile> open(Digest sha256) throws IOException;

    /**
     * Starts to write content.
     *
     * @param length complete length in bytes when known: the writer then refuses to commit any other
     * @param expected the digest that the content must have, when known
     * @throws IOException when the disk cannot take it
     */
    BlobWriter create(OptionalLong length, Optional<Digest> expected) throws IOException;

    /** Removes content; readers that have it open are not disturbed. */
    void delete(Digest sha256) throws IOException;

    @Override
    void close();
}
