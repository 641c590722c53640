package io.artifactvault.backend;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A resource for which the cache can respond, from the store or by requesting it from upstream. Immutable and without
 * I/O.
 */
public sealed interface Cacheable permits Resource, HttpResource {
    /**
     * The name of the resource in logs and error texts, such as {@code acme/tiny config.json at main}. Contains no
     * credential and no query.
     */
    String title();

    /** The cache key: if the resource has a mutable name, the key of the resource under that name. */
    String key();

    /** How to request it from upstream. */
    Upstream upstream();

    /** The token that upstream's response demands before it delivers the resource; empty if it demands none. */
    default Optional<TokenRequest> wantedToken(List<UpstreamAnswer> chain) {
        return Optional.empty();
    }

    /** The scope of a token for this resource, as far as the backend knows it before upstream names it. */
    default String tokenScope() {
        return key();
    }

    /** The body of the POST that requests the resource, which can be sent again; empty if it is requested by GET. */
    default Optional<byte[]> requestBody() {
        return Optional.empty();
    }

    /**
     * The vault extends each range that it requests from upstream to multiples of this size in bytes, so that
     * neighbouring ranges need few requests. Small for content of which clients read little, such as the directory at
     * the end of an archive.
     */
    default int rangeUnit() {
        return 1 << 20;
    }

    /** How long an error without a lifetime may be reused, such as "not found". */
    Duration negativeTtl();
}
