package io.artifactvault.origin.address;

import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import java.net.InetAddress;

/** The requests that may use a pooled connection; includes the permission to reach private addresses. */
public record PoolKey(OriginId origin, PrivateTargets privateTargets) {
    /** Whether connections to that address are permitted. */
    public boolean permits(InetAddress address) {
        return AddressPolicy.isPublic(address) || privateTargets.permit(origin.host(), address);
    }
}
