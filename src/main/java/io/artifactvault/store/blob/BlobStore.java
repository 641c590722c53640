package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.Peek;
import io.artifactvault.store.disk.NoRoomException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Stores content under its digest. Contains only complete, verified content; content of a fill in progress belongs to
 * its {@link BlobWriter}.
 */
public interface BlobStore extends AutoCloseable {
    /** The open file of that content, if it is open already; never blocks. The caller closes its lease. */
    Peek<BlobFile> peek(Digest sha256);

    /**
     * Opens the content's file. The caller closes its lease.
     *
     * @return empty when the disk reports that there is no such file, or that it is not a regular file
     * @throws IOException when it cannot be opened now, for example for lack of descriptors; this does not show that
     *     the content is damaged
     */
    Optional<BlobFile> open(Digest sha256) throws IOException;

    /**
     * Starts to write content, or resumes what an earlier writer of the same digest and length left.
     *
     * @param length complete length in bytes when known: the writer then rejects content of another length
     * @param expected the digest that the content must have, when known
     * @throws NoRoomException when it is larger than the limit of one object, or nothing can be evicted for it
     * @throws IOException when the disk fails to store it, or failed a moment ago (see {@link #trouble})
     */
    BlobWriter create(OptionalLong length, Optional<Digest> expected) throws IOException;

    /**
     * Whether an earlier writer left part of that content and no writer is active for it now. Memory only; never
     * blocks.
     */
    boolean hasPartial(Digest expected);

    /**
     * Removes damaged content from the store and turns its good bytes into a partial for a writer to complete; keeps a
     * bounded copy of the damaged bytes in quarantine. Readers that have the file open continue.
     *
     * <p>The next writer continues in the same file, so those readers see the repaired content. Pinned content that
     * cannot become a partial is moved to quarantine as a whole, other content is removed.
     *
     * @param damage the damaged blob and its good bytes; if its length is 0, the content is removed without a partial
     * @param expected the digest under which the next writer will request it
     * @throws IOException when the content could not become a partial, because the disk failed or another writer writes
     *     that content now; readers that have it open must then be restarted
     */
    void demote(Damage damage, Digest expected) throws IOException;

    /**
     * Whether the file's content was written or checked since startup and is unchanged since then. Also true for
     * content that was found at startup and does not need a check. Memory only.
     *
     * @param file the file as it was when it was opened; {@link BlobFile#isUnchanged} gives the current state
     */
    boolean isVerified(Digest sha256, BlobFile file);

    /** Records that the whole file was read after it was opened, and that it has the content of that digest. */
    void verified(Digest sha256, BlobFile file);

    /**
     * Records that an open file of that content could not be read, which is logged from time to time and has no other
     * effect. Never blocks.
     */
    void unreadable(Digest sha256, IOException why);

    /** Removes content; readers that have it open continue. */
    void delete(Digest sha256) throws IOException;

    /**
     * A sentence for the operator that says why nothing can be stored now; empty when the store works. It is set by the
     * first operation that fails on the disk, and cleared by a probe within 3 s after the disk works again. Memory
     * only; never blocks.
     */
    Optional<String> trouble();

    /**
     * Why this vault must not change the folder now, for example because another vault has locked it; otherwise empty.
     * Maintenance of the store pauses during that time. Memory only; never blocks.
     */
    Optional<String> suspended();

    @Override
    void close();
}
