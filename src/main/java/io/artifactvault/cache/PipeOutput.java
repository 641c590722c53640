package io.artifactvault.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A pipe to one reader as a stream, for edits. */
final class PipeOutput extends OutputStream {
    private final ChunkPipe pipe;

    PipeOutput(ChunkPipe pipe) {
        this.pipe = pipe;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        put(pipe, ByteBuffer.wrap(bytes, offset, length));
    }

    /** Puts the bytes in the pipe, waiting for room; throws when the reader has gone. */
    static void put(ChunkPipe pipe, ByteBuffer bytes) throws IOException {
        try {
            if (!pipe.put(bytes)) {
                throw new IOException("the client has gone");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the vault is shutting down").initCause(e);
        }
    }
}
