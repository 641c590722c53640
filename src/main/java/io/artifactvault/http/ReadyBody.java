package io.artifactvault.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A request's content that is completely in memory, so that it can be sent again. Confined to the thread that reads it.
 */
public final class ReadyBody implements RequestBody {
    private final byte[] bytes;
    private boolean taken;

    public ReadyBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads a body to its end; blocks.
     *
     * @param most maximum length in bytes
     * @throws IOException when the body is longer than that, or does not have the announced length
     */
    public static ReadyBody copyOf(RequestBody body, int most) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        for (ByteBuffer piece = body.next(); piece != null; piece = body.next()) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            copy.writeBytes(bytes);
            if (copy.size() > most) {
                throw new IOException("the body is longer than announced");
            }
        }
        if (copy.size() != body.length().orElse(copy.size())) {
            throw new IOException("the body is shorter than announced");
        }
        return new ReadyBody(copy.toByteArray());
    }

    /** A new body with the same content, to be read from the beginning. */
    public ReadyBody again() {
        return new ReadyBody(bytes);
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(bytes.length);
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (taken || bytes.length == 0) {
            return null;
        }
        taken = true;
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public CompletionStage<byte[]> whole(int most) {
        return bytes.length > most
                ? CompletableFuture.failedFuture(new IOException("the body is longer than " + most + " bytes"))
                : CompletableFuture.completedFuture(bytes);
    }
}
