package io.artifactvault.store.index;

import java.time.Instant;

/**
 * The target of a mutable name: a branch to a commit, a tag to a digest.
 *
 * @param askedAt when the request was sent; a response never replaces the response to a later request
 */
public record PointerValue(String value, Instant askedAt) {}
