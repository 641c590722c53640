package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import io.artifactvault.http.PrivateTargets;
import java.net.InetAddress;

/** What a pooled connection may be used for: a permission to reach private addresses is part of it. */
record PoolKey(OriginId origin, PrivateTargets privateTargets) {
    /** Whether connections to that address are permitted. */
    boolean permits(InetAddress address) {
        return AddressPolicy.isPublic(address) || privateTargets.permit(origin.host(), address);
    }
}
