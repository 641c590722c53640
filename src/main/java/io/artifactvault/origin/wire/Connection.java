package io.artifactvault.origin.wire;

import io.artifactvault.origin.OutboundProxy;
import io.artifactvault.origin.address.PoolKey;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An open channel to an origin, as the thread that holds it sees it. Held by one request at a time, or by the pool; the
 * holder owns it. Every call hands its work to the channel's event loop and returns.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the results of writes and closes arrive as items of the inbox
public final class Connection {
    /**
     * Fraction of the maximum age; each connection draws its own fraction, so that they are not all renewed at the same
     * time.
     */
    private static final double SHORTEST_LIFE = 0.8;

    private final PoolKey key;
    private final Channel channel;

    private final ResponseHandler handler;

    private final Optional<OutboundProxy> forwarder;
    private final long openedAt = System.nanoTime();
    private final double youth = ThreadLocalRandom.current().nextDouble(SHORTEST_LIFE, 1);
    private boolean reused;

    /**
     * @param handler in the channel's pipeline
     * @param forwarder the proxy at its other end that reads the requests; empty for a tunnel
     */
    public Connection(PoolKey key, Channel channel, ResponseHandler handler, Optional<OutboundProxy> forwarder) {
        this.key = key;
        this.forwarder = forwarder;
        this.channel = channel;
        this.handler = handler;
    }

    public PoolKey key() {
        return key;
    }

    Channel channel() {
        return channel;
    }

    Optional<OutboundProxy> forwarder() {
        return forwarder;
    }

    /** Whether it has served a request before, so that the origin may have closed it in the meantime. */
    boolean isReused() {
        return reused;
    }

    void markReused() {
        reused = true;
    }

    /** Whether it has reached its fraction of that age; never when the age is zero. */
    public boolean isOlderThan(Duration age) {
        return age.isPositive() && System.nanoTime() - openedAt > age.toNanos() * youth;
    }

    boolean isOpen() {
        return channel.isActive();
    }

    public Inbox newInbox() {
        return new Inbox(channel::read);
    }

    /** @throws java.util.concurrent.RejectedExecutionException when the event loops are gone */
    public void start(Inbox inbox, HttpRequest request, boolean bodyFollows) {
        onEventLoop(() -> handler.start(inbox, request, bodyFollows));
    }

    boolean isWritable() {
        return channel.isWritable() || !channel.isActive();
    }

    void write(ByteBuffer piece) {
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
    }

    public void finishRequest() {
        onEventLoop(handler::finishRequest);
    }

    private void onEventLoop(Runnable action) {
        channel.eventLoop().execute(action);
    }

    void close() {
        channel.close();
    }
}
