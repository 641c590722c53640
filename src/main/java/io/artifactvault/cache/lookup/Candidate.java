package io.artifactvault.cache.lookup;

import io.artifactvault.http.CacheStatus.Forward;
import java.util.Optional;

/**
 * What the store offers for a request.
 *
 * @param stored the stored answer that the request selects
 * @param otherwise why there is none, where there is none
 * @param allowed whether this caller may be sent it without upstream's yes
 */
public record Candidate(Optional<StoredResponse> stored, Forward otherwise, boolean allowed) {}
