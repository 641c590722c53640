package io.artifactvault.server;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.fixtures.ServerSettingsBuilder;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.ReferenceCounted;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One client connection with the real pipeline and without a socket; the test gives the answers. */
final class Connection implements AutoCloseable {
    final List<Request> asked = new ArrayList<>();
    final List<CompletableFuture<Answer>> answers = new ArrayList<>();
    final List<Exchange> exchanges = new ArrayList<>();
    final ServerContext context;
    final EmbeddedChannel channel;
    final MockTicker ticker = Ticker.newMockTicker();
    private final List<ByteBuf> sent = new ArrayList<>();

    public Connection() {
        this(ConnectionSettings.defaults(), MemoryBudget.unlimited());
    }

    /** The same with limits; idle connections end after a minute. */
    public Connection(ConnectionSettings limits, MemoryBudget memory) {
        this(limits, memory, "127.0.0.1");
    }

    /** The same from that address. */
    public Connection(ConnectionSettings limits, MemoryBudget memory, String address) {
        ChannelGroup group = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        this.context = new ServerContext(
                request -> {
                    asked.add(request);
                    CompletableFuture<Answer> answer = new CompletableFuture<>();
                    answers.add(answer);
                    return answer;
                },
                new ClientRequests(Optional.empty()),
                new ClientAddresses(limits.trustedProxies()),
                memory,
                new ClientCounts(),
                group,
                exchanges::add);
        ServerSettings settings = ServerSettingsBuilder.loopback()
                .idleTimeout(Duration.ofMinutes(1))
                .drainTimeout(Duration.ofMinutes(1))
                .maxRequestHead(8 * 1024)
                .connections(limits)
                .build();
        this.channel = new Channel(
                EmbeddedChannel.builder().ticker(ticker).handlers(new ServerPipeline(settings, context)), address);
    }

    /** A channel from an address. */
    private static final class Channel extends EmbeddedChannel {
        private final SocketAddress address;

        Channel(Builder builder, String address) {
            this.address = new InetSocketAddress(InetAddress.ofLiteral(address), 4711);
            super(builder);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return address;
        }
    }

    /** Sends octets; lines end with a bare LF here and with CR LF on the wire. */
    Connection send(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text.replace("\n", "\r\n"), StandardCharsets.ISO_8859_1);
        sent.add(bytes);
        channel.writeInbound(bytes);
        channel.runPendingTasks();
        return this;
    }

    /** Sends octets as they are. */
    Connection octets(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        sent.add(bytes);
        channel.writeInbound(bytes);
        channel.runPendingTasks();
        return this;
    }

    Connection get(String path) {
        return send("GET " + path + " HTTP/1.1\nHost: vault\n\n");
    }

    void answer(int number, Answer answer) {
        answers.get(number).complete(answer);
        channel.runPendingTasks();
    }

    void answer(int number, String text) {
        answer(number, ok(text));
    }

    static Answer ok(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Answer(
                200,
                Fields.of("Content-Length", Integer.toString(bytes.length)),
                new Body.Bytes(bytes),
                CacheStatus.local());
    }

    /** Lets time pass, second by second. */
    Connection pass(Duration time) {
        for (long second = 0; second < time.toSeconds() && channel.isActive(); second++) {
            ticker.advance(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
        }
        return this;
    }

    /** All octets written since the last call. */
    String received() {
        channel.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (Object piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            if (piece instanceof ByteBuf bytes) {
                text.append(bytes.toString(StandardCharsets.ISO_8859_1));
            }
            if (piece instanceof ReferenceCounted counted) {
                counted.release();
            }
        }
        return text.toString();
    }

    boolean isOpen() {
        channel.runPendingTasks();
        return channel.isActive();
    }

    void leave() {
        channel.close();
        channel.runPendingTasks();
    }

    /** Whether every buffer that came in was given back. */
    boolean isClean() {
        return sent.stream().allMatch(bytes -> bytes.refCnt() == 0);
    }

    @Override
    public void close() {
        leave();
        received();
        channel.finishAndReleaseAll();
    }
}
