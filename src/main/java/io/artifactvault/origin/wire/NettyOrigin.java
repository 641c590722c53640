package io.artifactvault.origin.wire;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.address.PoolKey;
import io.artifactvault.origin.address.SharedResolver;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The origin over real sockets: HTTP/1.1 by Netty, one request per connection at a time, connections pooled.
 *
 * <p>Called on the threads of tasks and fills, which wait here for heads and bodies; the event loops only parse and
 * pass on. The event loops belong to their creator and may be shared with the server.
 */
public final class NettyOrigin implements Origin {
    private final OriginSettings settings;
    private final Connector connector;
    private final ConnectionPool pool;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private volatile boolean closed;

    /** Creates an origin that uses the system's certificates and its resolver. */
    public NettyOrigin(OriginSettings settings, EventLoopGroup group, Class<? extends SocketChannel> channel) {
        this(
                settings,
                group,
                new ReflectiveChannelFactory<>(channel),
                SharedResolver.system(),
                TrustedContext.of(
                        settings.outbound().caBundle(), settings.outbound().caBundleCheck(), System::nanoTime));
    }

    /** @param tls created for a client; host names are always verified. See {@link ClientTls}. */
    public NettyOrigin(
            OriginSettings settings,
            EventLoopGroup group,
            ChannelFactory<? extends SocketChannel> channels,
            HostResolver resolver,
            SslContext tls) {
        this(settings, group, channels, resolver, () -> tls);
    }

    /** @param tls read for each new connection */
    public NettyOrigin(
            OriginSettings settings,
            EventLoopGroup group,
            ChannelFactory<? extends SocketChannel> channels,
            HostResolver resolver,
            Supplier<SslContext> tls) {
        this.settings = settings;
        this.connector = new Connector(group, channels, new Connector.Trust(tls, resolver), settings);
        this.pool = new ConnectionPool(settings.maxIdlePerOrigin(), settings.keepAlive(), settings.maxConnectionAge());
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        Cancellation cancellation = RequestContext.current().cancellation();
        String subject = OriginId.of(request.uri()).authority();
        cancellation.check(subject);
        try {
            return sendActive(request);
        } catch (OriginException e) {
            // All other exceptions are operations that failed because their connection was closed.
            cancellation.check(subject);
            throw e;
        }
    }

    private OriginResponse sendActive(OriginRequest request) throws OriginException {
        PoolKey key = new PoolKey(OriginId.of(request.uri()), request.privateTargets());
        // Only requests that may be sent twice use a connection that the origin may have closed in the meantime (RFC
        // 9110 §9.2.2). A hedge does not use one, because it could fail in the same way as the first attempt.
        boolean pooled = request.isRepeatable() && !Hedges.isHedge();
        Optional<Connection> idle = pooled ? pool.take(key) : Optional.empty();
        if (idle.isPresent()) {
            Optional<OriginResponse> answer = sender(key).send(idle.get(), request);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        return sender(key)
                .send(open(key, request), request)
                .orElseThrow(() -> failures(key).of(OriginFailure.RESET_BEFORE_HEAD, null));
    }

    private RequestSender sender(PoolKey key) {
        return new RequestSender(
                settings, pool, failures(key), RequestContext.current().cancellation());
    }

    private Connection open(PoolKey key, OriginRequest request) throws OriginException {
        if (closed) {
            throw failures(key).of(OriginFailure.INTERRUPTED, null);
        }
        Connection connection = connector.connect(key, request.patience().connect());
        channels.add(connection.channel());
        connection.channel().closeFuture().addListener(done -> pool.remove(connection));
        return connection;
    }

    private Failures failures(PoolKey key) {
        return new Failures(
                key.origin().authority(), () -> closed, RequestContext.current().cancellation());
    }

    /** The number of idle connections; for tests and metrics. */
    public int idleConnections() {
        return pool.size();
    }

    @Override
    public void close() {
        closed = true;
        pool.close();
        var _ = channels.close();
    }
}
