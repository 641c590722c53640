package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.OriginSettingsBuilder;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.address.HostResolver;
import io.artifactvault.origin.address.SharedResolver;
import io.artifactvault.origin.wire.ClientTls;
import io.artifactvault.origin.wire.NettyOrigin;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A NettyOrigin with event loops of its own and an allocator that counts: closing the rig fails unless every buffer was
 * released.
 */
public final class Rig implements AutoCloseable {
    public static final Duration LONG = Duration.ofSeconds(20);
    public static final OriginSettings PATIENT = OriginSettingsBuilder.patient().build();

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final EventLoopGroup group;
    private final NettyOrigin origin;

    private Rig(boolean epoll, OriginSettings settings, HostResolver resolver, Supplier<SslContext> tls) {
        this(epoll, settings, resolver, tls, epoll ? EpollSocketChannel::new : NioSocketChannel::new);
    }

    private Rig(
            boolean epoll,
            OriginSettings settings,
            HostResolver resolver,
            Supplier<SslContext> tls,
            Supplier<SocketChannel> sockets) {
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(2, io);
        ChannelFactory<SocketChannel> channels = () -> {
            SocketChannel channel = sockets.get();
            channel.config().setAllocator(allocator);
            return channel;
        };
        origin = new NettyOrigin(settings, group, channels, resolver, tls);
    }

    public static Rig open() {
        return open(PATIENT);
    }

    public static Rig open(OriginSettings settings) {
        return open(settings, SharedResolver.system(), ClientTls.context(null));
    }

    public static Rig open(OriginSettings settings, HostResolver resolver, SslContext tls) {
        return open(settings, resolver, () -> tls);
    }

    public static Rig open(OriginSettings settings, HostResolver resolver, Supplier<SslContext> tls) {
        return new Rig(Epoll.isAvailable(), settings, resolver, tls);
    }

    /** Whose connections really go to what stands for their address, whatever this machine can reach. */
    static Rig wired(HostResolver resolver, UnaryOperator<InetSocketAddress> wire) {
        return new Rig(false, PATIENT, resolver, () -> ClientTls.context(null), () -> new Wired(wire));
    }

    private static final class Wired extends NioSocketChannel {
        private final UnaryOperator<InetSocketAddress> wire;

        Wired(UnaryOperator<InetSocketAddress> wire) {
            this.wire = wire;
        }

        @Override
        protected boolean doConnect(SocketAddress remote, @Nullable SocketAddress local) throws Exception {
            return super.doConnect(wire.apply((InetSocketAddress) remote), local);
        }
    }

    static Rig onNio(OriginSettings settings) {
        return new Rig(false, settings, SharedResolver.system(), () -> ClientTls.context(null));
    }

    /** Patient but for one thing. */
    public static OriginSettings settings(Duration connect, Duration head, Duration idle) {
        return OriginSettingsBuilder.patient()
                .connectTimeout(connect)
                .headTimeout(head)
                .idleTimeout(idle)
                .build();
    }

    /** Every name has these addresses. */
    public static HostResolver resolvingTo(String... literals) {
        return host -> {
            InetAddress[] addresses = new InetAddress[literals.length];
            for (int i = 0; i < literals.length; i++) {
                addresses[i] = InetAddress.getByName(literals[i]);
            }
            return List.copyOf(Arrays.asList(addresses));
        };
    }

    public NettyOrigin origin() {
        return origin;
    }

    UnpooledByteBufAllocator allocator() {
        return allocator;
    }

    OriginResponse get(URI uri) throws OriginException {
        return origin.send(OriginRequest.get(uri).withPrivateAllowed(true));
    }

    OriginResponse send(String method, URI uri) throws OriginException {
        return origin.send(new OriginRequest(method, uri, Fields.EMPTY, Optional.empty(), Optional.empty(), true));
    }

    /** Reads to the end and closes. */
    String text(URI uri) throws OriginException {
        try (OriginResponse response = get(uri)) {
            return body(response);
        }
    }

    public static String body(OriginResponse response) throws OriginException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean more = true;
        while (more) {
            more = response.next(chunk -> append(bytes, chunk));
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static void append(ByteArrayOutputStream bytes, ByteBuffer chunk) {
        assertThat(chunk.remaining()).isBetween(1, 32 * 1024);
        byte[] copy = new byte[chunk.remaining()];
        chunk.get(copy);
        bytes.writeBytes(copy);
    }

    /** Waits for what another thread will do soon; looks again every millisecond. */
    public static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private long bytesInUse() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    @Override
    public void close() {
        origin.close();
        boolean ended = group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS);
        assertThat(ended).isTrue();
        assertThat(bytesInUse()).as("bytes in buffers that nobody released").isZero();
    }

    /** A client's end that believes the certificate of these keys. */
    static SslContext trusting(SSLContext keys) {
        return new JdkSslContext(
                keys,
                true,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                ApplicationProtocolConfig.DISABLED,
                ClientAuth.NONE,
                null,
                false);
    }
}
