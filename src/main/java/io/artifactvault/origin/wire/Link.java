package io.artifactvault.origin.wire;

import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.RequestContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An open TCP connection to an origin while it is set up: layers are added one after the other, each once the handshake
 * of the layer below is complete. Confined to the connecting thread, which waits here for at most the timeout per
 * layer.
 */
final class Link {
    private final Channel channel;
    private final String subject;
    private final Duration timeout;

    /** @param subject the subject of failure messages */
    Link(Channel channel, String subject, Duration timeout) {
        this.channel = channel;
        this.subject = subject;
        this.timeout = timeout;
    }

    Channel channel() {
        return channel;
    }

    /** Adds handlers above the existing ones. Runs on the event loop, because octets may arrive at any time. */
    void add(ChannelHandler... handlers) throws OriginException {
        Future<?> added;
        try {
            added = channel.eventLoop().submit(() -> {
                put(handlers);
                return null;
            });
        } catch (RejectedExecutionException e) {
            throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
        }
        if (!await(added, timeout)) {
            throw new OriginException(OriginFailure.RESET_BEFORE_HEAD, subject, added.cause());
        }
    }

    /**
     * Adds the handlers, or fails if the connection has closed: a handler that is added later would not be notified of
     * the close.
     */
    private void put(ChannelHandler... handlers) throws IOException {
        if (!channel.isActive()) {
            throw new ClosedChannelException();
        }
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(Quiet.END);
        pipeline.addLast(handlers).addLast(Quiet.END);
    }

    /**
     * A TLS handler that checks certificates outside the event loop: a chain takes milliseconds, the first one far
     * more.
     */
    static SslHandler tlsHandler(SslContext tls, Channel channel, String host, int port, Duration timeout) {
        SslHandler handler = tls.newHandler(channel.alloc(), host, port, Thread::startVirtualThread);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        return handler;
    }

    /** Adds TLS above the existing layers and waits for its handshake. */
    SslHandler secure(SslContext tls, String host, int port) throws OriginException {
        SslHandler handler = tlsHandler(tls, channel, host, port, timeout);
        add(handler);
        shakeHands(handler);
        return handler;
    }

    /** Waits for the handshake of a TLS layer that was added before. */
    void shakeHands(SslHandler handler) throws OriginException {
        channel.read();
        // The handler's own timeout is the same; the slack lets it report first.
        Future<Channel> handshake = handler.handshakeFuture();
        if (!await(handshake, timeout.plusMillis(100))) {
            throw new OriginException(handshakeFailure(handshake.cause()), subject, handshake.cause());
        }
    }

    private static OriginFailure handshakeFailure(@Nullable Throwable cause) {
        if (cause == null || cause instanceof SslHandshakeTimeoutException) {
            return OriginFailure.CONNECT_TIMEOUT;
        }
        // A connection that was only lost may succeed the next time; an invalid certificate will not.
        boolean closed = cause instanceof IOException && !(cause instanceof SSLException);
        return closed ? OriginFailure.RESET_BEFORE_HEAD : OriginFailure.TLS_FAILED;
    }

    /** Has a proxy open the connection, and waits for its response. */
    void ask(Function<Promise<Optional<OriginFailure>>, ProxyDialogue> dialogue) throws OriginException {
        Promise<Optional<OriginFailure>> refusal = new DefaultPromise<>(channel.eventLoop());
        add(dialogue.apply(refusal));
        if (!await(refusal, timeout)) {
            throw new OriginException(OriginFailure.PROXY_FAILED, subject, refusal.cause());
        }
        if (refusal.getNow().isPresent()) {
            throw new OriginException(refusal.getNow().get(), subject);
        }
    }

    /**
     * Waits for the future; returns true when it succeeded in time. A task that is cancelled closes the channel, which
     * ends the wait.
     */
    private boolean await(Future<?> future, Duration patience) throws OriginException {
        Cancellation cancellation = RequestContext.current().cancellation();
        try (Cancellation.Registration _ = cancellation.onCancel(this::close)) {
            boolean succeeded = future.await(patience.toNanos(), TimeUnit.NANOSECONDS) && future.isSuccess();
            cancellation.check(subject);
            return succeeded;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
        }
    }

    void close() {
        var _ = channel.close();
    }
}
