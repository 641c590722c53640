package io.artifactvault.backend;

import java.net.URI;
import java.util.List;

/**
 * What one backend may ask of its upstream, and who stands in for it.
 *
 * @param mirrors other places with the same paths, without a slash at their ends; asked for content whose digest is known, when
 *     upstream does not deliver it, and never with a credential
 * @param maxConnections answers under way at once; 0 for any number
 * @param maxBandwidth bytes of bodies per second; 0 for any
 */
public record SourceSettings(List<URI> mirrors, int maxConnections, long maxBandwidth) {
    public static final SourceSettings UNLIMITED = new SourceSettings(List.of(), 0, 0);
}
