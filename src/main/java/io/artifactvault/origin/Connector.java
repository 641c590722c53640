package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: resolves the name, refuses private addresses, connects to the very address that was checked, and
 * shakes hands. Called on fill threads, which wait here; no call takes longer than twice the connect timeout and the time
 * of the name's resolution.
 */
final class Connector {
    /** Enough for a host with both families and a spare; more would leave each too little of the timeout. */
    private static final int MOST_ADDRESSES = 4;

    private static final int RECEIVE_BUFFER = 64 * 1024;

    private final Bootstrap bootstrap;
    private final SslContext tls;
    private final HostResolver resolver;
    private final Duration timeout;

    Connector(EventLoopGroup group, ChannelFactory<? extends SocketChannel> channels, Trust trust, Duration timeout) {
        this.tls = trust.tls();
        this.resolver = trust.resolver();
        this.timeout = timeout;
        this.bootstrap = new Bootstrap()
                .group(group)
                .channelFactory(channels)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BUFFER));
    }

    /** Whom names and certificates are believed from. */
    record Trust(SslContext tls, HostResolver resolver) {}

    Connection connect(PoolKey key) throws OriginException {
        Channel channel = open(key, addresses(key));
        try {
            checkConnected(key, channel);
            if (key.origin().isTls()) {
                shakeHands(key.origin(), channel);
            }
            return new Connection(key, channel);
        } catch (OriginException | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private List<InetAddress> addresses(PoolKey key) throws OriginException {
        OriginId origin = key.origin();
        List<InetAddress> allowed = new ArrayList<>(resolve(origin));
        if (!key.privateAllowed()) {
            allowed.removeIf(address -> !AddressPolicy.isPublic(address));
        }
        if (allowed.isEmpty()) {
            throw new OriginException(OriginFailure.ADDRESS_REFUSED, origin.authority());
        }
        return allowed.subList(0, Math.min(allowed.size(), MOST_ADDRESSES));
    }

    private List<InetAddress> resolve(OriginId origin) throws OriginException {
        try {
            List<InetAddress> found = resolver.resolve(origin.host());
            if (!found.isEmpty()) {
                return found;
            }
        } catch (UnknownHostException e) {
            throw new OriginException(OriginFailure.DNS_FAILED, origin.authority(), e);
        }
        throw new OriginException(OriginFailure.DNS_FAILED, origin.authority());
    }

    /** Tries one address after the other; each gets an even share of what is left of the timeout. */
    private Channel open(PoolKey key, List<InetAddress> addresses) throws OriginException {
        long deadline = System.nanoTime() + timeout.toNanos();
        int left = addresses.size();
        for (InetAddress address : addresses) {
            long share = Math.max(1, (deadline - System.nanoTime()) / left);
            try {
                return open(key.origin(), address, share);
            } catch (OriginException e) {
                left--;
                if (left == 0 || e.failure() == OriginFailure.INTERRUPTED) {
                    throw e;
                }
            }
        }
        throw new OriginException(OriginFailure.DNS_FAILED, key.origin().authority());
    }

    private Channel open(OriginId origin, InetAddress address, long patienceNanos) throws OriginException {
        ChannelFuture future;
        try {
            future = bootstrap
                    .clone()
                    .option(
                            ChannelOption.CONNECT_TIMEOUT_MILLIS,
                            (int) TimeUnit.NANOSECONDS.toMillis(patienceNanos) + 1)
                    .handler(pipeline(origin))
                    .connect(new InetSocketAddress(address, origin.port()));
        } catch (RejectedExecutionException e) {
            throw new OriginException(OriginFailure.INTERRUPTED, origin.authority(), e);
        }
        if (await(future, patienceNanos, origin, future.channel())) {
            return future.channel();
        }
        close(future.channel());
        throw new OriginException(connectFailure(future.cause()), origin.authority(), future.cause());
    }

    private static OriginFailure connectFailure(@Nullable Throwable cause) {
        if (cause instanceof RejectedExecutionException) {
            return OriginFailure.INTERRUPTED;
        }
        return cause == null || cause instanceof ConnectTimeoutException
                ? OriginFailure.CONNECT_TIMEOUT
                : OriginFailure.CONNECT_REFUSED;
    }

    private ChannelInitializer<Channel> pipeline(OriginId origin) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (origin.isTls()) {
                    channel.pipeline().addLast(tlsHandler(channel, origin));
                }
                AnswerDecoder decoder = new AnswerDecoder();
                channel.pipeline().addLast(new HttpRequestEncoder(), decoder, new AnswerHandler(decoder));
            }
        };
    }

    /** Certificates are checked off the event loop: a chain costs milliseconds, the first one far more. */
    private SslHandler tlsHandler(Channel channel, OriginId origin) {
        SslHandler handler = tls.newHandler(channel.alloc(), origin.host(), origin.port(), Thread::startVirtualThread);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        return handler;
    }

    /** What was checked is what was connected to; this holds even if that should ever change. */
    private static void checkConnected(PoolKey key, Channel channel) throws OriginException {
        boolean fine = key.privateAllowed()
                || (channel.remoteAddress() instanceof InetSocketAddress remote
                        && AddressPolicy.isPublic(remote.getAddress()));
        if (!fine && channel.isActive()) {
            throw new OriginException(
                    OriginFailure.ADDRESS_REFUSED, key.origin().authority());
        }
    }

    private void shakeHands(OriginId origin, Channel channel) throws OriginException {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            throw new OriginException(OriginFailure.RESET_BEFORE_HEAD, origin.authority());
        }
        channel.read();
        // The handler's own timeout is the same; the slack lets it speak first.
        Future<Channel> handshake = handler.handshakeFuture();
        if (!await(handshake, timeout.plusMillis(100).toNanos(), origin, channel)) {
            throw new OriginException(handshakeFailure(handshake.cause()), origin.authority(), handshake.cause());
        }
    }

    private static OriginFailure handshakeFailure(@Nullable Throwable cause) {
        if (cause == null || cause instanceof SslHandshakeTimeoutException) {
            return OriginFailure.CONNECT_TIMEOUT;
        }
        // A connection that merely went away may well succeed the next time; a certificate will not.
        boolean closed = cause instanceof IOException && !(cause instanceof SSLException);
        return closed ? OriginFailure.RESET_BEFORE_HEAD : OriginFailure.TLS_FAILED;
    }

    /** True when it succeeded in time. */
    private static boolean await(Future<?> future, long patienceNanos, OriginId origin, Channel channel)
            throws OriginException {
        try {
            return future.await(patienceNanos, TimeUnit.NANOSECONDS) && future.isSuccess();
        } catch (InterruptedException e) {
            close(channel);
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, origin.authority(), e);
        }
    }

    private static void close(Channel channel) {
        var _ = channel.close();
    }
}
