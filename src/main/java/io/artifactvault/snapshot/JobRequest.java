package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Credential;
import java.util.Optional;

/**
 * An operator's request for one snapshot.
 *
 * @param backend the name of the backend
 * @param dryRun whether to report only what would be done
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

    /** The kind of job. */
    public enum Kind {
        /** Fetch the missing files. */
        WARM,
        /** Fetch the missing files, verify all files and keep them permanently. */
        PIN,
        /** Verify that the snapshot is stored, reading every byte. */
        CHECK
    }

    public static final int MOST_PARALLEL = 32;
}
