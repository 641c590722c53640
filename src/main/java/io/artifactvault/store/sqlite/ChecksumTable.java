package io.artifactvault.store.sqlite;

import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.DamagedRowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The checksums of content, in one column with four bytes per block, because content of 100 GB has 100,000 blocks. */
final class ChecksumTable extends Table<Checksums> {
    private static final int OVERHEAD = 64;

    ChecksumTable() {
        super("checksum", "sha256", "crc32c");
    }

    @Override
    boolean isBinary() {
        return true;
    }

    @Override
    Row row(Checksums checksums) {
        ByteBuffer bytes = ByteBuffer.allocate(checksums.blocks() * Integer.BYTES);
        bytes.asIntBuffer().put(checksums.crc32c());
        return Row.of(new String(bytes.array(), StandardCharsets.ISO_8859_1));
    }

    @Override
    Checksums value(String key, Row row) {
        byte[] bytes = row.text(0).getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length % Integer.BYTES != 0) {
            throw new DamagedRowException("not four bytes a block");
        }
        int[] crc32c = new int[bytes.length / Integer.BYTES];
        ByteBuffer.wrap(bytes).asIntBuffer().get(crc32c);
        return new Checksums(crc32c);
    }

    @Override
    int weight(Checksums checksums) {
        return OVERHEAD + checksums.blocks() * Integer.BYTES;
    }
}
