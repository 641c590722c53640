package io.artifactvault.snapshot;

import io.artifactvault.cache.content.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;

/**
 * Follows a body to its end as a client would, on a thread that may wait: without reading it, so that it is stored, or
 * into memory if it is small. Closes it.
 */
final class BodyDrain {
    /** The maximum size of a body that is read into memory. */
    private static final int MOST_IN_MEMORY = 64 << 20;

    private static final int PIECE = 64 << 10;

    private final LongConsumer moved;
    private final Optional<ByteArrayOutputStream> memory;
    private long position;

    private BodyDrain(LongConsumer moved, Optional<ByteArrayOutputStream> memory) {
        this.moved = moved;
        this.memory = memory;
    }

    /**
     * Waits until the whole body has arrived.
     *
     * @param moved receives the number of further bytes that have arrived
     * @throws IOException if the body broke off, or was passed through without being stored
     */
    static void follow(Body body, LongConsumer moved) throws IOException, InterruptedException {
        new BodyDrain(moved, Optional.empty()).drain(body);
        if (body instanceof Body.Piped) {
            throw new IOException("the vault could not store it");
        }
    }

    /** The whole body; for JSON. */
    static byte[] read(Body body) throws IOException, InterruptedException {
        ByteArrayOutputStream memory = new ByteArrayOutputStream();
        new BodyDrain(_ -> {}, Optional.of(memory)).drain(body);
        return memory.toByteArray();
    }

    private void drain(Body first) throws IOException, InterruptedException {
        Body body = first;
        boolean whole = false;
        try {
            boolean more = true;
            while (more) {
                Optional<Body> next = step(body);
                more = next.isPresent();
                if (more && !next.get().equals(body)) {
                    body.close();
                    body = next.get();
                }
            }
            whole = true;
        } finally {
            if (whole) {
                body.close();
            } else {
                body.abandon();
            }
        }
    }

    /** The body to continue with; empty at the end. */
    private Optional<Body> step(Body body) throws IOException, InterruptedException {
        return switch (body) {
            case Body.None _ -> Optional.empty();
            case Body.Bytes(byte[] bytes) -> {
                took(ByteBuffer.wrap(bytes));
                yield Optional.empty();
            }
            case Body.Slice slice -> {
                took(slice, slice.offset(), slice.length());
                yield Optional.empty();
            }
            case Body.Growing growing -> step(growing);
            case Body.Piped piped -> step(piped);
            case Body.Sequence _ ->
                throw new IOException("the response had several parts, which the vault did not request");
        };
    }

    private Optional<Body> step(Body.Growing growing) throws IOException, InterruptedException {
        var progress = growing.progress();
        boolean ended = progress.isComplete() || progress.isFailed();
        long at = growing.offset() + position;
        long wanted = growing.length().orElse(Long.MAX_VALUE) - position;
        long count = Math.min(progress.readableFrom(at) - at, wanted);
        if (wanted == 0) {
            awaitEnd(growing);
            return Optional.empty();
        }
        if (count > 0) {
            took(growing, at, count);
            return Optional.of(growing);
        }
        if (progress.hasOtherWay()) {
            Optional<Body> onward = growing.onward().from(growing, at);
            return Optional.of(onward.orElseThrow(() -> new IOException("the transfer broke off")));
        }
        if (ended) {
            return end(progress.isComplete() && growing.length().isEmpty());
        }
        CountDownLatch woken = new CountDownLatch(1);
        if (progress.wakeAt(at, woken::countDown)) {
            woken.await();
        }
        return Optional.of(growing);
    }

    /** All bytes were readable; whether they were also stored is known when the fill has ended. */
    private static void awaitEnd(Body.Growing growing) throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        if (growing.progress().wakeAt(Long.MAX_VALUE, woken::countDown)) {
            woken.await();
        }
    }

    private static Optional<Body> end(boolean whole) throws IOException {
        if (!whole) {
            throw new IOException("the transfer broke off");
        }
        return Optional.empty();
    }

    private Optional<Body> step(Body.Piped piped) throws IOException, InterruptedException {
        ByteBuffer chunk = piped.pipe().poll();
        if (chunk != null) {
            took(chunk);
            return Optional.of(piped);
        }
        if (piped.pipe().isFinished()) {
            return end(!piped.pipe().isFailed());
        }
        CountDownLatch woken = new CountDownLatch(1);
        if (piped.pipe().wakeWhenReady(woken::countDown)) {
            woken.await();
        }
        return Optional.of(piped);
    }

    private void took(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        if (memory.isPresent()) {
            refuseTooLong(count);
            byte[] copy = new byte[count];
            bytes.get(copy);
            memory.get().writeBytes(copy);
        }
        position += count;
        moved.accept(count);
    }

    private void took(Body.OfFile body, long at, long count) throws IOException {
        if (memory.isPresent()) {
            refuseTooLong(count);
            for (long read = 0; read < count; ) {
                read += piece(body, at + read, (int) Math.min(PIECE, count - read));
            }
        } else {
            position += count;
            moved.accept(count);
        }
    }

    private int piece(Body.OfFile body, long at, int most) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(most);
        int read = body.channel().read(piece, at);
        if (read <= 0) {
            throw new IOException("the stored file is shorter than its recorded length");
        }
        took(piece.flip());
        return read;
    }

    private void refuseTooLong(long more) throws IOException {
        if (position + more > MOST_IN_MEMORY) {
            throw new IOException("it is longer than " + MOST_IN_MEMORY + " bytes");
        }
    }
}
