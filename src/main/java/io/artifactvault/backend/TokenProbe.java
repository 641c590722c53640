package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import java.net.URI;

/**
 * The request that checks whether upstream accepts the backend's token: upstream responds with 200, or with 401 or 403.
 *
 * @param uri the URL to GET
 */
public record TokenProbe(URI uri, Credential token) {}
