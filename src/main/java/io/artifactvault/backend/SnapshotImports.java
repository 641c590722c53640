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
    /** By which digest upstream names a file of that length, where nothing says it. */
    Digest.Algorithm naming(long length);

    /** The fields of the answer for a file with that digest. */
    Fields file(SnapshotName atCommit, SnapshotFile file);

    /**
     * The answers that clients ask for before they ask for files.
     *
     * @param revisions the branches and tags that mean this commit
     * @param files all files of the snapshot
     */
    List<Told> answers(SnapshotName atCommit, List<String> revisions, List<SnapshotFile> files);

    /** One answer, with status 200. */
    record Told(Target target, Fields fields, byte[] body) {}
}
