package io.artifactvault.snapshot;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.BodyStream;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Reads a body to its end as a client would, on a thread that may block. */
final class BodyDrain {
    /** The maximum size of a body that is read into memory. */
    private static final int MOST_IN_MEMORY = 64 << 20;

    private BodyDrain() {}

    /**
     * Waits until the whole body has arrived.
     *
     * @param moved receives the number of further bytes that have arrived
     * @throws IOException if the body broke off, or was passed through without being stored
     */
    static void follow(Body body, LongConsumer moved) throws IOException, InterruptedException {
        boolean passed;
        try (BodyStream stream = new BodyStream(body)) {
            for (long count = stream.advance(); count > 0; count = stream.advance()) {
                moved.accept(count);
            }
            passed = stream.isPassing();
        }
        if (passed) {
            throw new IOException("the vault could not store it");
        }
    }

    /** Reads the whole body into memory; used for JSON. */
    static byte[] read(Body body) throws IOException, InterruptedException {
        try (BodyStream stream = new BodyStream(body)) {
            byte[] bytes = stream.readNBytes(MOST_IN_MEMORY);
            if (stream.read() >= 0) {
                throw new IOException("it is longer than " + MOST_IN_MEMORY + " bytes");
            }
            return bytes;
        }
    }
}
