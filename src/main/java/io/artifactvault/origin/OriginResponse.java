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
     * The length of the body on the wire as framed by Content-Length; empty when chunked, until close, or when
     * there is no body to frame (HEAD, 204, 304: there Content-Length, in the fields, speaks of the representation).
     */
    OptionalLong contentLength();

    /** Receives bytes that are valid only during the call. */
    @FunctionalInterface
    interface Sink<E extends Exception> {
        void accept(ByteBuffer bytes) throws E;
    }

    /**
     * Hands the next chunk (at most 32 KiB as decoded, never empty) to the sink, waiting for it if need be.
     *
     * @return false at the proper end of the body, without having called the sink
     * @throws OriginException BODY_CUT when the connection ended early, BODY_STALLED after the idle timeout
     * @throws E what the sink threw; the chunk is released all the same
     */
    <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E;

    /**
     * The body is kept or gathered, so that it must arrive at a minimum rate from now on; else {@link #next} fails with
     * BODY_STALLED. What passes to one reader may be silent for as long as that reader likes.
     */
    default void expectPace() {}

    /**
     * How long the body may be silent from now on, before {@link #next} fails with BODY_STALLED: for what cannot be
     * resumed on another connection.
     *
     * @param most zero for as long as the request is wanted
     */
    default void allowSilence(Duration most) {}

    /**
     * From now on as little as may be of the body waits in memory: it goes at the pace of a client, who may be slow.
     */
    default void holdLittle() {}

    /**
     * Waits for more of the body, but does not take it.
     *
     * @return false when nothing came for that long, and a good while is left until {@link #next} would fail for that
     */
    default boolean arrivesWithin(Duration patience) throws OriginException {
        return true;
    }

    /**
     * From any thread: the body is no longer wanted from this connection, and {@link #next} fails once what came is
     * taken.
     */
    default void abort() {}

    /** Gives the connection back to the pool if the body was read to its end (or is tiny), else closes it. */
    @Override
    void close();
}
