package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What an ecosystem whose content comes in snapshots says about them: which requests a client sends to get one, and how their
 * answers read. No I/O; targets carry the backend's prefix.
 */
public interface Snapshots {
    /**
     * The name in its usual form.
     *
     * @param type as an operator writes it; empty for the usual type
     * @param revision empty for the usual branch
     * @throws IllegalArgumentException with a sentence, when there can be no such snapshot
     */
    SnapshotName name(String type, String repository, String revision);

    /** Whether the revision names the commit itself and so can never move. */
    boolean isFixed(SnapshotName name);

    /** What a client asks first, to learn the commit; its answer is a small JSON text. */
    Target revision(SnapshotName name);

    /** The commit that the answer to {@link #revision} names; empty when it names none. */
    Optional<String> commit(byte[] revisionJson) throws IOException;

    /** The first page of the list of files; further pages are told by the answer's Link field. */
    Target listing(SnapshotName atCommit);

    /** The files of one page; a folder is none. */
    List<SnapshotFile> files(byte[] listingJson) throws IOException;

    /** The fields with which upstream would answer for a file with that digest; for what was not learnt from upstream. */
    Fields told(SnapshotName atCommit, SnapshotFile file);

    /** The same for {@link #revision} and {@link #listing}. */
    Fields toldJson();

    /** What upstream would answer to {@link #revision}, as far as these files tell. */
    byte[] revisionJson(SnapshotName atCommit, List<SnapshotFile> files);

    /** What upstream would answer to {@link #listing}, all on one page. */
    byte[] listingJson(List<SnapshotFile> files);

    /** Where a file's content is. */
    Target file(SnapshotName name, String path);
}
