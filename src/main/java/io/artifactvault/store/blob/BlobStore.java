package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.Peek;
import io.artifactvault.store.disk.NoRoomException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Content by digest. Contains only complete, verified content; content of a fill in progress belongs to its
 * {@link BlobWriter}.
 */
public interface BlobStore extends AutoCloseable {
    /** An open file for that content if one is at hand in memory; never blocks. The caller closes its lease. */
    Peek<BlobFile> peek(Digest sha256);

    /**
     * Opens the content's file. The caller closes its lease.
     *
     * @return empty when the disk says that there is none, or that something else than a regular file lies there
     * @throws IOException when it cannot be opened now, such as for want of descriptors; nothing follows about the
     * content
     */
    Optional<BlobFile> open(Digest sha256) throws IOException;

    /**
     * Starts to write content, or goes on with what an earlier writer of the same digest and length left.
     *
     * @param length complete length in bytes when known: the writer then refuses to commit any other
     * @param expected the digest that the content must have, when known
     * @throws NoRoomException when it is larger than one object may be, or nothing can be evicted for it
     * @throws IOException when the disk cannot take it, or could not a moment ago (see {@link #trouble})
     */
    BlobWriter create(OptionalLong length, Optional<Digest> expected) throws IOException;

    /** Whether part of that content was left by an earlier writer and none writes it now. Memory only; never blocks. */
    boolean hasPartial(Digest expected);

    /**
     * Takes stored content, in which damage was found, out of the store and makes it a partial of what is still good,
     * for a writer to complete; keeps a bounded copy of the damaged bytes in quarantine. Readers that have the file
     * open go on.
     *
     * <p>The next writer goes on in the same file, so those readers see it mended. Pinned content that cannot become a
     * partial goes to quarantine as a whole, other is removed.
     *
     * @param damage the proof; a length of 0 asks for the removal only
     * @param expected the digest by which the next writer will ask for it
     * @throws IOException when it could not become a partial, because the disk refused or somebody writes that content
     * now; readers that have it open must be told to begin anew then
     */
    void demote(Damage damage, Digest expected) throws IOException;

    /**
     * Whether the file has the content that was written or checked since the start, and nothing has changed it since
     * then. Also true of content that was found at the start and is not to be checked. Memory only.
     *
     * @param file as it was when it was opened; ask {@link BlobFile#isUnchanged} about now
     */
    boolean isVerified(Digest sha256, BlobFile file);

    /** All of the file was read after it was opened, and is that content. */
    void verified(Digest sha256, BlobFile file);

    /** An open file of that content could not be read: is said once in a while, and changes nothing. Never blocks. */
    void unreadable(Digest sha256, IOException why);

    /** Removes content; readers that have it open are not disturbed. */
    void delete(Digest sha256) throws IOException;

    /**
     * Why nothing can be stored now, in a sentence for the operator; empty when all is well. Set by the first step that
     * the disk refuses, cleared by a probe within 3 s of the disk's recovery. Memory only; never blocks.
     */
    Optional<String> trouble();

    /**
     * Why the folder is not this vault's to change now, such as another vault that has it; empty when it is. What looks
     * after the store leaves it alone meanwhile. Memory only; never blocks.
     */
    Optional<String> suspended();

    @Override
    void close();
}
