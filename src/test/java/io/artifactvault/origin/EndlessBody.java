package io.artifactvault.origin;

import io.artifactvault.http.RequestBody;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request body without an end, of which no more than one piece comes before the latch opens. */
final class EndlessBody implements RequestBody {
    private final CountDownLatch latch;
    private int pieces;

    EndlessBody(CountDownLatch latch) {
        this.latch = latch;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.empty();
    }

    @Override
    public ByteBuffer next() {
        try {
            if (pieces++ > 0) {
                latch.await(20, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ByteBuffer.allocate(16 * 1024);
    }
}
