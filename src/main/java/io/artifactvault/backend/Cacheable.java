package io.artifactvault.backend;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A resource for which the cache can respond, from the store or by requesting it from upstream. Immutable and without
 * I/O.
 */
public sealed interface Cacheable permits Resource, HttpResource {
    /** For logs and error texts: {@code acme/tiny config.json at main}. Contains no credential and no query. */
    String title();

    /** The cache key: of the immutable resource if it has no mutable name, else of the resource under that name. */
    String key();

    /** How to request it from upstream. */
    Upstream upstream();

    /** The token that upstream demands first, according to its response; empty if it demands none. */
    default Optional<TokenRequest> wantedToken(List<UpstreamAnswer> chain) {
        return Optional.empty();
    }

    /** The scope of a token for this resource, as far as it is known before upstream names it. */
    default String tokenScope() {
        return key();
    }

    /** The body with which it is requested by POST, and which can be sent again; empty if there is none. */
    default Optional<byte[]> requestBody() {
        return Optional.empty();
    }

    /**
     * The size in bytes of the parts to whose multiples the vault extends a range that it requests from upstream, so
     * that neighbouring ranges need few requests. Small for content of which clients read little, such as the
     * directory at the end of an archive.
     */
    default int rangeUnit() {
        return 1 << 20;
    }

    /** How long an error without a lifetime may be reused, such as "not found". */
    Duration negativeTtl();
}
