package io.artifactvault.backend.huggingface.snapshots;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.http.Digest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The digests under which the Hub knows the files of a local snapshot: the name of a file's blob, else the digest in
 * the recorded list.
 */
final class HubDigests {
    private final Map<String, Digest> listed = new HashMap<>();

    HubDigests(Optional<List<SnapshotFile>> listing) {
        listing.ifPresent(files ->
                files.forEach(file -> file.digest().ifPresent(digest -> listed.put(file.path(), digest))));
    }

    /** The digest of a file; empty for a copy whose digest is not recorded. */
    Optional<Digest> of(String path, Path source) {
        Optional<Digest> named = HubEtag.digest(source.getFileName().toString());
        boolean isBlob = Optional.ofNullable(source.getParent())
                .filter(folder -> folder.endsWith("blobs"))
                .isPresent();
        return isBlob && named.isPresent() ? named : Optional.ofNullable(listed.get(path));
    }
}
