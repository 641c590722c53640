package io.artifactvault.backend.oci;

import io.artifactvault.http.Request;

/**
 * One request for something of a repository.
 *
 * @param repository as the registry names it
 * @param path the path up to the repository's name as the client wrote it, for links in responses: {@code
 *     /v2/ghcr/org/image}
 */
record Pull(OciSettings settings, Request request, RepositoryName repository, String path) {}
