package io.artifactvault.cache;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.cache.lookup.Lookup;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.http.CacheStatus;

/**
 * A request that is sent upstream, or waits for an equal request that was. Immutable.
 *
 * @param found the result of the lookup
 * @param allowed whether the caller may receive the stored response without permission from upstream
 * @param validates whether upstream may confirm the stored response
 * @param status why the request is forwarded, as far as the caller may know
 */
record ForwardedRequest<R extends Cacheable>(
        CacheRequest<R> request, Lookup<R> found, boolean allowed, boolean validates, CacheStatus status) {}
