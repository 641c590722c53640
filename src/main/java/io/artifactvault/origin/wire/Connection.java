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
@SuppressWarnings("FutureReturnValueIgnored") // The results of writes and closes arrive as items of the inbox.
public final class Connection {
    /**
     * The smallest fraction of the maximum age at which a connection is renewed; each connection draws its own, so that
     * they are not all renewed at the same time.
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
     * @param handler the handler in the channel's pipeline
     * @param forwarder the proxy that reads the requests and forwards them; empty if there is none, or if it only
     *     tunnels
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

    /** Whether the connection has served a request before, so that the origin may have closed it in the meantime. */
    boolean isReused() {
        return reused;
    }

    void markReused() {
        reused = true;
    }

    /** Whether the connection has reached its own fraction of the maximum age; never when the maximum is zero. */
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
