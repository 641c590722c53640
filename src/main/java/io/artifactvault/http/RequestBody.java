package io.artifactvault.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A request's content that is still arriving. Read once, by one task; reading blocks, and the client is stopped while
 * the task does not read.
 */
public interface RequestBody {
    /** The announced length in bytes; empty when the content is chunked. */
    OptionalLong length();

    /**
     * The next piece, blocking until there is one.
     *
     * @return bytes that belong to the caller, or null at the end
     * @throws IOException when the client went away or sent a malformed body
     */
    @Nullable
    ByteBuffer next() throws IOException;

    /**
     * All of it at once, in place of {@link #next}; never blocks. Fails with an {@link IOException} when there is more
     * than that, or the client went away.
     *
     * @param most in bytes
     */
    default CompletionStage<byte[]> whole(int most) {
        return CompletableFuture.failedFuture(new IOException("this body can only be read piece by piece"));
    }

    /** Content that is at hand. */
    static RequestBody of(byte[] bytes) {
        return new ReadyBody(bytes);
    }
}
