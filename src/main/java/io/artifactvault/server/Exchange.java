package io.artifactvault.server;

import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.http.CacheStatus;
import java.time.Duration;

/**
 * One finished request, as the access log and tests read it.
 *
 * @param client address without port
 * @param path without the query, which may hold secrets
 * @param bytes of content handed to the connection
 * @param whole whether the answer was sent to its end
 * @param account how the answer came about
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
