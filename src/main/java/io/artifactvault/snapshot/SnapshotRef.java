package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;

/** A snapshot of a backend that there is, under its usual name. */
public record SnapshotRef(String backend, SnapshotName name) {}
