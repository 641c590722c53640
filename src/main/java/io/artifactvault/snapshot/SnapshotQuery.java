package io.artifactvault.snapshot;

/**
 * The name of a snapshot as an operator writes it.
 *
 * @param backend empty for the first backend that has snapshots
 * @param type empty for the usual type
 * @param revision empty for the usual revision
 */
public record SnapshotQuery(String backend, String type, String repository, String revision) {}
