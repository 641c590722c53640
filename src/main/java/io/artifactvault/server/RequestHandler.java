package io.artifactvault.server;

import io.artifactvault.server.ConnectionWatch.Awaits;
import io.artifactvault.server.wire.Parting;
import io.artifactvault.server.wire.StrictRequestDecoder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: processes its requests one after the other, in order. Pipelined requests wait; when too many
 * wait, the vault stops reading from the socket. Decides which request is next and when the connection ends; what
 * belongs to one request is in {@link OpenExchange}. Confined to the channel's event loop.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter
        implements StrictRequestDecoder.Heads, ConnectionWatch.Watched, OpenExchange.Connection {
    private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);

    private final ServerContext server;
    private final RequestDispatch dispatch;
    private final ConnectionWatch watch;

    // All confined to the channel's event loop.
    private final WaitingMessages waiting;
    private final UnfinishedHead unfinished;
    private @Nullable OpenExchange exchange;
    private long deliveredBefore;

    /**
     * Whether waiting messages are being processed; if so, a response that completes must not start to process them
     * again.
     */
    private boolean taking;

    /** Whether the last response was sent, so that further input is discarded. */
    private boolean parting;

    /** Whether no further request is accepted, because there was no memory for those that wait. */
    private boolean dropped;

    RequestHandler(ServerContext server, ServerSettings settings, RequestDispatch dispatch) {
        this.server = server;
        this.dispatch = dispatch;
        this.watch = new ConnectionWatch(settings, this);
        this.waiting = new WaitingMessages(server);
        this.unfinished = new UnfinishedHead(server);
    }

    ConnectionWatch watch() {
        return watch;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        server.connections().add(context.channel());
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        OpenExchange now = exchange;
        if (parting
                || (dropped && now != null && now.isRequestEnded())
                || !context.channel().isActive()) {
            // Requests that the decoder still holds after the close must not be executed (RFC 9112 §9.6).
            ReferenceCountUtil.release(message);
            return;
        }
        boolean ofThisRequest = now != null && !now.isRequestEnded() && message instanceof HttpContent;
        if (now == null || (ofThisRequest && waiting.isEmpty())) {
            take(context, message);
        } else if (!waiting.add(context, message)) {
            refuseWaiting(context, message);
        } else if (waiting.isFull()) {
            context.channel().config().setAutoRead(false);
        }
    }

    /**
     * Makes the current response the last of the connection, because there is no memory for the data after its request.
     */
    private void refuseWaiting(ChannelHandlerContext context, Object message) {
        server.counts().refusedMemory(server.peerOf(context));
        ReferenceCountUtil.release(message);
        OpenExchange now = exchange;
        if (now == null || !now.isRequestEnded()) {
            context.close();
            return;
        }
        now.makeLast();
        dropped = true;
        waiting.clear();
    }

    private void take(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest head) {
                begin(context, head);
            }
            OpenExchange now = exchange;
            if (message instanceof HttpContent content && now != null && now.add(content)) {
                dispatch.ended(now);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest head) {
        OpenExchange begun = new OpenExchange(this, server, context, head);
        exchange = begun;
        server.opened();
        dispatch.begin(begun);
    }

    @Override
    public void contentBegan(ChannelHandlerContext context) {
        watch.bodyBegan(context);
    }

    @Override
    public void over(ChannelHandlerContext context, OpenExchange ended, boolean persists, boolean inStages) {
        deliveredBefore += ended.delivered();
        exchange = null;
        server.closed();
        if (persists) {
            next(context);
        } else {
            part(context, inStages);
        }
    }

    /** Starts the next waiting request, or resumes reading from the socket. */
    private void next(ChannelHandlerContext context) {
        watch.answered(context);
        if (!taking) {
            taking = true;
            takeWaiting(context);
            taking = false;
        }
    }

    /** Closes the connection after its last exchange. */
    private void part(ChannelHandlerContext context, boolean inStages) {
        parting = true;
        if (inStages && !server.isDraining()) {
            Parting.begin(context);
        } else {
            context.close();
        }
    }

    private void takeWaiting(ChannelHandlerContext context) {
        while (!parting && context.channel().isActive() && (exchange == null || waiting.beginWithContent())) {
            Object first = waiting.poll();
            if (first == null) {
                break;
            }
            take(context, first);
        }
        if (waiting.isEmpty()) {
            waiting.clear();
            context.channel().config().setAutoRead(true);
        }
        if (server.isDraining() && exchange == null) {
            context.close();
        }
    }

    @Override
    public void unfinished(ChannelHandlerContext context, long memory) {
        if (memory == 0) {
            unfinished.end();
            return;
        }
        if (!unfinished.isBegun()) {
            watch.headBegan(context);
        }
        if (!unfinished.occupies(context, memory)) {
            server.counts().refusedMemory(server.peerOf(context));
            endWith(context, HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
    }

    /** Ends the connection with an error when there is no request yet to respond to. */
    private void endWith(ChannelHandlerContext context, HttpResponseStatus status) {
        if (exchange != null || parting) {
            context.close();
            return;
        }
        parting = true;
        context.channel().writeAndFlush(LocalErrors.withoutRequest(status)).addListener(_ -> Parting.begin(context));
    }

    @Override
    public Awaits awaits() {
        if (exchange != null) {
            return exchange.awaits();
        }
        return unfinished.isBegun() ? Awaits.HEAD : Awaits.REQUEST;
    }

    @Override
    public long delivered() {
        return deliveredBefore + (exchange == null ? 0 : exchange.delivered());
    }

    @Override
    public void timedOut(ChannelHandlerContext context, Awaits what) {
        server.counts().timedOut(what);
        switch (what) {
            case HEAD -> endWith(context, HttpResponseStatus.REQUEST_TIMEOUT);
            case BODY -> contentTooSlow(context);
            case REQUEST, READER, NOTHING -> context.close();
        }
    }

    private void contentTooSlow(ChannelHandlerContext context) {
        if (exchange == null || parting) {
            context.close();
        } else {
            exchange.breakOff(LocalErrors.contentTooSlow());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.gone();
        }
        waiting.clear();
        unfinished.end();
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (exchange == null && event == ServerContext.Draining.NOW) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("A connection broke: {}", cause.toString());
        context.close();
    }
}
