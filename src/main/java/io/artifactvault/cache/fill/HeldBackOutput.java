package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Writes to a pipe, and holds the last chunk back until the digest is checked, so that a reader never holds a complete
 * wrong body. Confined to the task's thread.
 */
public final class HeldBackOutput {
    private final ChunkPipe pipe;
    private final Optional<Hasher> hasher;
    private ByteBuffer held = ByteBuffer.allocate(0);

    public HeldBackOutput(ChunkPipe pipe, Optional<Hasher> hasher) {
        this.pipe = pipe;
        this.hasher = hasher;
    }

    /** Writes the bytes; throws if the reader has left. */
    public void write(ByteBuffer bytes) throws IOException {
        if (!bytes.hasRemaining()) {
            return;
        }
        if (hasher.isEmpty()) {
            PipeOutput.put(pipe, bytes);
            return;
        }
        hasher.get().update(bytes);
        ByteBuffer next = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        flush();
        held = next;
    }

    /** Releases the last chunk if the digest matches, or if there was none to check. */
    public boolean finish(Optional<Digest> expected) throws IOException {
        boolean right = hasher.isEmpty()
                || expected.filter(hasher.get().finish()::equals).isPresent();
        if (right) {
            flush();
        }
        return right;
    }

    private void flush() throws IOException {
        if (held.hasRemaining()) {
            PipeOutput.put(pipe, held);
        }
    }
}
