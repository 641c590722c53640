package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/** The files that one job is about: how they are listed, requested and found in the store. Blocking; thread-safe. */
interface Subject {
    /** Lists the files through the vault. */
    FileListing listing() throws SnapshotException, InterruptedException;

    /** Lists the files to check; from the store alone where it has the list. */
    FileListing knownListing() throws SnapshotException, InterruptedException;

    /** The files to check if the operator selects none. */
    Selection selection(SnapshotName at) throws SnapshotException, IOException;

    /**
     * Records the order, before the files are fetched.
     *
     * @param asked when the list was requested
     */
    void order(FileListing listing, Instant asked) throws SnapshotException, InterruptedException;

    /** The name of a file for people. */
    String title(SnapshotFile file);

    /** The stored content that a client would get for the file without a byte from upstream; empty if there is none. */
    Optional<Digest> content(SnapshotName at, SnapshotFile file) throws SnapshotException, IOException;

    /** Requests a file and waits until it has arrived; the exception's message contains a refusal. */
    void fetch(SnapshotName at, SnapshotFile file, LongConsumer moved)
            throws SnapshotException, IOException, InterruptedException;

    /** Called once a file is stored: makes sure that clients get it at each of its addresses. */
    void stored(SnapshotFile file) throws SnapshotException, InterruptedException;

    /** The stored responses that clients request besides the files. */
    Set<Digest> answers(FileListing listing) throws SnapshotException;

    /** Called once all files are pinned. */
    void pinned(SnapshotName at);
}
