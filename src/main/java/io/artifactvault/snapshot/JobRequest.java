package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Credential;
import java.util.Optional;

/**
 * An operator's request for one snapshot, or for the files of a list.
 *
 * @param backend the name of the backend
 * @param dryRun whether to report only what would be done
 * @param parallel files fetched concurrently
 * @param credential the credential for requests to upstream
 * @param list the files, if an operator's list names them and not a repository
 */
public record JobRequest(
        Kind kind,
        String backend,
        SnapshotName snapshot,
        Selection selection,
        boolean dryRun,
        int parallel,
        Optional<Credential> credential,
        Optional<ListRef> list) {

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
