package io.artifactvault.store;

import java.nio.file.Path;

/**
 * Where and how much is kept.
 *
 * @param dir the cache folder; made (0700) when missing
 * @param maxSize bytes that blobs may take together
 * @param memory bytes of small bodies and index rows held in memory
 * @param openFiles how many blob files are kept open for the next hit
 */
public record StoreSettings(Path dir, long maxSize, long memory, int openFiles) {}
