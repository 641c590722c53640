package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A response whose head has arrived and whose body is still to be read. Confined to one task, and there to one thread
 * at a time. When the reader stops, TCP flow control stops the origin; at most a few chunks are buffered.
 */
public interface OriginResponse extends AutoCloseable {
    int status();

    Fields fields();

    /**
     * The length of the body on the wire according to Content-Length; empty when the body is chunked, ends with the
     * connection, or does not exist (HEAD, 204, 304: there Content-Length describes the representation).
     */
    OptionalLong contentLength();

    /** Receives bytes that are valid only during the call. */
    @FunctionalInterface
    interface Sink<E extends Exception> {
        void accept(ByteBuffer bytes) throws E;
    }

    /**
     * Passes the next chunk (at most 32 KiB as decoded, never empty) to the sink, waiting for it if necessary.
     *
     * @return false at the end of a complete body; the sink was not called then
     * @throws OriginException BODY_CUT when the connection ended early, BODY_STALLED after the idle timeout
     * @throws E the sink's exception; the chunk is released even then
     */
    <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E;

    /**
     * Enforces the minimum rate from now on, because the body is stored or buffered: if it arrives more slowly, {@link
     * #next} fails with BODY_STALLED. A body that is passed through to one reader is exempt.
     */
    default void expectPace() {}

    /**
     * Sets how long the body may stall from now on before {@link #next} fails with BODY_STALLED: for bodies that cannot
     * be resumed on another connection.
     *
     * @param most zero for no limit other than the cancellation of the request
     */
    default void allowSilence(Duration most) {}

    /**
     * Buffers as little of the body as possible from now on, because it is read at the pace of a client, which may be
     * slow.
     */
    default void holdLittle() {}

    /**
     * Waits for more of the body without removing it from the buffer.
     *
     * @return false when nothing arrived for that long, unless {@link #next} is about to fail for that reason
     */
    default boolean arrivesWithin(Duration patience) throws OriginException {
        return true;
    }

    /**
     * Aborts the body on this connection: {@link #next} fails once the bytes that have arrived are read. May be called
     * from any thread.
     */
    default void abort() {}

    /** Returns the connection to the pool if the body was read to its end (or is tiny), otherwise closes it. */
    @Override
    void close();
}
