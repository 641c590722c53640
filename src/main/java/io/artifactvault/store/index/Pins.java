package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import java.util.List;
import java.util.Set;

/**
 * Content that an operator protects from eviction: one pin holds the content of one revision of one repository. Content
 * stays as long as any pin contains it. Reads come from memory and changes are written together with other changes of
 * the index, so no method waits. Thread-safe.
 */
public interface Pins {
    /**
     * Pins that content, whether it is already stored or not; adds to earlier pins of the same repository and revision.
     *
     * @param revision a commit, or a label chosen by the operator
     */
    void pin(String repository, String revision, Set<Digest> sha256);

    /** @return false when there was no such pin */
    boolean unpin(String repository, String revision);

    boolean isPinned(Digest sha256);

    /** One label, and the number of blobs that it pins. */
    record Pin(String repository, String revision, int contents) {}

    /** All pins, in no particular order. */
    List<Pin> all();

    /** The number of distinct blobs that are pinned. */
    int size();
}
