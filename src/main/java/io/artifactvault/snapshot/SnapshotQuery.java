package io.artifactvault.snapshot;

/**
 * The name of a snapshot as an operator writes it.
 *
 * @param backend empty for the first backend that has snapshots
 * @param type empty for the default type
 * @param revision empty for the default branch
 */
public record SnapshotQuery(String backend, String type, String repository, String revision) {}
