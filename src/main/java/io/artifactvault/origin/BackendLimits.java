package io.artifactvault.origin;

/**
 * How much one backend may ask of its upstreams at once, its redirects included.
 *
 * @param maxConnections requests whose answers are under way; 0 for any number
 * @param maxBandwidth bytes of bodies per second; 0 for any
 */
public record BackendLimits(int maxConnections, long maxBandwidth) {
    public static final BackendLimits NONE = new BackendLimits(0, 0);
}
