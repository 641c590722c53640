package io.artifactvault.store.index;

/**
 * CRC32C of each block of some content, the last block shorter: what tells rot from content without hashing all of it.
 *
 * @param crc32c one per block of {@value #BLOCK} bytes, in order
 */
public record Checksums(int[] crc32c) {
    /** Bytes per block. */
    public static final int BLOCK = 1024 * 1024;

    public int blocks() {
        return crc32c.length;
    }
}
