package io.artifactvault.origin.address;

import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import java.net.InetAddress;

/**
 * Identifies which requests may share a pooled connection: those for the same origin with the same permission to reach
 * private addresses.
 */
public record PoolKey(OriginId origin, PrivateTargets privateTargets) {
    /** Whether connections to that address are permitted. */
    public boolean permits(InetAddress address) {
        return AddressPolicy.isPublic(address) || privateTargets.permit(origin.host(), address);
    }
}
