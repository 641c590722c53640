package io.artifactvault.snapshot;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import java.util.List;

/**
 * What a snapshot is made of.
 *
 * @param at the snapshot at its commit
 * @param files all of them
 * @param pages the answers that told so, and that clients will ask for too
 */
record FileListing(SnapshotName at, List<SnapshotFile> files, List<Resource> pages) {}
