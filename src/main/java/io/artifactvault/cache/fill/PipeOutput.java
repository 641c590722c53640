package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.Interest;
import io.artifactvault.cache.work.Task;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the pipe of one reader as an output stream, for edits. */
public final class PipeOutput extends OutputStream {
    private static final Logger log = LoggerFactory.getLogger(PipeOutput.class);

    private final ChunkPipe pipe;

    public PipeOutput(ChunkPipe pipe) {
        this.pipe = pipe;
    }

    /** Creates a pipe for the task of this thread; from now on the task is cancelled when the pipe's reader leaves. */
    public static ChunkPipe ofTask() {
        Interest interest = Task.current().interest();
        var _ = interest.add();
        return ChunkPipe.of(interest.cancellation());
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        put(pipe, ByteBuffer.wrap(bytes, offset, length));
    }

    /** Writes the whole body to the pipe and ends the pipe, which records whether the body was complete. */
    public static void putAll(ChunkPipe pipe, OriginResponse body, String title) {
        boolean whole = false;
        try {
            copy(body, pipe);
            whole = true;
        } catch (OriginException | IOException e) {
            log.info("Broke off {}: {}", title, e.getMessage());
        } finally {
            pipe.end(whole);
        }
    }

    /** Writes the whole body to the pipe, which stays open. */
    public static void copy(OriginResponse body, ChunkPipe pipe) throws OriginException, IOException {
        boolean more = true;
        while (more) {
            more = body.next(bytes -> put(pipe, bytes));
        }
    }

    /** Writes the bytes to the pipe, waiting for room; throws if the reader has left. */
    static void put(ChunkPipe pipe, ByteBuffer bytes) throws IOException {
        try {
            if (!pipe.put(bytes)) {
                throw new IOException("the client disconnected");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the vault is shutting down").initCause(e);
        }
    }
}
