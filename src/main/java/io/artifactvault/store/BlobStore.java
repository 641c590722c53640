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
     * Starts to write content, or goes on with what an earlier writer of the same digest and length left.
     *
     * @param length complete length in bytes when known: the writer then refuses to commit any other
     * @param expected the digest that the content must have, when known
     * @throws IOException when the disk cannot take it, or could not a moment ago (see {@link #trouble})
     */
    BlobWriter create(OptionalLong length, Optional<Digest> expected) throws IOException;

    /** Whether part of that content was left by an earlier writer and none writes it now. Memory only; never blocks. */
    boolean hasPartial(Digest expected);

    /**
     * Takes stored content, in which damage was found, out of the store and makes it a partial of what is still good, for
     * a writer to complete; keeps a bounded copy of the damaged bytes in quarantine. Readers that have the file open go on.
     *
     * @param good the bytes that are known to be right
     * <p>The next writer goes on in the same file, so those readers see it mended.
     *
     * @param expected the digest by which the next writer will ask for it
     * @throws IOException when it could not become a partial, because the disk refused or somebody writes that content
     *     now; it is removed then all the same, and readers that have it open must be told to begin anew. A length of 0
     *     asks for the removal only
     */
    void demote(Digest sha256, long length, Extents good, Digest expected) throws IOException;

    /** Removes content; readers that have it open are not disturbed. */
    void delete(Digest sha256) throws IOException;

    /**
     * Why nothing can be stored now, in a sentence for the operator; empty when all is well. Set by the first step that
     * the disk refuses, cleared by a probe within 3 s of the disk's recovery. Memory only; never blocks.
     */
    Optional<String> trouble();

    @Override
    void close();
}
