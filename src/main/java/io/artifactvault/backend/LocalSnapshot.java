package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot that another program stores on this machine.
 *
 * @param at the snapshot at its commit
 * @param revisions the branches and tags that were seen to point to this commit
 * @param files its files that exist on this machine
 * @param listing all its files, if that program recorded them
 */
public record LocalSnapshot(
        SnapshotName at, List<String> revisions, List<File> files, Optional<List<SnapshotFile>> listing) {
    /**
     * One file of the snapshot.
     *
     * @param path within the repository
     * @param source the location of its bytes
     * @param digest the expected digest, if that program gives one
     */
    public record File(String path, Path source, Optional<Digest> digest) {}
}
