package io.artifactvault.cache.request;

import io.artifactvault.backend.Opening;
import java.util.Optional;

/** Checks whether ordered snapshots are stored completely. Called on lookup threads; may read the disk. */
@FunctionalInterface
public interface Wholeness {
    /** Knows no ordered snapshots. */
    Wholeness UNKNOWN = _ -> Optional.empty();

    /**
     * Why this snapshot cannot be completed without upstream, in a sentence for the client; empty if it can, or if it
     * was not ordered.
     */
    Optional<String> trouble(Opening opening);
}
