package io.artifactvault.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.store.UnreadableChannel;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.testhub.Content;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies over a real socket, from files that the disk stops giving. */
@Timeout(60)
final class BodyWriterTest {
    private static final int SIZE = 5_000_000;

    @TempDir
    Path dir;

    /** Where the body went on, and why. */
    private record Handover(long position, String why) {}

    private final Content content = Content.generated(SIZE, 1);
    private final BlockingQueue<Handover> handovers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();
    private EventLoopGroup loops;
    private Path path;

    @BeforeEach
    void open() throws IOException {
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        path = Files.write(dir.resolve("blob"), content.bytes());
    }

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** The rest comes from another file, which can be read. */
    private final class Elsewhere implements Body.Onward {
        @Override
        public Optional<Body> from(Body.Growing body, long position) {
            return Optional.empty();
        }

        @Override
        public Optional<Body> pastTheDisk(Body.OfFile body, long position, IOException why) {
            handovers.add(new Handover(position, String.valueOf(why.getMessage())));
            long end = body.end().orElseThrow();
            try {
                BlobFile file = new BlobFile(FileChannel.open(path));
                return Optional.of(new Body.Slice(file, body.offset(), end - body.offset(), Body.Onward.NONE));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    private final class Answering extends ChannelInboundHandlerAdapter {
        private final Body body;
        private boolean answered;

        Answering(Body body) {
            this.body = body;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!answered) {
                answered = true;
                HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                long length = ((Body.OfFile) body).end().orElseThrow() - ((Body.OfFile) body).offset();
                head.headers().set("Content-Length", length);
                MemoryBudget memory = MemoryBudget.unlimited();
                new BodyWriter(context, body, () -> memory.hold("a"), whole -> {
                            ends.add(whole);
                            context.close();
                        })
                        .start(head);
            }
        }
    }

    /** What a client gets that asks once. */
    private byte[] received(Body body, int length) throws IOException {
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new Answering(body));
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) socket.getInputStream().read());
            }
            return socket.getInputStream().readNBytes(length);
        } finally {
            listener.close().syncUninterruptibly();
        }
    }

    private BlobFile readableUpTo(long bytes) throws IOException {
        return new BlobFile(new UnreadableChannel(
                FileChannel.open(path),
                () -> {
                    throw new IOException("Input/output error");
                },
                bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4096, 1_048_576, 3_000_001, SIZE - 1})
    void aSliceGoesOnElsewhereFromTheFirstByteThatTheDiskDoesNotGive(long good) throws Exception {
        Body slice = new Body.Slice(readableUpTo(good), 0, SIZE, new Elsewhere());
        assertThat(received(slice, SIZE)).isEqualTo(content.bytes());
        assertThat(handovers).containsExactly(new Handover(good, "Input/output error"));
        assertThat(ends.take()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 2_500_000})
    void aPartGoesOnElsewhereToo(long good) throws Exception {
        Body slice = new Body.Slice(readableUpTo(good), 1_000_000, 3_000_000, new Elsewhere());
        assertThat(received(slice, 3_000_000)).isEqualTo(content.bytes(1_000_000, 3_000_000));
        assertThat(handovers).containsExactly(new Handover(good, "Input/output error"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3_000_001})
    void whereThereIsNoOtherWayTheBodyIsCut(long good) throws Exception {
        Body slice = new Body.Slice(readableUpTo(good), 0, SIZE, Body.Onward.NONE);
        assertThat(received(slice, SIZE)).isEqualTo(content.bytes(0, (int) good));
        assertThat(ends.take()).isFalse();
    }
}
