package io.artifactvault.backend;

/**
 * The snapshot whose download a client begins with a response.
 *
 * @param backend the name of the backend
 */
public record Opening(String backend, SnapshotName snapshot) {}
