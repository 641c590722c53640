package io.artifactvault.cache.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A short request body, assembled as its pieces arrive. Guarded by its {@link RequestFeed}. */
final class BodyCollector {
    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> all = new CompletableFuture<>();

    BodyCollector(int most) {
        this.most = most;
    }

    CompletionStage<byte[]> all() {
        return all;
    }

    /** The occupied memory in bytes: twice the received bytes, because they are copied again at the end. */
    long held() {
        return 2L * bytes.size();
    }

    void add(ByteBuffer piece) {
        if (all.isDone()) {
            return;
        }
        if (bytes.size() + piece.remaining() > most) {
            all.completeExceptionally(new IOException("the body is longer than " + most + " bytes"));
            return;
        }
        byte[] chunk = new byte[piece.remaining()];
        piece.get(chunk);
        bytes.writeBytes(chunk);
    }

    void end(boolean whole) {
        if (whole) {
            all.complete(bytes.toByteArray());
        } else {
            all.completeExceptionally(new IOException("the client sent an incomplete request body"));
        }
    }
}
