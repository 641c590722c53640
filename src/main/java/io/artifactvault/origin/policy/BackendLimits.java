package io.artifactvault.origin.policy;

import java.time.Duration;

/**
 * The limits of one backend's concurrent use of its upstreams, including redirects, and its timeout for each of them.
 *
 * @param maxConnections concurrent requests, until their responses end; 0 for no limit
 * @param maxBandwidth bytes of bodies per second; 0 for no limit
 * @param timeout for a permit of {@code maxConnections}, for connecting if that is shorter than the default, and for
 * the response head; restarts at each of these and at each hop of a redirect chain
 */
public record BackendLimits(int maxConnections, long maxBandwidth, Duration timeout) {}
