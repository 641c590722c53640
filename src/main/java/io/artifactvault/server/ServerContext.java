package io.artifactvault.server;

import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Scan;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state shared by all connections of one listener. Thread-safe. */
final class ServerContext {
    /** The maximum length of a path in the log and in explanations. */
    private static final int LONGEST_PATH = 1024;

    private final Responder responder;
    private final ClientRequests requests;
    private final ClientAddresses addresses;
    private final MemoryBudget memory;
    private final ClientCounts counts;
    private final ChannelGroup connections;
    private final Consumer<Exchange> finished;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong ids = new AtomicLong(new SecureRandom().nextLong());
    private final AtomicReference<@Nullable CompletableFuture<Void>> drained = new AtomicReference<>();

    ServerContext(
            Responder responder,
            ClientRequests requests,
            ClientAddresses addresses,
            MemoryBudget memory,
            ClientCounts counts,
            ChannelGroup connections,
            Consumer<Exchange> finished) {
        this.responder = responder;
        this.requests = requests;
        this.addresses = addresses;
        this.memory = memory;
        this.counts = counts;
        this.connections = connections;
        this.finished = finished;
    }

    Responder responder() {
        return responder;
    }

    /** Adds the CORS fields to a response that does not come from the responder, so that web pages can read it. */
    Answer readable(HttpRequest head, Answer answer) {
        String uri = ClientRequests.originForm(head.uri());
        int query = uri.indexOf('?');
        return responder.readable(
                query < 0 ? uri : uri.substring(0, query),
                Optional.ofNullable(head.headers().get("Host")),
                Optional.ofNullable(head.headers().get("Origin")),
                answer);
    }

    ClientRequests requests() {
        return requests;
    }

    MemoryBudget memory() {
        return memory;
    }

    ClientCounts counts() {
        return counts;
    }

    ChannelGroup connections() {
        return connections;
    }

    boolean isDraining() {
        return drained.get() != null;
    }

    /**
     * Starts to drain: every connection closes after its current response, and {@code done} completes when all are
     * closed.
     */
    void drain(CompletableFuture<Void> done) {
        drained.set(done);
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(Draining.NOW));
        closed(0);
    }

    /** Closes idle connections. */
    enum Draining {
        NOW
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        closed(1);
    }

    private void closed(int count) {
        CompletableFuture<Void> done = drained.get();
        if (open.addAndGet(-count) == 0 && done != null) {
            done.complete(null);
        }
    }

    /** Requests in progress. */
    int open() {
        return open.get();
    }

    String nextId() {
        return HexFormat.of().toHexDigits(ids.incrementAndGet() * 0x9E3779B97F4A7C15L);
    }

    void finished(
            String client, HttpRequest head, String id, long startedNanos, Answer answer, long bytes, boolean whole) {
        String uri = ClientRequests.originForm(head.uri());
        int query = uri.indexOf('?');
        finished.accept(new Exchange(
                id,
                client,
                head.method().name(),
                printable(shortened(query < 0 ? uri : uri.substring(0, query))),
                answer.status(),
                bytes,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                answer.cacheStatus(),
                whole,
                answer.decisionLog()));
    }

    /** The client that sent a request. */
    String client(ChannelHandlerContext context, HttpRequest head) {
        InetAddress peer = peer(context);
        return peer == null ? MemoryBudget.NO_CLIENT : addresses.of(peer, head.headers());
    }

    /** The client to which the data of a connection is counted until a request identifies the client. */
    String peerOf(ChannelHandlerContext context) {
        InetAddress peer = peer(context);
        return peer == null || addresses.isTrusted(peer) ? MemoryBudget.NO_CLIENT : ClientAddresses.key(peer);
    }

    private static @Nullable InetAddress peer(ChannelHandlerContext context) {
        return context.channel().remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
    }

    private static String shortened(String path) {
        return path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "...";
    }

    private static String printable(String path) {
        return Scan.masked(path, ServerContext::isPrintable);
    }

    private static boolean isPrintable(char c) {
        return c >= '!' && c <= '~' && c != '"';
    }
}
