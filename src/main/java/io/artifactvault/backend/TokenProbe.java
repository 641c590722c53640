package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import java.net.URI;

/**
 * How upstream is asked whether it accepts the token that its backend has: it answers 200, or 401 or 403.
 *
 * @param uri to GET
 */
public record TokenProbe(URI uri, Credential token) {}
