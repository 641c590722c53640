package io.artifactvault.store.disk;

/**
 * The disk space that a file occupies. Java reports the length of a file but not its blocks, so lengths are rounded up
 * to {@link #SIZE}, the block of ext4 and XFS; content of 100 bytes occupies 4 KiB there. The index computes the same
 * value in SQL.
 */
public final class Blocks {
    public static final int SIZE = 4096;

    /**
     * The SQL expression that rounds the column {@code length} up to whole blocks; the prefix, such as {@code new.},
     * qualifies the column.
     */
    public static String sql(String prefix) {
        return "((" + prefix + "length + 4095) / 4096 * 4096)";
    }

    private Blocks() {}

    public static long of(long length) {
        return length > Long.MAX_VALUE - SIZE ? Long.MAX_VALUE : (length + SIZE - 1) / SIZE * SIZE;
    }
}
