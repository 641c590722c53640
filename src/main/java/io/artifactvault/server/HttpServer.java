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
 * One listener. The composition root opens, drains and closes it, and is the only caller that waits for the returned
 * stages.
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
     * @param settings must give {@code maxConnections}
     * @param memory the limit of memory for the data of clients
     * @param finished called for each exchange, on event loops
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

    /** The bound port, also if port 0 was configured. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Requests in progress. */
    public int open() {
        return context.open();
    }

    /** Open connections. */
    public int connections() {
        return admission.open();
    }

    /** Maximum number of open connections. */
    public int maxConnections() {
        return admission.most();
    }

    /** Addresses with open connections. */
    public int clients() {
        return admission.clients();
    }

    /** Connections that were reset because there were too many in total. */
    public long refusedInAll() {
        return context.counts().refusedInAll.sum();
    }

    /** Connections that were reset, because their client had too many. */
    public long refusedOfClient() {
        return context.counts().refusedOfClient.sum();
    }

    /** Connections that were closed because no request arrived. */
    public long closedIdle() {
        return context.counts().idle.sum();
    }

    /** Connections that were closed because a request's head took too long. */
    public long closedSlowHeads() {
        return context.counts().slowHeads.sum();
    }

    /** Connections that were closed because a request's body arrived too slowly. */
    public long closedSlowBodies() {
        return context.counts().slowBodies.sum();
    }

    /** Connections that were closed because a response was read too slowly. */
    public long closedSlowReaders() {
        return context.counts().slowReaders.sum();
    }

    /**
     * Stops accepting; connections close as their responses end, idle ones immediately. Completes when all have closed.
     */
    public CompletionStage<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        listener.close().addListener(_ -> context.drain(drained));
        return drained;
    }

    /** Closes all open connections; completes when they are closed. */
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        listener.close().addListener(_ -> context.connections().close().addListener(_ -> closed.complete(null)));
        return closed;
    }
}
