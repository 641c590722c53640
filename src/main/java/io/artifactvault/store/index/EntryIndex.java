package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import io.artifactvault.store.Peek;
import java.time.Instant;
import java.util.Optional;

/**
 * Maps keys to stored responses, names to their targets, and digests to the content that they identify.
 *
 * <p>Reads come in pairs: {@code peek} reads memory only and never blocks, so event loops may call it; {@code load} may
 * read the disk, caches the result, and is for worker threads. Writes return without waiting, are visible to both reads
 * immediately, and reach the disk together within 50 ms; {@link #flush} waits for that. Safe for use by many threads.
 *
 * <p>Callers never see an I/O failure of the disk: the index then finds nothing (load returns empty) and logs once.
 */
public interface EntryIndex extends AutoCloseable {
    /** In characters. Longer keys are never kept: requests that have such are passed on. */
    int LONGEST_KEY = 4096;

    Peek<Entry> peek(String key);

    Optional<Entry> load(String key);

    /** Keeps it, unless its key is longer than {@link #LONGEST_KEY} or it is new and the index is full. */
    void put(Entry entry);

    void remove(String key);

    /** Removes all entries whose keys begin so. May ask the disk which those are. */
    void removeAll(String prefix);

    Peek<PointerValue> peekPointer(String name);

    Optional<PointerValue> loadPointer(String name);

    /** Keeps the value unless the one already kept was asked for later. */
    void putPointer(String name, PointerValue value);

    /**
     * Forgets all names that begin so; answers to questions from before that instant do not bring them back. May ask
     * the disk, so it is for worker threads.
     */
    void removePointers(String beginning, Instant movedAt);

    /** The sha256 under which content is stored that is also known by {@code digest} (itself a sha256 or not). */
    Peek<Digest> peekBlob(Digest digest);

    Optional<Digest> loadBlob(Digest digest);

    /** Records a stored blob, the other digest it is known by, and its checksums. */
    void putBlob(Digest sha256, long length, Optional<Digest> alias, Optional<Checksums> checksums);

    /** The recorded length of a stored blob. */
    Optional<Long> loadLength(Digest sha256);

    /** The checksums recorded with a blob; empty when none were. */
    Optional<Checksums> loadChecksums(Digest sha256);

    /** Somebody was served this content: its access time and count, written in batches. Never blocks. */
    void touch(Digest sha256, Instant at);

    /** Forgets a blob and its aliases, after its file was found missing or damaged. */
    void removeBlob(Digest sha256);

    /**
     * When the scope, or a state of it, was last seen open to a caller without a credential; empty when never, or
     * closed since.
     */
    Peek<Instant> peekPublic(String scope);

    Optional<Instant> loadPublic(String scope);

    void markPublic(String scope, Instant at);

    /**
     * Forgets the scope and all states of it, whose keys are the scope's, a line feed and more; marks from before that
     * instant do not bring them back. May ask the disk, so it is for worker threads.
     */
    void forgetPublic(String scope, Instant closedAt);

    /**
     * Whether the index could not be read lately, so that what it does not find may be there all the same. Memory only.
     */
    default boolean isUnreadable() {
        return false;
    }

    /** Waits until every write so far is on disk. */
    void flush();

    @Override
    void close();
}
