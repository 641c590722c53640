package io.artifactvault.origin.wire;

import static java.util.Objects.requireNonNull;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.OutboundProxy;
import io.artifactvault.origin.OutboundSettings;
import io.artifactvault.origin.address.AddressGuard;
import io.artifactvault.origin.address.AddressOrder;
import io.artifactvault.origin.address.GoodAddresses;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.address.PoolKey;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: resolves the name, rejects private addresses, connects to one of the checked addresses or to the
 * operator's proxy, and performs the handshakes. Called on the threads of tasks and fills, which wait here; no call
 * takes longer than four times the connect timeout (connecting, a handshake with the proxy, its response, the
 * handshake) plus the time of name resolution.
 */
final class Connector {
    private static final int RECEIVE_BUFFER = 64 * 1024;

    /**
     * The TLS handler of a connection whose peer itself uses TLS; kept here because the pipeline no longer contains it
     * once the connection has closed.
     */
    private static final AttributeKey<SslHandler> FIRST = AttributeKey.valueOf(Connector.class, "first");

    private final Bootstrap bootstrap;
    private final Supplier<SslContext> tls;
    private final AddressGuard guard;
    private final OutboundSettings outbound;
    private final Duration timeout;
    private final GoodAddresses good = new GoodAddresses();

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

    /**
     * The sources of trusted names and certificates.
     *
     * @param tls read for each new connection
     */
    record Trust(Supplier<SslContext> tls, HostResolver resolver) {}

    /** Adds the handlers for the origin's protocol to a TCP connection. */
    @FunctionalInterface
    private interface Layers {
        Connection on(Link link) throws OriginException;
    }

    /** @param limit a timeout that is shorter than the default, if any */
    Connection connect(PoolKey key, Optional<Duration> limit) throws OriginException {
        Duration patience = limit.filter(most -> most.compareTo(timeout) < 0).orElse(timeout);
        Optional<OutboundProxy> proxy = outbound.proxyFor(key.origin());
        return proxy.isPresent() ? through(proxy.get(), key, patience) : straight(key, patience);
    }

    private Connection straight(PoolKey key, Duration patience) throws OriginException {
        OriginId origin = key.origin();
        Place place = new Place(origin.host(), origin.port(), origin.isTls());
        Channel channel = open(place, guard.allowed(key), origin.authority(), patience);
        return layered(place, channel, key, link -> {
            checkConnected(key, channel);
            return speak(link, key, Optional.empty(), place.secure() ? shakeHands(link) : null);
        });
    }

    private Connection through(OutboundProxy proxy, PoolKey key, Duration patience) throws OriginException {
        guard.checkForProxy(key);
        Place place = new Place(proxy.host(), proxy.port(), proxy.scheme() == OutboundProxy.Scheme.HTTPS);
        Channel channel = openToProxy(place, proxy, key, patience);
        return layered(place, channel, key, link -> behind(proxy, link, key));
    }

    private Connection behind(OutboundProxy proxy, Link link, PoolKey key) throws OriginException {
        OriginId origin = key.origin();
        boolean socks = proxy.scheme() == OutboundProxy.Scheme.SOCKS5;
        SslHandler outer = proxy.scheme() == OutboundProxy.Scheme.HTTPS ? secureProxy(link, key) : null;
        if (!socks && !origin.isTls()) {
            return speak(link, key, Optional.of(proxy), outer);
        }
        link.ask(refusal ->
                socks ? new SocksTunnel(origin, proxy.login(), refusal) : new Tunnel(proxy.connectTo(origin), refusal));
        SslHandler inner = origin.isTls() ? link.secure(tls.get(), origin.host(), origin.port()) : null;
        return speak(link, key, Optional.empty(), inner);
    }

    private SslHandler secureProxy(Link link, PoolKey key) throws OriginException {
        try {
            return shakeHands(link);
        } catch (OriginException e) {
            boolean untrusted = e.failure() == OriginFailure.TLS_FAILED;
            throw ofProxy(untrusted ? OriginFailure.PROXY_TLS_FAILED : OriginFailure.PROXY_UNREACHABLE, key, e);
        }
    }

