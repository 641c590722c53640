package io.artifactvault.backend.pypi.lock;

import java.util.List;
import java.util.OptionalLong;

/**
 * A file that a lock file names.
 *
 * @param name of the distribution file
 * @param size in bytes, if the lock gives it
 * @param hashes of its content; empty if the lock gives none
 */
public record LockedFile(String name, OptionalLong size, List<Hash> hashes) {}
