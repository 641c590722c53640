package io.artifactvault.origin.wire;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response whose body arrives through an {@link Inbox}. Confined to one task, and there to one thread at a time.
 *
 * <p>Phases: open → ended or failed, or neither → closed. Only a response that ended returns its connection to the
 * pool.
 */
final class NettyResponse implements OriginResponse {
    /** A rest of up to this many bytes is read to its end, because that costs less than a new connection. */
    private static final int TINY_REST = 64 * 1024;

    /** How long to wait for that rest, such as the text of a redirect, which the origin sent together with the head. */
    private static final long TINY_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Inbox.Head head;
    private final Conversation conversation;
    private final BodyPace pace;
    private long received;
    private Inbox.@Nullable End end;
    private @Nullable OriginException failed;
    private boolean closed;

    /** The request and the connection that the response belongs to. */
    record Conversation(
            Connection connection,
            Inbox inbox,
            ConnectionPool pool,
            Failures failures,
            Cancellation.Registration watch) {}

    NettyResponse(Inbox.Head head, Conversation conversation, BodyPace pace) {
        this.head = head;
        this.conversation = conversation;
        this.pace = pace;
    }

    @Override
    public int status() {
        return head.status();
    }

    @Override
    public Fields fields() {
        return head.fields();
    }

    @Override
    public OptionalLong contentLength() {
        return head.contentLength();
    }

    @Override
    public <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E {
        ByteBuf chunk = nextChunk(pace.patienceNanos());
        if (chunk == null) {
            return false;
        }
        if (pace.isTooSlow()) {
            chunk.release();
            throw fail(OriginFailure.BODY_STALLED, null);
        }
        try {
            sink.accept(chunk.nioBuffer());
        } finally {
            chunk.release();
        }
        return true;
    }

    @Override
    public void expectPace() {
        pace.enforce();
    }

    @Override
    public void allowSilence(Duration most) {
        pace.allowSilence(most);
    }

    @Override
    public boolean arrivesWithin(Duration patience) throws OriginException {
        boolean waits = end == null && failed == null && conversation.inbox().isEmpty();
        if (!waits || pace.patienceNanos() <= patience.toNanos()) {
            return true;
        }
        long since = System.nanoTime();
        try {
            return conversation.inbox().awaitUntil(() -> false, patience.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fail(OriginFailure.INTERRUPTED, e);
        } finally {
            pace.waited(System.nanoTime() - since);
        }
    }

    @Override
    public void abort() {
        conversation.connection().close();
    }

    @Override
    public void holdLittle() {
        conversation.inbox().holdLittle();
    }

    /** The next chunk, for the caller to release; null at the end. */
    private @Nullable ByteBuf nextChunk(long patienceNanos) throws OriginException {
        if (closed) {
            throw new IllegalStateException("the response is closed");
        }
        if (failed != null) {
            throw failed;
        }
        return end == null ? chunkOf(take(patienceNanos)) : null;
    }

    private Inbox.@Nullable Item take(long patienceNanos) throws OriginException {
        long since = System.nanoTime();
        try {
            return conversation.inbox().take(patienceNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fail(OriginFailure.INTERRUPTED, e);
        } finally {
            pace.waited(System.nanoTime() - since);
        }
    }

    private @Nullable ByteBuf chunkOf(Inbox.@Nullable Item item) throws OriginException {
        return switch (item) {
            case null -> throw fail(OriginFailure.BODY_STALLED, null);
            case Inbox.Chunk(ByteBuf bytes) -> {
                received += bytes.readableBytes();
                pace.received(bytes.readableBytes());
                yield bytes;
            }
            case Inbox.End last -> {
                end = last;
                yield null;
            }
            case Inbox.Fault fault -> throw fail(fault.failure(), fault.cause());
            case Inbox.Head _, Inbox.Early _ -> throw fail(OriginFailure.BAD_MESSAGE, null);
        };
    }

    private OriginException fail(OriginFailure failure, @Nullable Throwable cause) {
        OriginException exception = conversation.failures().of(failure, cause);
        failed = exception;
        conversation.connection().close();
        return exception;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        skipTinyRest();
        closed = true;
        boolean ours = conversation.watch().remove();
        if (ours && end != null && end.reusable()) {
            conversation.pool().give(conversation.connection());
        } else {
            conversation.connection().close();
        }
        conversation.inbox().cancel();
    }

    private void skipTinyRest() {
        long limit = received + TINY_REST;
        boolean shortRest =
                head.contentLength().isPresent() && head.contentLength().getAsLong() <= limit;
        // There is one deadline for the whole rest, so that an origin that sends byte by byte cannot block the caller.
        long deadline = System.nanoTime() + (shortRest ? TINY_PATIENCE_NANOS : 0);
        try {
            ByteBuf chunk = nextChunk(deadline - System.nanoTime());
            while (chunk != null) {
                chunk.release();
                chunk = received <= limit ? nextChunk(deadline - System.nanoTime()) : null;
            }
        } catch (OriginException e) {
            // The connection is lost, but the remaining bytes were not needed.
            conversation.connection().close();
        }
    }
}
