package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A response head and a body still to be read. Confined to one task, and there to one thread at a time. When the reader
 * stops, TCP flow control stops the origin; at most a few chunks are buffered.
 */
public interface OriginResponse extends AutoCloseable {
    int status();

    Fields fields();

    /**
     * The length of the body on the wire as framed by Content-Length; empty when chunked, until close, or when there is
     * no body to frame (HEAD, 204, 304: there the Content-Length field describes the representation).
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
     * @return false at the proper end of the body, without having called the sink
     * @throws OriginException BODY_CUT when the connection ended early, BODY_STALLED after the idle timeout
     * @throws E the sink's exception; the chunk is released even then
     */
    <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E;

    /**
     * The body is stored or buffered, so it must arrive at a minimum rate from now on; otherwise {@link #next} fails
     * with BODY_STALLED. A body that is passed through to one reader may stall while that reader accepts it.
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
     * From now on as little of the body as possible is buffered: it is read at the pace of a client, which may be slow.
     */
    default void holdLittle() {}

    /**
     * Waits for more of the body without taking it.
     *
     * @return false when nothing arrived for that long and {@link #next} would not fail for that reason soon
     */
    default boolean arrivesWithin(Duration patience) throws OriginException {
        return true;
    }

    /**
     * From any thread: the body is no longer needed from this connection, and {@link #next} fails once the bytes that
     * arrived are taken.
     */
    default void abort() {}

    /** Returns the connection to the pool if the body was read to its end (or is tiny), otherwise closes it. */
    @Override
    void close();
}
