package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import java.util.Optional;

/**
 * One file of a snapshot, as the ecosystem lists it.
 *
 * @param path within the repository, decoded; of a {@link ListedFiles list}, as its pages give it
 * @param length in bytes; negative if the list does not give it
 * @param digest of its content, if the list gives one
 */
public record SnapshotFile(String path, long length, Optional<Digest> digest) {
    /** The length of a file whose list does not give it. */
    public static final long UNKNOWN = -1;

    /** Whether the length is known. */
    public boolean isMeasured() {
        return length >= 0;
    }

    /** The same file with that length. */
    public SnapshotFile measured(long bytes) {
        return new SnapshotFile(path, bytes, digest);
    }
}
