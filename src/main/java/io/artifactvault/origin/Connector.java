package io.artifactvault.origin;

import io.artifactvault.http.OriginId;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
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
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: resolves the name, refuses private addresses, connects to the very address that was checked or to the
 * operator's proxy, and shakes hands. Called on the threads of tasks and fills, which wait here; no call takes longer than
 * three times the connect timeout (connecting, the proxy's answer, the handshake) and the time of the name's resolution.
 */
final class Connector {
    /** Enough for a host with both families and a spare; more would leave each too little of the timeout. */
    private static final int MOST_ADDRESSES = 4;

    private static final int RECEIVE_BUFFER = 64 * 1024;

    private final Bootstrap bootstrap;
    private final SslContext tls;
    private final AddressGuard guard;
    private final OutboundSettings outbound;
    private final Duration timeout;

    Connector(
            EventLoopGroup group,
            ChannelFactory<? extends SocketChannel> channels,
            Trust trust,
            OriginSettings settings) {
        this.tls = trust.tls();
        this.guard = new AddressGuard(trust.resolver());
        this.outbound = settings.outbound();
        this.timeout = settings.connectTimeout();
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

    /** @param limit shorter than the usual timeout, where there is one */
    Connection connect(PoolKey key, Optional<Duration> limit) throws OriginException {
        Duration patience = limit.filter(most -> most.compareTo(timeout) < 0).orElse(timeout);
        Optional<OutboundProxy> proxy = outbound.proxyFor(key.origin());
        return proxy.isPresent() ? through(proxy.get(), key, patience) : straight(key, patience);
    }

    private Connection straight(PoolKey key, Duration patience) throws OriginException {
        OriginId origin = key.origin();
        Channel channel =
                open(origin, origin.port(), first(guard.allowed(key)), patience, handlers(made -> add(made, origin)));
        try {
            checkConnected(key, channel);
            if (origin.isTls()) {
                shakeHands(origin, channel);
            }
            return new Connection(key, channel, Optional.empty());
        } catch (OriginException | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private Connection through(OutboundProxy proxy, PoolKey key, Duration patience) throws OriginException {
        OriginId origin = key.origin();
        guard.checkForProxy(key);
        Promise<Integer> connected =
                new DefaultPromise<>(bootstrap.config().group().next());
        ChannelHandler first = origin.isTls()
                ? handlers(channel -> channel.pipeline()
                        .addLast(new Tunnel(proxy.connectTo(origin), connected, _ -> add(channel, origin))))
                : handlers(channel -> add(channel, origin));
        Channel channel = openToProxy(proxy, key, patience, first);
        try {
            if (origin.isTls()) {
                awaitTunnel(origin, channel, connected);
                shakeHands(origin, channel);
            }
            return new Connection(key, channel, Optional.of(proxy).filter(_ -> !origin.isTls()));
        } catch (OriginException | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private Channel openToProxy(OutboundProxy proxy, PoolKey key, Duration patience, ChannelHandler first)
            throws OriginException {
        try {
            return open(key.origin(), proxy.port(), first(guard.ofProxy(proxy, key)), patience, first);
        } catch (OriginException e) {
            boolean ours = e.failure().isOurs();
            throw ours
                    ? e
                    : new OriginException(
                            OriginFailure.PROXY_UNREACHABLE, key.origin().authority(), e);
        }
    }

    private void awaitTunnel(OriginId origin, Channel channel, Promise<Integer> connected) throws OriginException {
        if (!await(connected, timeout.toNanos(), origin, channel)) {
            throw new OriginException(OriginFailure.PROXY_FAILED, origin.authority(), connected.cause());
        }
        Optional<OriginFailure> refusal = OutboundProxy.refusal(connected.getNow());
        if (refusal.isPresent()) {
            throw new OriginException(refusal.get(), origin.authority());
        }
    }

    private static List<InetAddress> first(List<InetAddress> addresses) {
        return addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES));
    }

    /** Tries one address after the other; each gets an even share of what is left of the timeout. */
    private Channel open(
            OriginId origin, int port, List<InetAddress> addresses, Duration patience, ChannelHandler first)
            throws OriginException {
        long deadline = System.nanoTime() + patience.toNanos();
        int left = addresses.size();
        for (InetAddress address : addresses) {
            long share = Math.max(1, (deadline - System.nanoTime()) / left);
            try {
                return open(origin, new InetSocketAddress(address, port), share, first);
            } catch (OriginException e) {
                left--;
                if (left == 0 || e.failure().isOurs()) {
                    throw e;
                }
            }
        }
        throw new OriginException(OriginFailure.DNS_FAILED, origin.authority());
    }

    private Channel open(OriginId origin, InetSocketAddress address, long patienceNanos, ChannelHandler first)
            throws OriginException {
        ChannelFuture future;
        try {
            future = bootstrap
                    .clone()
                    .option(
                            ChannelOption.CONNECT_TIMEOUT_MILLIS,
                            (int) TimeUnit.NANOSECONDS.toMillis(patienceNanos) + 1)
                    .handler(first)
                    .connect(address);
        } catch (RejectedExecutionException e) {
            throw new OriginException(OriginFailure.INTERRUPTED, origin.authority(), e);
        }
        if (await(future, patienceNanos, origin, future.channel())) {
            return future.channel();
        }
        // Looked at first: closing gives a connection still being made a cause that says nothing.
        Throwable cause = future.cause();
        close(future.channel());
        throw new OriginException(connectFailure(cause), origin.authority(), cause);
    }

    private static OriginFailure connectFailure(@Nullable Throwable cause) {
        if (cause instanceof RejectedExecutionException) {
            return OriginFailure.INTERRUPTED;
        }
        return cause == null || cause instanceof ConnectTimeoutException
                ? OriginFailure.CONNECT_TIMEOUT
                : OriginFailure.CONNECT_REFUSED;
    }

    /** For each address that is tried a channel of its own. */
    private static ChannelInitializer<Channel> handlers(Consumer<Channel> added) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                added.accept(channel);
            }
        };
    }

    private void add(Channel channel, OriginId origin) {
        if (origin.isTls()) {
            channel.pipeline().addLast(tlsHandler(channel, origin));
        }
        AnswerDecoder decoder = new AnswerDecoder();
        channel.pipeline().addLast(new HttpRequestEncoder(), decoder, new AnswerHandler(decoder));
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
        boolean fine = channel.remoteAddress() instanceof InetSocketAddress remote && key.permits(remote.getAddress());
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

    /** True when it succeeded in time. A task that is cancelled closes the channel, which ends the wait. */
    private static boolean await(Future<?> future, long patienceNanos, OriginId origin, Channel channel)
            throws OriginException {
        Cancellation cancellation = RequestContext.current().cancellation();
        try (Cancellation.Registration _ = cancellation.onCancel(() -> close(channel))) {
            boolean succeeded = future.await(patienceNanos, TimeUnit.NANOSECONDS) && future.isSuccess();
            cancellation.check(origin.authority());
            return succeeded;
        } catch (InterruptedException e) {
            close(channel);
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, origin.authority(), e);
        }
    }

    /** A channel that could not be made, such as for want of descriptors, has nothing to close. */
    private static void close(Channel channel) {
        if (channel.isRegistered()) {
            var _ = channel.close();
        }
    }
}
