package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import java.util.List;
import java.util.Set;

/**
 * Content that an operator protects from eviction: one pin holds the content of one revision of one repository. Content
 * stays while any pin names it. Reads come from memory and changes are written with the index's groups, so no method
 * waits. Thread-safe.
 */
public interface Pins {
    /**
     * Keeps that content, stored already or not; adds to what the same repository and revision pinned before.
     *
     * @param revision a commit, or a label of the operator's
     */
    void pin(String repository, String revision, Set<Digest> sha256);

    /** @return false when there was no such pin */
    boolean unpin(String repository, String revision);

    boolean isPinned(Digest sha256);

    /** One label, and the number of blobs that it pins. */
    record Pin(String repository, String revision, int contents) {}

    /** All of them, in no order. */
    List<Pin> all();

    /** How many different contents are pinned. */
    int size();
}
