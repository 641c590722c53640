package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Target;
import java.util.List;

/**
 * The responses that upstream would send for a snapshot that another program stores on this machine, so that the
 * vault's clients find the snapshot as if it had been fetched. No I/O.
 */
public interface SnapshotImports {
    /** The kind of digest by which upstream identifies a file of that length, if no source states it. */
    Digest.Algorithm naming(long length);

    /** The fields of the response for a file with that digest. */
    Fields file(SnapshotName atCommit, SnapshotFile file);

    /**
     * The responses that clients request before they request files.
     *
     * @param revisions the branches and tags that point to this commit
     * @param files all files of the snapshot
     */
    List<ImportedResponse> responses(SnapshotName atCommit, List<String> revisions, List<SnapshotFile> files);

    /** One response, with status 200. */
    record ImportedResponse(Target target, Fields fields, byte[] body) {}
}
