package io.artifactvault.backend;

/**
 * A snapshot, identified by the response with which a client starts to download it.
 *
 * @param backend the name of the backend
 */
public record Opening(String backend, SnapshotName snapshot) {}
