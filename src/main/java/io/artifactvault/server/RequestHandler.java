package io.artifactvault.server;

import io.artifactvault.cache.Answer;
import io.artifactvault.cache.Body;
import io.artifactvault.cache.Errors;
import io.artifactvault.cache.RequestFeed;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.MessageFraming;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: answers its requests one after the other, in order. Pipelined requests wait; when too many do,
 * the socket is no longer read. Confined to the channel's event loop.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);
    private static final int MOST_WAITING = 64;

    private final ServerContext server;
    private final Queue<Object> waiting = new ArrayDeque<>();
    private @Nullable Turn turn;

    /** Waiting messages are being taken; an answer that is given meanwhile must not begin to take them too. */
    private boolean taking;

    /** The last answer is given; whatever else comes is thrown away. */
    private boolean parting;

    RequestHandler(ServerContext server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        server.connections().add(context.channel());
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (parting || !context.channel().isActive()) {
            // What the decoder still holds when we have closed must not be carried out (RFC 9112 §9.6).
            ReferenceCountUtil.release(message);
            return;
        }
        boolean ofThisTurn = turn != null && !turn.requestEnded && message instanceof HttpContent;
        if (turn == null || (ofThisTurn && waiting.isEmpty())) {
            take(context, message);
        } else {
            waiting.add(message);
            if (waiting.size() >= MOST_WAITING) {
                context.channel().config().setAutoRead(false);
            }
        }
    }

    private void take(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest head) {
                begin(context, head);
            }
            if (message instanceof HttpContent content && turn != null) {
                turn.content(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest head) {
        Turn begun = new Turn(context, head);
        turn = begun;
        server.opened();
        if (head.decoderResult().isFailure()) {
            begun.requestEnded = true;
            begun.mayGoOn = true;
            begun.keepAlive = false;
            begun.answer(malformed(head.decoderResult().cause()));
            return;
        }
        try {
            Optional<RequestBody> body = begun.body(context, head);
            if (body.isPresent()) {
                respond(begun, body);
            }
        } catch (RuntimeException e) {
            begun.answer(broken(e));
        }
    }

    /** At the head of a request with a body, at the end of one without: then the answer may follow at once. */
    private void respond(Turn begun, Optional<RequestBody> body) {
        try {
            if (ClientRequests.isServerWide(begun.head)) {
                begun.answer(new Answer(204, Fields.EMPTY, new Body.None(), CacheStatus.local()));
                return;
            }
            Request request = server.requests().read(begun.head, body, begun::early, begun.client);
            if (body.isPresent() && HttpUtil.is100ContinueExpected(begun.head)) {
                begun.context.writeAndFlush(
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
            server.responder().respond(request).whenComplete((answer, failure) -> {
                Answer given = failure == null ? answer : broken(failure);
                if (begun.context.executor().inEventLoop() && begun.requestEnded) {
                    begun.answer(given);
                } else {
                    begun.context.executor().execute(() -> begun.answer(given));
                }
            });
        } catch (ClientRequests.BadRequestException e) {
            begun.mayGoOn = true;
            begun.keepAlive = false;
            begun.answer(Errors.answer(400, String.valueOf(e.getMessage()), CacheStatus.local()));
        } catch (RuntimeException e) {
            begun.answer(broken(e));
        }
    }

    private static Answer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Errors.answer(414, "The request line is too long.", CacheStatus.local());
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Errors.answer(431, "The request's fields are too long.", CacheStatus.local());
        }
        if (cause instanceof StrictRequestDecoder.RefusedException refused) {
            return refused(refused.fault());
        }
        return Errors.answer(400, "The request is not valid HTTP.", CacheStatus.local());
    }

    private static Answer refused(MessageFraming.Fault fault) {
        return switch (fault) {
            case MALFORMED -> Errors.answer(400, "The request is not valid HTTP/1.1.", CacheStatus.local());
            case UNKNOWN_CODING ->
                Errors.answer(501, "The only transfer coding that is understood is chunked.", CacheStatus.local());
            case OTHER_VERSION ->
                Errors.answer(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.", CacheStatus.local());
        };
    }

    private static Answer broken(Throwable failure) {
        log.error("Could not answer a request", failure);
        return Errors.answer(500, "The vault failed while it answered; its log says why.", CacheStatus.local());
    }

    /** The turn is over: the next waiting request begins, or the socket is read again. */
    private void next(ChannelHandlerContext context) {
        turn = null;
        server.closed();
        if (!taking) {
            taking = true;
            takeWaiting(context);
            taking = false;
        }
    }

    /** The turn was the connection's last. */
    private void part(ChannelHandlerContext context, boolean inStages) {
        turn = null;
        parting = true;
        server.closed();
        if (inStages && !server.isDraining()) {
            Parting.begin(context);
        } else {
            context.close();
        }
    }

    private void takeWaiting(ChannelHandlerContext context) {
        while (!parting
                && context.channel().isActive()
                && !waiting.isEmpty()
                && (turn == null || waiting.peek() instanceof HttpContent)) {
            take(context, waiting.remove());
        }
        if (waiting.isEmpty()) {
            context.channel().config().setAutoRead(true);
        }
        if (server.isDraining() && turn == null) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (turn != null) {
            turn.gone();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // A client that waits for a slow upstream is not idle; one that takes nothing, or asks nothing, is.
        boolean stalled = turn == null || turn.isWriting() || !turn.requestEnded;
        boolean resting = turn == null && event == ServerContext.Draining.NOW;
        if (resting || (event instanceof IdleStateEvent && stalled)) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("A connection broke: {}", cause.toString());
        context.close();
    }

    /** One request and its answer. */
    private final class Turn {
        private final ChannelHandlerContext context;
        private final HttpRequest head;
        private final long startedAt = System.nanoTime();
        private final String id = server.nextId();
        private final Client client;
        private boolean keepAlive;
        private boolean requestEnded;
        private boolean mayGoOn;
        private boolean over;
        private @Nullable RequestFeed incoming;
        private @Nullable BodyWriter writer;

        Turn(ChannelHandlerContext context, HttpRequest head) {
            this.context = context;
            this.head = head;
            this.client = new Client(ServerContext.client(context), new Departure());
            this.keepAlive = HttpUtil.isKeepAlive(head);
        }

        Optional<RequestBody> body(ChannelHandlerContext channel, HttpRequest request) {
            boolean chunked = HttpUtil.isTransferEncodingChunked(request);
            long length = HttpUtil.getContentLength(request, 0L);
            if (!chunked && length == 0) {
                return Optional.empty();
            }
            // On the event loop, so that it cannot come between the feed's "full" and our stopping to read.
            Runnable resume = () -> channel.executor().execute(() -> readAgain(channel));
            RequestFeed body = new RequestFeed(chunked ? OptionalLong.empty() : OptionalLong.of(length), resume);
            incoming = body;
            return Optional.of(body);
        }

        void content(HttpContent content) {
            boolean whole = !content.decoderResult().isFailure();
            keepAlive = keepAlive && whole;
            if (!whole && writer == null && !over) {
                // Whoever reads the body is told below; the client learns at once that it was its own fault.
                requestEnded = true;
                mayGoOn = true;
                answer(malformed(content.decoderResult().cause()));
            }
            if (incoming != null && !incoming.add(copy(content.content()))) {
                context.channel().config().setAutoRead(false);
            }
            if (content instanceof LastHttpContent || !whole) {
                boolean endsNow = !requestEnded;
                requestEnded = true;
                if (incoming != null) {
                    incoming.end(whole);
                } else if (endsNow && !over) {
                    respond(this, Optional.empty());
                }
            }
        }

        private static ByteBuffer copy(ByteBuf bytes) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.readableBytes());
            bytes.getBytes(bytes.readerIndex(), copy);
            return copy.flip();
        }

        private static void readAgain(ChannelHandlerContext channel) {
            channel.channel().config().setAutoRead(true);
        }

        boolean isWriting() {
            return writer != null;
        }

        void answer(Answer answer) {
            if (writer != null) {
                answer.body().abandon();
                return;
            }
            if (over || !context.channel().isActive()) {
                answer.body().abandon();
                end(answer, 0, false);
                return;
            }
            // A request body that nobody wants any more is not worth reading to its end.
            mayGoOn = mayGoOn || !requestEnded;
            keepAlive = keepAlive && requestEnded && !server.isDraining();
            Body body = head.method().name().equals("HEAD") ? headOnly(answer) : answer.body();
            HttpResponse response = ResponseHead.of(answer, head, id, keepAlive);
            keepAlive = HttpUtil.isKeepAlive(response);
            BodyWriter started = new BodyWriter(context, body, whole -> end(answer, sent(), whole));
            writer = started;
            started.start(response);
        }

        /** Interim answers come before the final one, or not at all (RFC 9110 §15.2); old clients do not know them. */
        void early(int status, Fields fields) {
            context.executor().execute(() -> {
                boolean waits = writer == null && !over && context.channel().isActive();
                if (waits && head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                    context.writeAndFlush(ResponseHead.early(status, fields));
                }
            });
        }

        private Body headOnly(Answer answer) {
            answer.body().close();
            return new Body.None();
        }

        private long sent() {
            return writer == null ? 0 : writer.sent();
        }

        void gone() {
            client.departure().gone();
            if (incoming != null) {
                incoming.end(false);
            }
            if (writer != null) {
                writer.cancel();
            }
        }

        private void end(Answer answer, long bytes, boolean whole) {
            if (over) {
                return;
            }
            over = true;
            if (incoming != null) {
                incoming.discard();
                readAgain(context);
            }
            server.finished(context, head, id, startedAt, answer, bytes, whole);
            if (whole && keepAlive) {
                next(context);
            } else {
                part(context, whole && mayGoOn);
            }
        }
    }
}
