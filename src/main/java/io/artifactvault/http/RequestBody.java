package io.artifactvault.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A request's content that is still arriving. Read once, by one task; reading blocks, and the vault does not read from
 * the client's socket while the task does not read.
 */
public interface RequestBody {
    /** The announced length in bytes; empty when the content is chunked. */
    OptionalLong length();

    /**
     * The next chunk, blocking until there is one.
     *
     * @return bytes that belong to the caller, or null at the end
     * @throws IOException when the client left or sent a malformed body
     */
    @Nullable
    ByteBuffer next() throws IOException;

    /**
     * Reads the whole body into one array; used instead of {@link #next}, never blocks. Fails with an {@link
     * IOException} when the body is longer, or the client left.
     *
     * @param most maximum length in bytes
     */
    default CompletionStage<byte[]> whole(int most) {
        return CompletableFuture.failedFuture(new IOException("this body can only be read piece by piece"));
    }
}
