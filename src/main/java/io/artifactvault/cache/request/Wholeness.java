package io.artifactvault.cache.request;

import io.artifactvault.backend.Opening;
import java.util.Optional;

/**
 * Checks whether the snapshots that the operator warmed are stored completely. Called on lookup threads; may read the
 * disk.
 */
@FunctionalInterface
public interface Wholeness {
    /** Knows no snapshots. */
    Wholeness UNKNOWN = _ -> Optional.empty();

    /**
     * A sentence for the client that says why this snapshot cannot be completed without upstream; empty if it can, or
     * if it is not one of these snapshots.
     */
    Optional<String> trouble(Opening opening);
}
