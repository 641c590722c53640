package io.artifactvault.snapshot;

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
 */
record FileListing(SnapshotName at, List<SnapshotFile> files, List<Resource> pages) {}
