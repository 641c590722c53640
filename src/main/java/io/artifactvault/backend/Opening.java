package io.artifactvault.backend;

/**
 * The snapshot that a client begins to fetch with an answer.
 *
 * @param backend the name of the backend
 */
public record Opening(String backend, SnapshotName snapshot) {}
