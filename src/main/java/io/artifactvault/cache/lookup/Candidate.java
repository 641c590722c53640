package io.artifactvault.cache.lookup;

import io.artifactvault.http.CacheStatus.Forward;
import java.util.Optional;

/**
 * The stored response that may serve a request.
 *
 * @param stored the stored response that the request selects
 * @param otherwise the reason why there is none
 * @param allowed whether this caller may receive it without permission from upstream
 */
public record Candidate(Optional<StoredResponse> stored, Forward otherwise, boolean allowed) {}
