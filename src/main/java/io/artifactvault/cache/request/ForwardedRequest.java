package io.artifactvault.cache.request;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.http.CacheStatus;

/**
 * A request that is sent upstream, or waits for an equal one that was. Immutable.
 *
 * @param found what was stored
 * @param allowed whether the caller might have had it without asking
 * @param validates whether upstream may confirm what is stored
 * @param status why upstream is asked, as far as the caller may know
 */
public record ForwardedRequest<R extends Cacheable, F>(
        CacheRequest<R> visit, F found, boolean allowed, boolean validates, CacheStatus status) {}
