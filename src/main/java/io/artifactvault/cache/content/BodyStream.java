package io.artifactvault.cache.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * A body as a stream, for a thread that may block: reading waits for bytes that have not arrived yet. Owns the body;
 * closing the stream before its end abandons it. Confined to one thread.
 */
public final class BodyStream extends InputStream {
    private static final int PIECE = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private Body body;
    private long position;
    private ByteBuffer chunk = NOTHING;
    private boolean over;

    public BodyStream(Body body) {
        this.body = body;
    }

    /**
     * Skips the bytes that have arrived, without reading them from the disk. Waits until there are some.
     *
     * @return the number of skipped bytes; 0 at the end, when stored content is stored completely
     * @throws IOException if the body breaks off before its end
     */
    public long advance() throws IOException, InterruptedException {
        // The position is already behind a piece that was read in part.
        long count = chunk.remaining();
        if (count == 0) {
            count = await();
            position += count;
        }
        chunk = NOTHING;
        over = count == 0;
        return count;
    }

    /** Whether the rest of the body is passed through without being stored. */
    public boolean isPassing() {
        return body instanceof Body.Piped;
    }

    @Override
    public int read() throws IOException {
        return fetch() ? chunk.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fetch()) {
            return -1;
        }
        int count = Math.min(length, chunk.remaining());
        chunk.get(target, offset, count);
        return count;
    }

    @Override
    public void close() {
        if (over) {
            body.close();
        } else {
            body.abandon();
        }
    }

    private boolean fetch() throws IOException {
        if (chunk.hasRemaining()) {
            return true;
        }
        long count = awaitUninterrupted();
        over = count == 0;
        if (!over && !chunk.hasRemaining()) {
            chunk = piece((int) Math.min(PIECE, count));
        }
        position += chunk.remaining();
        return !over;
    }

    private long awaitUninterrupted() throws IOException {
        try {
            return await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a body arrived");
        }
    }

    /** The number of bytes that are present from the position on, once there are some; 0 at the end. */
    private long await() throws IOException, InterruptedException {
        OptionalLong present = present();
        while (present.isEmpty()) {
            present = present();
        }
        return present.getAsLong();
    }

    /** The number of bytes present from the position on; empty if the state of the body has changed meanwhile. */
    private OptionalLong present() throws IOException, InterruptedException {
        return switch (body) {
            case Body.None _ -> OptionalLong.of(0);
            case Body.Bytes(byte[] bytes) -> OptionalLong.of(bytes.length - position);
            case Body.Slice slice -> OptionalLong.of(slice.length() - position);
            case Body.Growing growing -> present(growing);
            case Body.Piped piped -> present(piped);
            case Body.Sequence _ ->
                throw new IOException("the response had several parts, which the vault did not request");
        };
    }

    private OptionalLong present(Body.Growing growing) throws IOException, InterruptedException {
        var progress = growing.progress();
        boolean ended = progress.isComplete() || progress.isFailed();
        long at = growing.offset() + position;
        long wanted = growing.length().orElse(Long.MAX_VALUE) - position;
        long count = Math.min(progress.readableFrom(at) - at, wanted);
        if (wanted == 0) {
            // All bytes were readable; whether they are also stored is known only when the fill has ended.
            await(wake -> progress.wakeAt(Long.MAX_VALUE, wake));
            return OptionalLong.of(0);
        }
        if (count > 0) {
            return OptionalLong.of(count);
        }
        if (progress.hasOtherWay()) {
            continueWith(growing.onward().from(growing, at));
            return OptionalLong.empty();
        }
        if (ended) {
            return end(progress.isComplete() && growing.length().isEmpty());
        }
        await(wake -> progress.wakeAt(at, wake));
        return OptionalLong.empty();
    }

    private void continueWith(Optional<Body> rest) throws IOException {
        Body next = rest.orElseThrow(BodyStream::brokenOff);
        body.close();
        body = next;
        position = 0;
    }

    private OptionalLong present(Body.Piped piped) throws IOException, InterruptedException {
        ByteBuffer next = piped.pipe().poll();
        if (next != null) {
            chunk = next;
            return OptionalLong.of(next.remaining());
        }
        if (piped.pipe().isFinished()) {
            return end(!piped.pipe().isFailed());
        }
        await(piped.pipe()::wakeWhenReady);
        return OptionalLong.empty();
    }

    /** @param registers registers the callback; returns false if there is nothing to wait for */
    private static void await(Predicate<Runnable> registers) throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        if (registers.test(woken::countDown)) {
            woken.await();
        }
    }

    private static OptionalLong end(boolean whole) throws IOException {
        if (!whole) {
            throw brokenOff();
        }
        return OptionalLong.of(0);
    }

    private static IOException brokenOff() {
        return new IOException("the transfer broke off");
    }

    private ByteBuffer piece(int most) throws IOException {
        return switch (body) {
            case Body.Bytes(byte[] bytes) ->
                ByteBuffer.wrap(bytes, (int) position, bytes.length - (int) position)
                        .slice();
            case Body.OfFile file -> {
                ByteBuffer piece = ByteBuffer.allocate(most);
                if (file.channel().read(piece, file.offset() + position) <= 0) {
                    throw new IOException("the stored file is shorter than its recorded length");
                }
                file.requireSameBytes();
                yield piece.flip();
            }
            case Body.None _, Body.Piped _, Body.Sequence _ -> NOTHING;
        };
    }
}
