package io.artifactvault.backend;

import java.time.Duration;

/** Something that the cache answers, from what it stores or by asking upstream. Immutable and without I/O. */
public sealed interface Cacheable permits Resource, HttpResource {
    /** For logs and error texts: {@code acme/tiny config.json at main}. Holds no credential and no query. */
    String title();

    /** The cache key; of the immutable thing when it has no mutable name, else of the thing as the name calls it. */
    String key();

    /** How to ask. */
    Upstream upstream();

    /** How long an error that says nothing of its lifetime may be reused, such as "not found". */
    Duration negativeTtl();
}