    private static SslHandler shakeHands(Link link) throws OriginException {
        SslHandler handler = requireNonNull(link.channel().attr(FIRST).get());
        link.shakeHands(handler);
        return handler;
    }

    /**
     * Adds the HTTP handlers to a connection.
     *
     * @param secure the TLS handler around requests and responses; null if there is none
     */
    private static Connection speak(
            Link link, PoolKey key, Optional<OutboundProxy> forwarder, @Nullable SslHandler secure)
            throws OriginException {
        ResponseDecoder decoder = new ResponseDecoder(secure);
        ResponseHandler handler = new ResponseHandler(decoder);
        link.add(new HttpRequestEncoder(), decoder, handler);
        return new Connection(key, link.channel(), handler, forwarder);
    }

    /**
     * The destination of the TCP connection.
     *
     * @param secure whether it uses TLS itself
     */
    private record Place(String host, int port, boolean secure) {
        String name() {
            return host + ":" + port;
        }
    }

    private Connection layered(Place place, Channel channel, PoolKey key, Layers layers) throws OriginException {
        Link link = new Link(channel, key.origin().authority(), timeout);
        Optional<InetAddress> address = remote(channel);
        boolean done = false;
        try {
            Connection connection = layers.on(link);
            done = true;
            address.ifPresent(answered -> good.answered(place.name(), answered));
            return connection;
        } finally {
            if (!done) {
                address.ifPresent(failed -> good.failed(place.name(), failed));
                link.close();
            }
        }
    }

    private static Optional<InetAddress> remote(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? Optional.of(remote.getAddress())
                : Optional.empty();
    }

    private Channel openToProxy(Place place, OutboundProxy proxy, PoolKey key, Duration patience)
            throws OriginException {
        try {
            return open(place, guard.ofProxy(proxy, key), key.origin().authority(), patience);
        } catch (OriginException e) {
            throw ofProxy(OriginFailure.PROXY_UNREACHABLE, key, e);
        }
    }

    private static OriginException ofProxy(OriginFailure failure, PoolKey key, OriginException cause) {
        return cause.failure().isOurs()
                ? cause
                : new OriginException(failure, key.origin().authority(), cause);
    }

    private Channel open(Place place, List<InetAddress> allowed, String subject, Duration patience)
            throws OriginException {
        List<InetSocketAddress> order = AddressOrder.of(allowed, good.of(place.name())).stream()
                .map(address -> new InetSocketAddress(address, place.port()))
                .toList();
        SslContext context = place.secure() ? tls.get() : null;
        AddressRace.Attempt attempt = (address, left) -> bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) left.toMillis() + 1)
                .handler(first(place, context))
                .connect(address);
        return new AddressRace(attempt, outbound.attemptDelay(), subject).run(order, patience);
    }

    /**
     * The initial handlers of each attempt. They include TLS, so that early bytes from the peer are checked, but not
     * the dialogue with a proxy, which takes place only once, for the attempt that wins.
     */
    private ChannelInitializer<Channel> first(Place place, @Nullable SslContext context) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (context != null) {
                    SslHandler handler = Link.tlsHandler(context, channel, place.host(), place.port(), timeout);
                    channel.attr(FIRST).set(handler);
                    channel.pipeline().addLast(handler);
                }
                channel.pipeline().addLast(Quiet.END);
            }
        };
    }

    /**
     * Checks that the connected address is one that was checked before; a safeguard against errors in the code above.
     */
    private static void checkConnected(PoolKey key, Channel channel) throws OriginException {
        boolean fine = remote(channel).filter(key::permits).isPresent();
        if (!fine && channel.isActive()) {
            throw new OriginException(
                    OriginFailure.ADDRESS_REFUSED, key.origin().authority());
        }
    }
}
