package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;

/** A snapshot of an existing backend, in the canonical form of its name. */
public record SnapshotRef(String backend, SnapshotName name) {}
