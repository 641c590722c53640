package io.artifactvault.snapshot;

/**
 * A snapshot as an operator calls it.
 *
 * @param backend empty for the first that has snapshots
 * @param type empty for the usual one
 * @param revision empty for the usual one
 */
public record SnapshotQuery(String backend, String type, String repository, String revision) {}
