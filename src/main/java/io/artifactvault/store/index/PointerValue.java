package io.artifactvault.store.index;

import java.time.Instant;

/**
 * Where a mutable name pointed: a branch to a commit, a tag to a digest.
 *
 * @param askedAt when the question went out; an answer never replaces one to a later question
 */
public record PointerValue(String value, Instant askedAt) {}
