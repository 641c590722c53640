package io.artifactvault.cache;

import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;

/**
 * What a client gets.
 *
 * @param fields complete but for Date, Connection, Transfer-Encoding and the cache's own; Content-Length is among them
 *     exactly when the length is known
 */
public record Answer(int status, Fields fields, Body body, CacheStatus cacheStatus) {}
