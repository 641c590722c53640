package io.artifactvault.backend;

/**
 * The snapshot that a client starts to download with its request.
 *
 * @param backend the name of the backend
 */
public record Opening(String backend, SnapshotName snapshot) {}
