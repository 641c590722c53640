package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot as another program keeps it on this machine.
 *
 * @param at the snapshot at its commit
 * @param revisions the branches and tags that were seen to mean this commit
 * @param files what is there of it
 * @param listing all files that belong to it, when that program noted them
 */
public record LocalSnapshot(
        SnapshotName at, List<String> revisions, List<File> files, Optional<List<SnapshotFile>> listing) {
    /**
     * One file of it.
     *
     * @param path within the repository
     * @param source where its bytes are
     * @param digest what they shall hash to, when that program says so
     */
    public record File(String path, Path source, Optional<Digest> digest) {}
}
