package io.artifactvault.backend;

import io.artifactvault.http.Digest;
import java.util.Optional;

/**
 * One file of a snapshot, as the ecosystem lists it.
 *
 * @param path within the repository, decoded
 * @param digest of its content, if the list gives one
 */
public record SnapshotFile(String path, long length, Optional<Digest> digest) {}
