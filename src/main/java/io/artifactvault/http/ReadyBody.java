package io.artifactvault.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A request's content that is completely in memory. Confined to the thread that reads it. */
final class ReadyBody implements RequestBody {
    private final byte[] bytes;
    private boolean taken;

    ReadyBody(byte[] bytes) {
        this.bytes = bytes;
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
