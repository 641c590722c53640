package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Credential;
import java.util.Optional;

/**
 * An operator's request for one snapshot.
 *
 * @param backend the name of the backend
 * @param dryRun to report only what would be done
 * @param parallel files fetched concurrently
 * @param credential the credential for requests to upstream
 */
public record JobRequest(
        Kind kind,
        String backend,
        SnapshotName snapshot,
        Selection selection,
        boolean dryRun,
        int parallel,
        Optional<Credential> credential) {

    /** What to do. */
    public enum Kind {
        /** Bring what is missing. */
        WARM,
        /** Bring what is missing, verify all of it and keep it for good. */
        PIN,
        /** Prove that it is here, reading every byte. */
        CHECK
    }

    public static final int MOST_PARALLEL = 32;
}
