package io.artifactvault.cache.request;

import io.artifactvault.backend.Opening;
import java.util.Optional;

/** Checks whether ordered snapshots are stored completely. Called on lookup threads; may read the disk. */
@FunctionalInterface
public interface Wholeness {
    /** Nothing was ordered. */
    Wholeness UNKNOWN = _ -> Optional.empty();

    /** Why this snapshot cannot be finished without upstream, in a sentence for the client; empty when it can, or nobody ordered it. */
    Optional<String> trouble(Opening opening);
}
