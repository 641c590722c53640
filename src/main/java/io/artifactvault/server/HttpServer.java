package io.artifactvault.server;

import io.artifactvault.cache.content.MemoryBudget;
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

/**
 * One listener. Opened, drained and closed by the composition root, the only caller that waits for the stages it
 * returns.
 */
public final class HttpServer {
    private static final int BACKLOG = 1024;

    private final Channel listener;
    private final ServerContext context;
    private final Admission admission;

    private HttpServer(Channel listener, ServerContext context, Admission admission) {
        this.listener = listener;
        this.context = context;
        this.admission = admission;
    }

    /**
     * Starts to listen; completes when connections are accepted, or with an IOException that names the address.
     *
     * @param settings with the number of connections
     * @param memory what clients may make the vault hold
     * @param finished told of each exchange, on event loops
     */
    public static CompletionStage<HttpServer> open(
            ServerSettings settings,
            MemoryBudget memory,
            Responder responder,
            Consumer<Exchange> finished,
            EventLoopGroup loops,
            Class<? extends ServerChannel> channelType) {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ConnectionSettings limits = settings.connections();
        ClientAddresses addresses = new ClientAddresses(limits.trustedProxies());
        ClientCounts counts = new ClientCounts();
        ServerContext context = new ServerContext(
                responder, new ClientRequests(settings.publicUrl()), addresses, memory, counts, connections, finished);
        Admission admission = new Admission(
                limits.maxConnections().orElse(Integer.MAX_VALUE), limits.maxConnectionsPerClient(), addresses, counts);
        CompletableFuture<HttpServer> opened = new CompletableFuture<>();
        new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handler(admission)
                .childHandler(new ServerPipeline(settings, context))
                .bind(settings.host(), settings.port())
                .addListener((ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        opened.complete(new HttpServer(bound.channel(), context, admission));
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

    /** Connections that are open now. */
    public int connections() {
        return admission.open();
    }

    /** Connections that may be open. */
    public int maxConnections() {
        return admission.most();
    }

    /** Addresses from which connections are open now. */
    public int clients() {
        return admission.clients();
    }

    /** Connections that were reset, because there were too many in all. */
    public long refusedInAll() {
        return context.counts().refusedInAll.sum();
    }

    /** Connections that were reset, because their client had too many. */
    public long refusedOfClient() {
        return context.counts().refusedOfClient.sum();
    }

    /** Connections that were closed because nothing was asked over them. */
    public long closedIdle() {
        return context.counts().idle.sum();
    }

    /** Connections that were closed because a request's head took too long. */
    public long closedSlowHeads() {
        return context.counts().slowHeads.sum();
    }

    /** Connections that were closed because a request's body came too slowly. */
    public long closedSlowBodies() {
        return context.counts().slowBodies.sum();
    }

    /** Connections that were closed because an answer was taken too slowly. */
    public long closedSlowReaders() {
        return context.counts().slowReaders.sum();
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
