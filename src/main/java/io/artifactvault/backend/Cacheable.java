package io.artifactvault.backend;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A resource for which the cache can respond, from the store or by requesting it from upstream. Immutable and without
 * I/O.
 */
public sealed interface Cacheable permits Resource, HttpResource {
    /** For logs and error texts: {@code acme/tiny config.json at main}. Holds no credential and no query. */
    String title();

    /** The cache key; of the immutable thing when it has no mutable name, else of the thing as the name calls it. */
    String key();

    /** How to ask. */
    Upstream upstream();

    /** The token that upstream wants first, by its response; empty where it wants none. */
    default Optional<TokenRequest> wantedToken(List<UpstreamAnswer> chain) {
        return Optional.empty();
    }

    /** What a token for this is good for, as far as it is known before upstream says so. */
    default String tokenScope() {
        return key();
    }

    /** The content with which it is asked for by POST, and which can be sent again; empty when there is none. */
    default Optional<byte[]> question() {
        return Optional.empty();
    }

    /** How long an error that says nothing of its lifetime may be reused, such as "not found". */
    Duration negativeTtl();
}
