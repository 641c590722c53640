package io.artifactvault.origin.address;

import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import java.net.InetAddress;

/** What a pooled connection may be used for: a permission to reach private addresses is part of it. */
public record PoolKey(OriginId origin, PrivateTargets privateTargets) {
    /** Whether connections to that address are permitted. */
    public boolean permits(InetAddress address) {
        return AddressPolicy.isPublic(address) || privateTargets.permit(origin.host(), address);
    }
}
