package io.artifactvault.store.index;

/**
 * The CRC32C of each block of a blob; the last block may be shorter. Detects corruption without hashing the whole blob.
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
