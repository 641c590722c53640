package io.artifactvault.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One listener. Opened, drained and closed by the composition root, which alone waits for the stages it returns. */
public final class HttpServer {
    private static final int BACKLOG = 1024;

    private final Channel listener;
    private final ServerContext context;

    private HttpServer(Channel listener, ServerContext context) {
        this.listener = listener;
        this.context = context;
    }

    /**
     * Starts to listen; completes when connections are accepted, or with an IOException that names the address.
     *
     * @param finished told of each exchange, on event loops
     */
    public static CompletionStage<HttpServer> open(
            ServerSettings settings,
            Responder responder,
            Consumer<Exchange> finished,
            EventLoopGroup loops,
            Class<? extends ServerChannel> channelType) {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ServerContext context =
                new ServerContext(responder, new ClientRequests(settings.publicUrl()), connections, finished);
        CompletableFuture<HttpServer> opened = new CompletableFuture<>();
        new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ServerPipeline(settings, context))
                .bind(settings.host(), settings.port())
                .addListener((ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        opened.complete(new HttpServer(bound.channel(), context));
                    } else {
                        opened.completeExceptionally(ListenFailure.of(settings.host(), settings.port(), bound.cause()));
                    }
                });
        return opened;
    }

    /** The port that was bound, also where 0 was asked for. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Requests being answered now. */
    public int open() {
        return context.open();
    }

    /** Stops accepting; connections close as their answers end, those at rest at once. Completes when all have. */
    public CompletionStage<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        listener.close().addListener(_ -> context.drain(drained));
        return drained;
    }

    /** Closes whatever is still open; completes when it is. */
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        listener.close().addListener(_ -> context.connections().close().addListener(_ -> closed.complete(null)));
        return closed;
    }
}
