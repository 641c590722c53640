package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import java.net.URI;
import java.util.Optional;

/**
 * How to ask upstream for a resource.
 *
 * @param uri absolute; its origin is the operator's {@code base_url}, always
 * @param fields request fields to send
 * @param credential whom upstream shall take us for; bound to the URI's origin
 * @param maxRedirects followed inside
 * @param privateRedirects whether redirects may lead into private networks
 */
public record Upstream(
        URI uri, Fields fields, Optional<Credential> credential, int maxRedirects, boolean privateRedirects) {}
