package io.artifactvault.server;

import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import java.time.Duration;

/**
 * One finished request, as the access log and tests see it.
 *
 * @param client address without port
 * @param path without the query, which may hold secrets
 * @param bytes of content, passed to the connection
 * @param whole whether the response was sent completely
 * @param account how the response was produced
 */
public record Exchange(
        String id,
        String client,
        String method,
        String path,
        int status,
        long bytes,
        Duration took,
        CacheStatus cacheStatus,
        boolean whole,
        DecisionLog account) {}
