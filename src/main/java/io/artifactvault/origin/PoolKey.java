package io.artifactvault.origin;

import io.artifactvault.http.OriginId;

/** What a pooled connection may be used for: a permission to reach private addresses is part of it. */
record PoolKey(OriginId origin, boolean privateAllowed) {}
