package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import io.artifactvault.store.Peek;
import java.time.Instant;
import java.util.Optional;

/**
 * Maps keys to stored responses, names to their targets, and digests to the content that they identify.
 *
 * <p>Reads come in pairs: {@code peek} reads memory only and never blocks, so event loops may call it; {@code load} may
 * read the disk, and caches the result, so only worker threads may call it. Writes return without waiting, are visible
 * to both reads immediately, and reach the disk together within 50 ms; {@link #flush} waits for that. Safe for use by
 * many threads.
 *
 * <p>Callers never see an I/O failure of the disk: the index then finds nothing (load returns empty) and logs once.
 */
public interface EntryIndex extends AutoCloseable {
    /**
     * The maximum length of a key in characters. Longer keys are never stored; requests with such keys are passed
     * through.
     */
    int LONGEST_KEY = 4096;

    Peek<Entry> peek(String key);

    Optional<Entry> load(String key);

    /** Stores the entry, unless its key is longer than {@link #LONGEST_KEY} or it is new and the index is full. */
    void put(Entry entry);

    void remove(String key);

    /** Removes all entries whose keys begin with the prefix. May read their keys from the disk. */
    void removeAll(String prefix);

    Peek<PointerValue> peekPointer(String name);

    Optional<PointerValue> loadPointer(String name);

    /** Stores the target of a name, unless the stored one comes from a later request. */
    void putPointer(String name, PointerValue value);

    /**
     * Removes all names with that prefix; a response to a request that was sent before that instant does not restore
     * them. May read the disk, so only worker threads may call it.
     */
    void removePointers(String beginning, Instant movedAt);

    /** The sha256 under which the content with {@code digest} is stored ({@code digest} may itself be a sha256). */
    Peek<Digest> peekBlob(Digest digest);

    Optional<Digest> loadBlob(Digest digest);

    /** Records a stored blob, its other digest, and its checksums. */
    void putBlob(Digest sha256, long length, Optional<Digest> alias, Optional<Checksums> checksums);

    /** The recorded length of a stored blob. */
    Optional<Long> loadLength(Digest sha256);

    /** The checksums recorded with a blob; empty when none were. */
    Optional<Checksums> loadChecksums(Digest sha256);

    /** Records a use of this content: its access time and count, written in batches. Never blocks. */
    void touch(Digest sha256, Instant at);

    /** Removes a blob and its aliases, after its file was found missing or damaged. */
    void removeBlob(Digest sha256);

    /**
     * When the scope, or a state of it, was last found open to callers without a credential; absent if it never was, or
     * was closed since then.
     */
    Peek<Instant> peekPublic(String scope);

    Optional<Instant> loadPublic(String scope);

    void markPublic(String scope, Instant at);

    /**
     * Removes the scope and all its states, whose keys begin with the scope's key and a line feed; a record from before
     * that instant does not restore them. May read the disk, so only worker threads may call it.
     */
    void forgetPublic(String scope, Instant closedAt);

    /** Whether the index recently failed to read, so that rows that it does not find may still exist. Memory only. */
    default boolean isUnreadable() {
        return false;
    }

    /** Waits until every write so far is on disk. */
    void flush();

    @Override
    void close();
}
