package io.artifactvault.snapshot;

import io.artifactvault.backend.ListedFiles;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import java.util.List;

/**
 * The files of a snapshot.
 *
 * @param at the snapshot at its commit
 * @param files all its files
 * @param pages the responses that listed the files; clients will request these responses too
 * @param problems files that are listed but cannot be fetched
 * @param notes for the operator
 */
record FileListing(
        SnapshotName at,
        List<SnapshotFile> files,
        List<Resource> pages,
        List<ListedFiles.Problem> problems,
        List<String> notes) {
    /** Without problems and notes. */
    FileListing(SnapshotName at, List<SnapshotFile> files, List<Resource> pages) {
        this(at, files, pages, List.of(), List.of());
    }
}
