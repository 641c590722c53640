package io.artifactvault.store;

import io.artifactvault.http.Digest;

/**
 * Content that is not what it should be.
 *
 * @param sha256 its name
 * @param length the recorded length in bytes
 * @param good the bytes that are known to be right
 */
public record Damage(Digest sha256, long length, Extents good) {}
