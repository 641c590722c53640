package io.artifactvault.cache;

import io.artifactvault.store.BlobWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A blob being written as a stream, for edits. A failing disk throws {@link StoreException}, not IOException. */
final class WriterOutput extends OutputStream {
    private final BlobWriter writer;

    WriterOutput(BlobWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            writer.write(writer.extents().end(), ByteBuffer.wrap(bytes, offset, length));
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }
}
