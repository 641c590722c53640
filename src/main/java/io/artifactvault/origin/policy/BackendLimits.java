package io.artifactvault.origin.policy;

import java.time.Duration;

/**
 * How much one backend may ask of its upstreams at once, its redirects included, and how long it waits for each of them.
 *
 * @param maxConnections requests whose answers are under way; 0 for any number
 * @param maxBandwidth bytes of bodies per second; 0 for any
 * @param timeout for a place among {@code maxConnections}, for connecting where that is less than usual, and for the head
 *     of an answer; begins anew at each of these and at each hop of a chain of redirects
 */
public record BackendLimits(int maxConnections, long maxBandwidth, Duration timeout) {}
