package io.artifactvault.origin;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open channel to an origin, as the thread that holds it sees it. Held by one request at a time, or by the pool;
 * whoever takes it owns it. Every call hands its work to the channel's event loop and returns.
 */
@SuppressWarnings("FutureReturnValueIgnored") // how writes and closes ended comes back as items of the inbox
final class Connection {
    private final PoolKey key;
    private final Channel channel;

    /** Null when the channel had closed before it was handed over: its pipeline is empty then. */
    private final @Nullable AnswerHandler handler;

    private final Optional<OutboundProxy> forwarder;
    private boolean reused;

    /** @param forwarder the proxy at its other end that reads the requests; a tunnel through one is none */
    Connection(PoolKey key, Channel channel, Optional<OutboundProxy> forwarder) {
        this.key = key;
        this.forwarder = forwarder;
        this.channel = channel;
        this.handler = channel.pipeline().get(AnswerHandler.class);
    }

    PoolKey key() {
        return key;
    }

    Channel channel() {
        return channel;
    }

    Optional<OutboundProxy> forwarder() {
        return forwarder;
    }

    /** Whether it has served a request before, so that the origin may have given it up meanwhile. */
    boolean isReused() {
        return reused;
    }

    void markReused() {
        reused = true;
    }

    boolean isOpen() {
        return channel.isActive();
    }

    Inbox newInbox() {
        return new Inbox(channel::read);
    }

    /** @throws java.util.concurrent.RejectedExecutionException when the event loops are gone */
    void start(Inbox inbox, HttpRequest request, boolean bodyFollows) {
        AnswerHandler open = handler;
        if (open == null) {
            inbox.put(new Inbox.Fault(OriginFailure.RESET_BEFORE_HEAD, true, null));
            inbox.wake();
        } else {
            onEventLoop(() -> open.start(inbox, request, bodyFollows));
        }
    }

    boolean isWritable() {
        return channel.isWritable() || !channel.isActive();
    }

    void write(ByteBuffer piece) {
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
    }

    void finishRequest() {
        AnswerHandler open = handler;
        if (open != null) {
            onEventLoop(open::finishRequest);
        }
    }

    private void onEventLoop(Runnable action) {
        channel.eventLoop().execute(action);
    }

    void close() {
        channel.close();
    }
}
