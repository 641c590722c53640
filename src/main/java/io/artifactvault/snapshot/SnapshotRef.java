package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;

/** A snapshot of an existing backend, under its usual name. */
public record SnapshotRef(String backend, SnapshotName name) {}
